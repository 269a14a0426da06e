import type { WrittenPod, WrittenProcess } from './assemble.ts';
import type { Fields, Value } from './found-pod.ts';
import { folded, key, plainSource, wiredSource } from './source-text.ts';

/** Writes the whole config file, as TypeScript that Node runs as it is. */
export const writeConfig = (pod: WrittenPod, sources: readonly string[]): string => {
  const of = (role: WrittenProcess['role']) => pod.processes.filter((process) => process.role === role);
  const { volumes, env, envFile } = pod.fields;
  const primary = of('primary').map((process) => processSource(process, 2, 'primary'));
  const body = [
    pod.name === undefined ? '' : `  name: ${plainSource(pod.name, 2)},\n`,
    field('envFile', envFile, 2),
    field('env', env, 2),
    volumes === undefined ? '' : `  ${VOLUMES}\n${field('volumes', volumes, 2)}`,
    group('init', INIT, of('init')),
    group('sidecars', SIDECARS, of('sidecar'), readyMade(pod)),
    of('sidecar').length > 0 ? '' : alone(readyMade(pod)),
    `\n${comment([PRIMARY], 2)}${primary.join('')}`,
  ];
  return `${head(pod, sources)}import { defineConfig } from 'sidecarctl';\n\nexport default defineConfig({\n${body.join('')}});\n`;
};

const VOLUMES = '// Directories that all processes share, kept between runs.';
const INIT = 'Each must exit 0 before what depends on it starts.';
const SIDECARS = 'Run beside the app: started before it, stopped after it, restarted when they exit.';
const PRIMARY = 'The app. The pod ends with it, and its exit code is that of sidecarctl.';

const head = ({ leftOut, remarks }: WrittenPod, sources: readonly string[]): string =>
  comment(
    [
      `Written by 'sidecarctl init' from ${sources.join(' and ')}. Check it with 'sidecarctl check', run it with 'sidecarctl dev'.`,
      ...remarks.map(sentence),
      ...(leftOut.length === 0 ? [] : ['', 'Not carried over:', ...leftOut.map((what) => `- ${what}`)]),
    ],
    0,
  );

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const group = (
  name: string,
  what: string,
  processes: readonly WrittenProcess[],
  offer: string | null = null,
): string => {
  if (processes.length === 0) return '';
  const written = processes.map((process) => processSource(process, 4, process.label));
  const offered = offer === null ? '' : comment([OFFER, `${offer},`], 4);
  return `\n${comment([what], 2)}  ${name}: {\n${written.join('')}${offered}  },\n`;
};

const OFFER = 'HTTPS in front of the app, with nothing to install:';

const alone = (offer: string | null): string =>
  offer === null ? '' : `\n${comment([OFFER, `sidecars: { ${offer} },`], 2)}`;

/** A ready-made sidecar for an app with a port, as a comment: who wants it takes the slashes away. */
const readyMade = ({ processes }: WrittenPod): string | null => {
  const app = processes.find(({ role }) => role === 'primary');
  const isTaken = processes.some(({ label }) => label === EDGE);
  if (app?.fields['ports'] === undefined || isTaken) return null;
  return `${EDGE}: { use: 'ambassador', with: { to: ${plainSource(app.label, 0)}, tls: true } }`;
};

const EDGE = 'edge';

const FIELDS_WITH_WIRING = ['cwd', 'env', 'startup', 'readiness', 'liveness', 'postStart', 'preStop', 'stop'];

const processSource = (
  { label, role, comments, fields }: WrittenProcess,
  indent: number,
  name: string,
): string => {
  const space = ' '.repeat(indent);
  const own = role === 'primary' ? { name: label, ...fields } : fields;
  const lines = Object.entries(own).map(([fieldName, value]) => field(fieldName, value, indent + 2));
  return `${comment(comments, indent)}${space}${key(name)}: {\n${lines.join('')}${space}},\n`;
};

const field = (name: string, value: Value | undefined, indent: number): string =>
  value === undefined ? '' : `${' '.repeat(indent)}${name}: ${fieldSource(name, value, indent)},\n`;

const fieldSource = (name: string, value: Value, indent: number): string => {
  if (name === 'command') return wiredSource(value, indent, 'shell');
  if (!FIELDS_WITH_WIRING.includes(name)) return plainSource(value, indent);
  // Each variable, target and hook may be a function by itself, and the rest stays data.
  return isFields(value)
    ? eachWired(value, indent)
    : wiredSource(value, indent, name === 'cwd' ? 'plain' : 'shell');
};

const isFields = (value: Value): value is Fields =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.getPrototypeOf(value) === Object.prototype;

const eachWired = (fields: Fields, indent: number): string => {
  const written = Object.entries(fields).filter(([, value]) => value !== undefined);
  const items = written.map(([name, value]) => {
    const dialect = name === 'exec' || name === 'command' ? 'shell' : 'plain';
    return `${key(name)}: ${wiredSource(value as Value, indent + 2, dialect)}`;
  });
  return folded('{ ', items, ' }', indent);
};

const comment = (lines: readonly string[], indent: number): string =>
  lines
    .flatMap((line) => line.split(/\r?\n/))
    .map((line) => `${' '.repeat(indent)}${`// ${line}`.trimEnd()}\n`)
    .join('');
