import * as z from 'zod/mini';
import type { Expectation } from '../../model/failures/config-problem.ts';
import { isVersionRange } from '../../model/version-range.ts';
import { durationPattern } from './duration.ts';

/** For `process-fields.ts`, which does not import Zod itself. */
export { literal, optional, union } from 'zod/mini';

// A config is read once: compiling a parser for it would cost more than it saves.
z.config({ jitless: true });

// Every node names by its `error` what it expects, as a word of `Expectation`, which `schema-problems.ts` reads.

/** A key of a ConfigMap; the JSON schema has the same text. */
const fileNamePattern = /^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]{0,251}$/;

/** A DNS label; the JSON schema has the same text. */
export const namePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const expected = (error: Expectation): { readonly error: Expectation } => ({ error });

const keysByExpectation = new Map<string, readonly string[]>();

/** Fields that an object of this kind may have. */
export const keysOf = (expectation: string): readonly string[] => keysByExpectation.get(expectation) ?? [];

/** Kind of object that has exactly these fields. */
export const kindOf = (fields: readonly string[]): string | undefined =>
  [...keysByExpectation].find(([, keys]) => keys.join() === fields.join())?.[0];

export const object = <Shape extends z.core.$ZodLooseShape>(expectation: Expectation, shape: Shape) => {
  keysByExpectation.set(expectation, Object.keys(shape));
  return z.strictObject(shape, expected(expectation));
};

/** Creates a record with some of these keys. */
export const some = <Key extends string, Value extends z.core.$ZodType>(
  expectation: Expectation,
  keys: readonly Key[],
  value: Value,
) => {
  keysByExpectation.set(expectation, keys);
  return z.partialRecord(z.enum(keys, expected(expectation)), value, expected(expectation));
};

export const list = <Item extends z.core.$ZodType>(item: Item, expectation: Expectation) =>
  z.readonly(z.array(item, expected(expectation)));

/** Creates a record with keys that users choose; each key is checked. */
export const named = <Value extends z.core.$ZodType>(value: Value, expectation: Expectation) =>
  z.record(z.string().check(z.regex(namePattern)), value, expected(expectation));

/**
 * Creates a part when a config first needs it: most configs use few of the fields, and creating every part takes 5 ms
 * of a start.
 */
export const late = <Part extends z.core.$ZodType>(make: () => Part): z.ZodMiniLazy<Part> => {
  const part = z.lazy(make);
  // Zod reads this for each field that a config leaves out. No part has a default.
  Object.defineProperty(part._zod, 'optin', { value: undefined });
  return part;
};

const wiringFunction = z.custom<(wiring: never) => unknown>(
  (value) => typeof value === 'function',
  expected('wiring-function'),
);

export const wired = <Value extends z.core.$ZodType>(value: Value, expectation: Expectation) =>
  z.union([value, wiringFunction], expected(expectation));

export const text = z.string(expected('text'));
export const boolean = z.boolean(expected('boolean'));
export const path = z.string(expected('path')).check(z.minLength(1, expected('path')));

const durationOf = (expectation: 'duration' | 'positive-duration') => {
  const least = expectation === 'duration' ? z.gte(0, expected(expectation)) : z.gt(0, expected(expectation));
  // Excludes zero in every spelling: '0s', '0.0ms'.
  const pattern = expectation === 'duration' ? durationPattern : /^(?!0+(\.0+)?\D)(\d+(?:\.\d+)?)(ms|s|m|h)$/;
  return z.union(
    [z.number(expected(expectation)).check(least), z.string().check(z.regex(pattern, expected(expectation)))],
    expected(expectation),
  );
};
export const duration = late(() => durationOf('duration'));
export const positiveDuration = late(() => durationOf('positive-duration'));

export const count = late(() => z.int(expected('count')).check(z.gte(1, expected('count'))));
export const portNumber = late(() =>
  z.int(expected('port')).check(z.gte(1, expected('port')), z.lte(65_535, expected('port'))),
);

export const command = z.union(
  [
    z.string().check(z.regex(/\S/, expected('command'))),
    list(text, 'command').check(
      z.refine((words) => words.length > 0 && words[0] !== '', expected('command')),
    ),
  ],
  expected('command'),
);

export const image = z.string(expected('image')).check(z.regex(/^\S+$/, expected('image')));

export const args = list(text, 'arguments');

export const pull = late(() => z.enum(['missing', 'always', 'never'], expected('image-pull')));

export const anonymousVolumes = late(() =>
  list(
    z.string(expected('container-path')).check(z.regex(/^\/./, expected('container-path'))),
    'container-paths',
  ),
);

export const build = late(() =>
  object('image-build', {
    context: path,
    dockerfile: z.optional(path),
    dockerfileInline: z.optional(text),
    target: z.optional(path),
    args: z.optional(z.record(z.string().check(z.regex(/^[^=]+$/)), text, expected('build-args'))),
  }),
);

/** An id of 20 digits would reach the process as a different number. */
const envValue = late(() => {
  const number = z
    .number(expected('env-value'))
    .check(
      z.gte(Number.MIN_SAFE_INTEGER, expected('exact-number')),
      z.lte(Number.MAX_SAFE_INTEGER, expected('exact-number')),
    );
  return z.union([z.string(), number, z.boolean(), z.null()], expected('env-value'));
});
const envName = z.string().check(z.regex(/^[^=\0]+$/));
const environment = late(() => z.record(envName, envValue, expected('environment')));
export const wiredEnvironment = late(() =>
  wired(z.record(envName, wired(envValue, 'env-value'), expected('environment')), 'environment'),
);

export const envFiles = late(() => {
  const envFile = z.union(
    [path, object('env-file', { path, required: z.optional(boolean) })],
    expected('env-file'),
  );
  return z.union([envFile, list(envFile, 'env-file')], expected('env-file'));
});

export const port = late(() =>
  z.union(
    [
      portNumber,
      z.literal('auto'),
      object('port', {
        port: z.union([portNumber, z.literal('auto')], expected('port')),
        protocol: z.optional(z.enum(['tcp', 'udp'], expected('protocol'))),
        host: z.optional(path),
        target: z.optional(portNumber),
        activate: z.optional(boolean),
      }),
    ],
    expected('port'),
  ),
);

export const volume = late(() => object('volume', { persist: z.optional(boolean), path: z.optional(path) }));

export const mounts = late(() => {
  const place = z.union(
    [path, object('mount-place', { path, subPath: z.optional(path), readOnly: z.optional(boolean) })],
    expected('mount-place'),
  );
  const places = z.union([place, list(place, 'mount-place')], expected('mount-place'));
  return z.record(z.string(), z.optional(places), expected('mounts'));
});

const dependency = late(() => {
  const condition = z.enum(['started', 'ready', 'completed'], expected('condition'));
  return z.union(
    [
      condition,
      object('dependency', {
        condition: z.optional(condition),
        restart: z.optional(boolean),
        required: z.optional(boolean),
      }),
    ],
    expected('dependency'),
  );
});
export const dependencies = late(() =>
  z.union(
    [list(text, 'dependencies'), z.record(z.string(), z.optional(dependency), expected('dependencies'))],
    expected('dependencies'),
  ),
);

const portTarget = z.union([portNumber, path], expected('tcp-target'));
const httpTarget = late(() =>
  z.union(
    [
      path,
      object('http-target', {
        port: z.optional(portTarget),
        path: z.optional(z.string(expected('url-path')).check(z.startsWith('/', expected('url-path')))),
        scheme: z.optional(z.enum(['http', 'https'], expected('scheme'))),
        headers: z.optional(z.record(z.string(), text, expected('headers'))),
        status: z.optional(
          z.int(expected('status')).check(z.gte(100, expected('status')), z.lte(599, expected('status'))),
        ),
      }),
    ],
    expected('http-target'),
  ),
);
const grpcTarget = late(() =>
  z.union(
    [portTarget, object('grpc-target', { port: portTarget, service: z.optional(text) })],
    expected('grpc-target'),
  ),
);
const logPattern = late(() =>
  z.union(
    [
      z.string().check(z.minLength(1, expected('log-pattern'))),
      z.custom<RegExp>((value) => value instanceof RegExp, expected('log-pattern')),
    ],
    expected('log-pattern'),
  ),
);

/** Targets of a probe; it has exactly one. */
export const probeTargets = ['http', 'tcp', 'exec', 'grpc', 'log', 'file', 'notify'] as const;

const targets = () =>
  ({
    http: z.optional(wired(httpTarget, 'http-target')),
    tcp: z.optional(wired(portTarget, 'tcp-target')),
    exec: z.optional(wired(command, 'command')),
    grpc: z.optional(wired(grpcTarget, 'grpc-target')),
    log: z.optional(wired(logPattern, 'log-pattern')),
    file: z.optional(wired(path, 'path')),
    notify: z.optional(z.literal(true, expected('true'))),
  }) satisfies Record<(typeof probeTargets)[number], z.core.$ZodType>;

export const probe = late(() =>
  object('probe', {
    ...targets(),
    initialDelay: z.optional(duration),
    period: z.optional(positiveDuration),
    timeout: z.optional(positiveDuration),
    successThreshold: z.optional(count),
    failureThreshold: z.optional(count),
    grace: z.optional(duration),
  }),
);

export const hook = late(() =>
  z.union(
    [
      command,
      wiringFunction,
      object('hook', { http: z.optional(wired(httpTarget, 'http-target')), sleep: z.optional(duration) }),
    ],
    expected('hook'),
  ),
);

export const ownCommands = late(() => {
  const own = z.union(
    [
      command,
      wiringFunction,
      object('own-command', {
        command: wired(command, 'command'),
        description: z.optional(text),
        tty: z.optional(boolean),
      }),
    ],
    expected('own-command'),
  );
  return named(own, 'own-commands');
});

export const restart = late(() => {
  const policy = z.enum(['always', 'on-failure', 'never'], expected('policy'));
  return z.union(
    [
      policy,
      object('restart', {
        policy: z.optional(policy),
        backoff: z.optional(
          object('backoff', {
            initial: z.optional(positiveDuration),
            factor: z.optional(z.number(expected('factor')).check(z.gte(1, expected('factor')))),
            max: z.optional(positiveDuration),
          }),
        ),
        resetAfter: z.optional(duration),
        limit: z.optional(object('limit', { restarts: count, within: positiveDuration })),
      }),
    ],
    expected('restart'),
  );
});

const signal = z.string(expected('signal'));

export const watch = late(() => {
  const watchList = list(path, 'watch');
  return z.union(
    [
      watchList,
      object('watch', {
        paths: watchList,
        ignore: z.optional(watchList),
        debounce: z.optional(duration),
        action: z.optional(
          z.union(
            [
              z.literal('restart'),
              z.strictObject({ signal }, expected('watch-action')),
              z.strictObject({ command: wired(command, 'command') }, expected('watch-action')),
            ],
            expected('watch-action'),
          ),
        ),
        polling: z.optional(z.union([z.literal(true), positiveDuration], expected('watch-polling'))),
      }),
    ],
    expected('watch'),
  );
});

export const stop = late(() =>
  object('stop', {
    signal: z.optional(signal),
    grace: z.optional(duration),
    command: z.optional(wired(command, 'command')),
  }),
);

/** What is written as JSON has no functions in it: references stand for what is not known yet. */
const fileContent = z.union([text, z.record(z.string(), z.unknown())], expected('file-content'));

export const files = late(() => {
  const onChange = z.union(
    [z.literal('restart'), z.literal('none'), z.strictObject({ signal }, expected('file-change'))],
    expected('file-change'),
  );
  const file = z.union(
    [
      text,
      wiringFunction,
      object('file', {
        content: wired(fileContent, 'file-content'),
        mode: z.optional(
          z.string(expected('file-mode')).check(z.regex(/^0?[0-7]{3}$/, expected('file-mode'))),
        ),
        onChange: z.optional(onChange),
        secret: z.optional(boolean),
      }),
      object('rendered-file', { from: path, onChange: z.optional(onChange) }),
    ],
    expected('file'),
  );
  return z.record(z.string().check(z.regex(fileNamePattern, expected('files'))), file, expected('files'));
});

export const provides = late(() =>
  object('provides', {
    env: z.optional(wiredEnvironment),
    defaults: z.optional(wiredEnvironment),
    to: z.optional(list(text, 'process-names')),
  }),
);

export const requires = late(() => {
  const range = z
    .string(expected('version-range'))
    .check(z.refine(isVersionRange, expected('version-range')));
  const requirement = z.union(
    [range, object('requirement', { version: range, args: z.optional(list(text, 'arguments')) })],
    expected('requirement'),
  );
  return z.record(z.string(), requirement, expected('requires'));
});

/** Schema of a wiring function's result, by the kind of slot. */
export const slotSchemas = {
  command,
  args,
  image,
  path,
  environment,
  variable: envValue,
  http: httpTarget,
  tcp: portTarget,
  grpc: grpcTarget,
  log: logPattern,
  content: fileContent,
} as const;

export type Slot = keyof typeof slotSchemas;
