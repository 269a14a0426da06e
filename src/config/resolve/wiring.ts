import { errorMessage } from '../../model/error-message.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { plainConfig } from '../load/plain-config.ts';
import type { OwnApp, Wiring } from '../wiring-types.ts';
import type { AppInstance } from './app-instances.ts';

/** The values that a config may refer to. */
export interface WiringValues {
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly volumes: ReadonlyMap<string, string>;
  /** Absolute paths of the process's own files by name. */
  readonly files: ReadonlyMap<string, string>;
  /** The inherited environment, overlaid by the pod's env files, and the app's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Only in what a process provides: stands for the process that gets it. */
  readonly receiver?: Readonly<Record<'name' | 'process', string>>;
  /** App instance, or null for processes that several apps share. */
  readonly app: Pick<AppInstance, 'name' | 'instance' | 'isNamed'> | null;
}

/** The result of a wiring function, or the reason why there is none. */
export type Called =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: ConfigProblem };

/**
 * Calls a function of the config. Reading a name that does not exist ends the call with that problem.
 *
 * @param onRead called with every port and volume that the function reads
 */
export const callWithWiring = (
  wiringFunction: (wiring: Wiring) => unknown,
  values: WiringValues,
  path: FieldPath,
  onRead: OnRead = nobody,
): Called => {
  try {
    const value = wiringFunction(createWiring(values, onRead));
    // A promise is reported as an invalid value; its rejection does not matter.
    if (value instanceof Promise) value.catch(() => undefined);
    const plain = plainConfig(value);
    return plain.ok ? plain : { ok: false, problem: plain.problem };
  } catch (error) {
    if (error instanceof UnknownReference)
      return { ok: false, problem: unknownReference(error.reference, values, path) };
    return { ok: false, problem: { kind: 'value-function', path, message: errorMessage(error) } };
  }
};

export const unknownReference = (found: string, values: WiringValues, path: FieldPath): ConfigProblem => {
  const known = knownReferences(values);
  const meant = firstInstanceOf(found, known) ?? nearest(found, known) ?? partOf(found, known);
  return { kind: 'unknown-name', named: 'reference', path, found, nearest: meant, known };
};

/** With a `web-1` and a `web-2`, `ports.web.http` belongs to neither. */
const firstInstanceOf = (found: string, known: readonly string[]): string | null => {
  const [root, process, port] = found.split('.');
  const meant = `${root}.${process}-1.${port ?? ''}`;
  return root === 'ports' ? (known.find((name) => name.startsWith(meant)) ?? null) : null;
};

const partOf = (found: string, known: readonly string[]): string | null =>
  known.find((name) => name.startsWith(`${found}.`)) ?? null;

const knownReferences = ({ ports, volumes, files, app, receiver }: WiringValues): readonly string[] => [
  ...[...ports].flatMap(([process, byName]) => [...byName.keys()].map((port) => `ports.${process}.${port}`)),
  ...[...volumes.keys()].map((volume) => `volumes.${volume}`),
  ...[...files.keys()].map((file) => `files.${file}`),
  ...(app?.isNamed === true ? ['app.name', 'app.instance'] : []),
  ...(receiver === undefined ? [] : ['receiver.name', 'receiver.process']),
];

class UnknownReference extends Error {
  readonly reference: string;
  constructor(reference: string) {
    super(`there is no ${reference}`);
    this.reference = reference;
  }
}

type OnRead = (value: unknown) => void;

const nobody: OnRead = () => undefined;

const createWiring = ({ ports, volumes, files, env, app }: WiringValues, onRead: OnRead): Wiring => ({
  ports: guarded(
    'ports',
    [...ports]
      .filter(([, byName]) => byName.size > 0)
      .map(([process, byName]) => [process, guarded(`ports.${process}`, [...byName], onRead)]),
    nobody,
  ),
  volumes: guarded('volumes', [...volumes], onRead),
  files: guarded('files', [...files], onRead),
  env,
  app: guarded(
    'app',
    app === null ? [] : Object.entries({ name: app.name, instance: app.instance }),
    nobody,
  ) as OwnApp,
});

/** Throws for an unknown name: `undefined` would end up in a command line. */
const guarded = (base: string, entries: readonly (readonly [string, unknown])[], onRead: OnRead): object =>
  new Proxy(Object.assign(Object.create(null), Object.fromEntries(entries)), {
    get: (target, name) => {
      // JSON.stringify reads `toJSON`, and console.log reads symbols; neither is a user's name.
      if (typeof name === 'symbol' || name === 'toJSON') return Reflect.get(target, name);
      if (name in target) {
        onRead(target[name]);
        return target[name];
      }
      throw new UnknownReference(`${base}.${name}`);
    },
  });
