import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { unknownReference, type WiringValues } from './wiring.ts';

/** In a shell's command line, only the roots of the wiring are references; the rest is the shell's. */
export type Dialect = 'plain' | 'shell';

export interface Filled {
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
}

// The escape comes first, so that `$${ports.a.b}` is not seen as a reference behind a dollar.
const patterns: Readonly<Record<Dialect, RegExp>> = {
  plain: /\$\$\{|\$\{([^}]*)(\}?)/g,
  shell: /\$\$\{|\$\{((?:ports|volumes|files|env|app)\.[^}]*)(\}?)/g,
};

/**
 * Replaces `${ports.redis.main}`, `${volumes.logs}`, `${files.conf}`, `${env.HOME}`, `${app.name}` and, in what a process
 * provides, `${receiver.name}` by their values; `$${` becomes `${`.
 *
 * @example
 * fillReferences('--port ${ports.redis.main}', 'shell', values, path).text // '--port 41233'
 */
export const fillReferences = (
  text: string,
  dialect: Dialect,
  values: WiringValues,
  path: FieldPath,
): Filled => {
  const problems: ConfigProblem[] = [];
  const filled = text.replace(patterns[dialect], (match, reference: string | undefined, end: string) => {
    if (reference === undefined) return '${';
    const value = end === '' ? unclosed(match, path) : look(reference, values, path);
    if (typeof value === 'string') return value;
    problems.push(value);
    return match;
  });
  return { text: filled, problems };
};

/** The rest of the text may be a whole file, or a secret. */
const unclosed = (match: string, path: FieldPath): ConfigProblem => ({
  kind: 'unclosed-reference',
  path,
  found: /^\$\{[\w.-]*/.exec(match)?.[0] ?? '${',
});

const look = (reference: string, values: WiringValues, path: FieldPath): string | ConfigProblem => {
  const [root, first = '', ...rest] = reference.split('.');
  if (root === 'env' && reference.includes('.'))
    return variable(reference.slice('env.'.length), values.env, path);
  const value = valueAt(root, first, rest, values);
  if (value !== undefined) return value;
  if (/^\w+$/.test(reference)) return { kind: 'undotted-reference', path, name: reference };
  return unknownReference(reference, values, path);
};

const valueAt = (
  root: string | undefined,
  first: string,
  rest: readonly string[],
  values: WiringValues,
): string | undefined => {
  switch (root) {
    case 'volumes':
      return volumeAt(first, rest, values);
    case 'files':
      return values.files.get([first, ...rest].join('.'));
    case 'ports':
      return portAt(first, rest, values);
    case 'app':
      return rest.length === 0 ? appAt(first, values) : undefined;
    case 'receiver':
      return rest.length === 0 ? receiverAt(first, values) : undefined;
    default:
      return undefined;
  }
};

const appAt = (field: string, { app }: WiringValues): string | undefined => {
  if (app === null) return undefined;
  return field === 'name' ? app.name : field === 'instance' ? String(app.instance) : undefined;
};

const receiverAt = (field: string, { receiver }: WiringValues): string | undefined =>
  field === 'name' || field === 'process' ? receiver?.[field] : undefined;

const volumeAt = (name: string, rest: readonly string[], values: WiringValues): string | undefined =>
  rest.length === 0 ? values.volumes.get(name) : undefined;

const portAt = (process: string, rest: readonly string[], values: WiringValues): string | undefined =>
  rest.length === 1
    ? values.ports
        .get(process)
        ?.get(rest[0] ?? '')
        ?.toString()
    : undefined;

const variable = (name: string, env: WiringValues['env'], path: FieldPath): string | ConfigProblem => {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value ?? { kind: 'unset-variable', path, name, nearest: nearest(name, Object.keys(env)) };
};
