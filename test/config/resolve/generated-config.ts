import fc from 'fast-check';
import type { Wiring } from '../../../src/config/wiring-types.ts';

/** A wiring function that may name anything. */
export type WiringFunction = (wiring: {
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly app: Wiring['app'];
}) => unknown;

/** The names that fields of one owner can refer to. */
interface Names {
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly isApp: boolean;
}

/** Set in the environment, in the env file of the pod, and in that of the app `web`. */
export const environment = { HOME: '/home/ann', LEVEL: 'debug', NUMBER: '4321' };
export const envFiles = { 'pod.env': 'TOKEN=t0p\n', 'web.env': 'COLOR=blue\n', 'sub/x': '' };

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'port'; readonly process: string; readonly port: string }
  | { readonly kind: 'volume'; readonly volume: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'app'; readonly field: 'name' | 'instance' };

const literal = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...'abz019-_./: "\'é#&|{}') }),
    fc.constantFrom(
      '10000',
      '65535',
      '127.0.0.1:',
      '--port ',
      '/',
      'http://',
      '$PATH',
      'sidecarctl-variable-0-a',
    ),
  )
  .map((text): Piece => ({ kind: 'text', text }));

const pieceOf = ({ ports, volumes, isApp }: Names): fc.Arbitrary<Piece> =>
  fc.oneof(
    literal,
    fc.constantFrom(...ports).map((name): Piece => {
      const [process = '', port = ''] = name.split('.');
      return { kind: 'port', process, port };
    }),
    fc.constantFrom(...volumes).map((volume): Piece => ({ kind: 'volume', volume })),
    fc.constantFrom('HOME', 'LEVEL', 'TOKEN').map((name): Piece => ({ kind: 'variable', name })),
    ...(isApp
      ? [
          fc
            .constantFrom('name' as const, 'instance' as const)
            .map((field): Piece => ({ kind: 'app', field })),
        ]
      : []),
  );

const referenceOf = (piece: Piece): string => {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'port':
      return `\${ports.${piece.process}.${piece.port}}`;
    case 'volume':
      return `\${volumes.${piece.volume}}`;
    case 'variable':
      return `\${env.${piece.name}}`;
    case 'app':
      return `\${app.${piece.field}}`;
    default:
      return piece satisfies never;
  }
};

const valueFor = (piece: Piece, { ports, volumes, env, app }: Parameters<WiringFunction>[0]): string => {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'port':
      return `${ports[piece.process]?.[piece.port]}`;
    case 'volume':
      return `${volumes[piece.volume]}`;
    case 'variable':
      return `${env[piece.name]}`;
    case 'app':
      return `${app[piece.field]}`;
    default:
      return piece satisfies never;
  }
};

const pieces = (names: Names) => fc.array(pieceOf(names), { maxLength: 5 });
const asReferences = (list: readonly Piece[]): string => list.map(referenceOf).join('');
const asFunction =
  (list: readonly Piece[]): WiringFunction =>
  (wiring) =>
    list.map((piece) => valueFor(piece, wiring)).join('');

/** Text with references, and the same from a function. */
const text = (names: Names): fc.Arbitrary<string> => pieces(names).map(asReferences);
const textFunction = (names: Names): fc.Arbitrary<WiringFunction> => pieces(names).map(asFunction);
const wired = (names: Names): fc.Arbitrary<unknown> => fc.oneof(text(names), textFunction(names));

const command = (names: Names): fc.Arbitrary<unknown> =>
  fc.oneof(
    text(names).map((line) => `run ${line}`),
    fc.array(text(names), { maxLength: 3 }).map((args) => ['run', ...args]),
    fc.array(textFunction(names), { maxLength: 3 }).map(
      (args): WiringFunction =>
        (wiring) => ['run', ...args.map((arg) => arg(wiring))],
    ),
    textFunction(names).map(
      (line): WiringFunction =>
        (wiring) =>
          `run ${line(wiring)}`,
    ),
  );

const variables = (names: Names): fc.Arbitrary<unknown> => {
  const values = fc.dictionary(
    fc.constantFrom('A', 'B', 'C', 'PATH'),
    fc.oneof(wired(names), fc.integer(), fc.boolean(), fc.constant(null)),
  );
  const whole = fc.dictionary(fc.constantFrom('A', 'B', 'PORT'), textFunction(names)).map(
    (byName): WiringFunction =>
      (wiring) =>
        Object.fromEntries(Object.entries(byName).map(([name, value]) => [name, value(wiring)])),
  );
  return fc.oneof(values, whole);
};

const portTarget = (names: Names): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom('main', 'fixed', 9999, '${env.NUMBER}'),
    fc.constantFrom(...names.ports).chain((name) => {
      const [process = '', port = ''] = name.split('.');
      return fc.constantFrom<unknown>(
        `\${ports.${name}}`,
        (({ ports }) => ports[process]?.[port]) satisfies WiringFunction,
        (({ ports }) => `${ports[process]?.[port]}`) satisfies WiringFunction,
      );
    }),
  );

const http = (names: Names): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constant('/healthz'),
    fc.record(
      { port: fc.constantFrom('main', 'fixed', 9999), path: fc.constant('/x'), status: fc.constant(204) },
      { requiredKeys: [] },
    ),
    fc.constantFrom(...names.ports).map((name) => `http://127.0.0.1:\${ports.${name}}/x`),
    textFunction(names).map(
      (path): WiringFunction =>
        (wiring) =>
          `/${path(wiring)}`,
    ),
  );

/** Targets that can show that a process is still alive. */
const livingTarget = (names: Names): fc.Arbitrary<object> =>
  fc.oneof(
    http(names).map((it) => ({ http: it })),
    portTarget(names).map((it) => ({ tcp: it })),
    portTarget(names).map((it) => ({ grpc: it })),
    command(names).map((it) => ({ exec: it })),
  );

const target = (names: Names): fc.Arbitrary<object> =>
  fc.oneof(
    livingTarget(names),
    text(names).map((it) => ({ log: `x${it}` })),
    textFunction(names).map((it) => ({
      log: ((wiring) =>
        new RegExp(`${it(wiring)}`.replaceAll(/[^\w/-]/g, '.'), 'i')) satisfies WiringFunction,
    })),
    fc.constantFrom(...names.volumes).map((name) => ({ file: `\${volumes.${name}}/ready` })),
    fc.constant({ file: 'sub/ready' }),
    fc.constant({ notify: true }),
  );

const hook = (names: Names): fc.Arbitrary<unknown> =>
  fc.oneof(
    command(names),
    http(names).map((it) => ({ http: it })),
    fc.constant({ sleep: '1s' }),
  );

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

/** `fixed`: the number of its second port, which no other process may have. */
const process = (names: Names, fixed: number): fc.Arbitrary<object> =>
  fc
    .record({
      command: command(names),
      host: fc.constantFrom('127.0.0.1', '0.0.0.0', '::1', '::'),
      cwd: fc.constantFrom<unknown>(undefined, 'sub', () => 'sub'),
      env: optional(variables(names)),
      files: optional(
        wired(names).map((content) => ({
          'app.conf': content,
          include: { content: 'from ${files.app.conf}', onChange: { signal: 'SIGHUP' } },
          key: { content: (({ files }) => files['app.conf']) satisfies WiringFunction, secret: true },
        })),
      ),
      startup: optional(target(names)),
      readiness: optional(target(names)),
      liveness: optional(livingTarget(names)),
      postStart: optional(hook(names)),
      preStop: optional(hook(names)),
      stop: optional(command(names).map((it) => ({ command: it }))),
      watch: optional(command(names).map((it) => ({ paths: ['src'], action: { command: it } }))),
    })
    .map(({ host, ...fields }) => ({
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      ports: { main: { port: 'auto', host }, fixed: { port: fixed, host } },
    }));

const initTask = (names: Names) => fc.record({ command: command(names), env: variables(names) });

const portsOf = (...processes: readonly string[]): readonly string[] =>
  processes.flatMap((name) => [`${name}.main`, `${name}.fixed`]);

/** A pod of one app. */
const single = (): fc.Arbitrary<object> => {
  const names: Names = { ports: portsOf('db', 'primary'), volumes: ['data', 'kept', 'own'], isApp: false };
  return fc.record({
    envFile: fc.constant('pod.env'),
    volumes: fc.constant({ data: {}, kept: { persist: true }, own: { path: 'sub' } }),
    env: variables(names),
    init: fc.record({ seed: initTask(names) }),
    sidecars: fc.record({ db: process(names, 3001) }),
    primary: process(names, 3002),
  });
};

/** Two apps, one of them twice, with what they share. */
const several = (): fc.Arbitrary<object> => {
  const shared: Names = {
    ports: portsOf('db', 'web-1', 'web-2', 'worker'),
    volumes: ['data'],
    isApp: false,
  };
  const web: Names = {
    ports: [...portsOf('db', 'worker'), 'tally.main', 'web.main'],
    volumes: ['data', 'logs'],
    isApp: true,
  };
  const worker: Names = { ports: portsOf('db', 'web-1', 'worker'), volumes: ['data'], isApp: true };
  const withoutFixed = (fields: object) => {
    const { ports, ...others } = fields as { readonly ports: Readonly<Record<string, object>> };
    return { ...others, ports: { main: ports['main'], fixed: { ...ports['fixed'], port: 'auto' } } };
  };
  return fc.record({
    envFile: fc.constant('pod.env'),
    volumes: fc.constant({ data: {} }),
    env: variables(shared),
    sidecars: fc.record({ db: process(shared, 3001) }),
    apps: fc.record({
      web: fc.record({
        envFile: fc.constant('web.env'),
        env: variables(web),
        volumes: fc.constant({ logs: {} }),
        sidecars: fc.record({ tally: process(web, 3002).map(withoutFixed) }),
        primary: process(web, 3003).map((fields) => ({ ...withoutFixed(fields), instances: 2 })),
      }),
      worker: fc.record({ env: variables(worker), primary: process(worker, 3004) }),
    }),
  });
};

/** Configs that use wiring functions and references wherever they may stand. */
export const config = (): fc.Arbitrary<object> => fc.oneof(single(), several());

/** Functions of the wiring whose results are not text around what they read. */
const computing: readonly WiringFunction[] = [
  ({ ports }) => (ports['db']?.['main'] ?? 0) + 1,
  ({ ports }) => `${(ports['db']?.['main'] ?? 0) % 7}`,
  ({ ports }) => ((ports['db']?.['main'] ?? 0) > 4000 ? 'high' : 'low'),
  ({ volumes }) => volumes['data']?.slice(3),
  ({ volumes }) => volumes['data']?.length,
  ({ env }) => env['LEVEL']?.toUpperCase(),
  ({ env }) => (env['HOME'] === undefined ? 'nobody' : 'somebody'),
  ({ env }) => `${env['UNSET'] === undefined ? '' : `--level ${env['UNSET']}`}`,
  ({ env }) => Object.keys(env).length,
];

export interface Computing {
  readonly config: object;
  /** The variables of the primary that functions compute. */
  readonly computed: readonly string[];
}

/** A config in which functions compute some of the variables. */
export const computingConfig = (): fc.Arbitrary<Computing> => {
  const names: Names = { ports: ['db.main'], volumes: ['data'], isApp: false };
  const carried = fc.record({ isComputed: fc.constant(false), value: wired(names) });
  const computed = fc.record({ isComputed: fc.constant(true), value: fc.constantFrom(...computing) });
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F');
  return fc.dictionary(name, fc.oneof(carried, computed), { minKeys: 1 }).map((variables) => {
    const entries = Object.entries(variables);
    return {
      config: {
        volumes: { data: {} },
        envFile: 'pod.env',
        sidecars: { db: { command: 'db', ports: { main: 'auto' } } },
        primary: {
          command: 'app',
          env: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
        },
      },
      computed: entries.filter(([, { isComputed }]) => isComputed).map(([key]) => key),
    };
  });
};
