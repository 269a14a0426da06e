import { defineScalarTag, FAILSAFE_SCHEMA, load } from 'js-yaml';
import type { FieldPath, FieldProblem, Position } from '../../model/failures/config-problem.ts';
import { packageKey } from './find-config.ts';
import { withIndentedFlows } from './indented-flows.ts';

/** `!!int 3` is a text like any other. */
const asWritten = FAILSAFE_SCHEMA.withTags(
  defineScalarTag('tag:yaml.org,2002:', {
    matchByTagPrefix: true,
    resolve: (source) => source,
    identify: () => false,
  }),
);

/** Finds a key that appears twice in one object. JSON.parse silently keeps the last one. */
export const findDuplicateKey = (json: string): Position | null => {
  try {
    load(json, { schema: FAILSAFE_SCHEMA });
    return null;
  } catch (error) {
    // JSON is YAML except for corner cases, which JSON.parse has rejected already. The mark counts from 0 and is behind
    // the opening quote.
    const { reason, mark } = error as { readonly reason?: string; readonly mark?: Position };
    if (reason !== 'duplicated mapping key' || mark === undefined) return null;
    return { line: mark.line + 1, column: mark.column };
  }
};

/**
 * Returns a valid `package.json` with everything except the value of `sidecars` blanked out, so that positions in it
 * stay correct.
 */
export const sidecarsOf = (manifest: string): string => {
  let depth = 0;
  let start = -1;
  for (const { 0: token, index } of manifest.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if ('}],'.includes(token) && depth === 1 && start !== -1) return blanked(manifest, start, index);
    if ('{['.includes(token)) depth += 1;
    else if ('}]'.includes(token)) depth -= 1;
    if (depth === 1 && start === -1 && token === `"${packageKey}"`)
      start = keyEnd(manifest, index + token.length);
  }
  return '';
};

/** Index at which the value after a key begins, or -1 if it is not a key. */
const keyEnd = (text: string, at: number): number => {
  const colon = /^\s*:/.exec(text.slice(at))?.[0];
  return colon === undefined ? -1 : at + colon.length;
};

const blanked = (text: string, start: number, end: number): string =>
  text.slice(0, start).replaceAll(/[^\n]/g, ' ') + text.slice(start, end);

/**
 * Finds variables whose number or boolean changes when it is read: `1.10` becomes 1.1, and `12345678901234567890`
 * another number. `text` is the document that `value` was read from.
 */
export const findRespelled = (value: unknown, text: string): readonly FieldProblem[] => {
  const candidates = environmentsOf(value, []).flatMap(({ path, env }) =>
    Object.entries(env)
      .filter(([, read]) => typeof read === 'number' || typeof read === 'boolean')
      .map(([name, read]) => ({ path: [...path, name], read: String(read) })),
  );
  if (candidates.length === 0) return [];
  const spelled = withIndentedFlows(text, (indented) => load(indented, { schema: asWritten }));
  return candidates.flatMap(({ path, read }): FieldProblem[] => {
    const written = at(spelled, path);
    return typeof written !== 'string' || written === read
      ? []
      : [{ kind: 'respelled', path, written, read }];
  });
};

interface Environment {
  readonly path: FieldPath;
  readonly env: Readonly<Record<string, unknown>>;
}

const PROCESSES = ['init', 'sidecars'];

/** Environments of the pod, its apps and all processes. */
const environmentsOf = (value: unknown, path: FieldPath): readonly Environment[] => {
  const fields = record(value);
  const below = (field: string): readonly Environment[] =>
    Object.entries(record(fields[field])).flatMap(([name, process]) =>
      environmentOf(process, [...path, field, name]),
    );
  return [
    ...environmentOf(value, path),
    ...environmentOf(fields['primary'], [...path, 'primary']),
    ...PROCESSES.flatMap(below),
    ...Object.entries(record(fields['apps'])).flatMap(([name, app]) =>
      environmentsOf(app, [...path, 'apps', name]),
    ),
  ];
};

const environmentOf = (process: unknown, path: FieldPath): readonly Environment[] =>
  [record(record(process)['env'])].map((env) => ({ path: [...path, 'env'], env }));

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const at = (value: unknown, path: FieldPath): unknown =>
  path.reduce<unknown>(
    (inner, key) => (Object.hasOwn(record(inner), key) ? record(inner)[key] : undefined),
    value,
  );
