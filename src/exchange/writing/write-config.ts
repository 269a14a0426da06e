import type { Fields, Value } from '../form/found-pod.ts';
import type { Companions, WrittenApp, WrittenPod, WrittenProcess } from './assemble.ts';
import { folded, key, plainSource, wiredSource } from './source-text.ts';

/** Writes the whole config file, as TypeScript that Node runs as it is. */
export const writeConfig = (pod: WrittenPod, sources: readonly string[]): string => {
  const { volumes, env, envFile, stop } = pod.fields;
  const parts = [
    [
      pod.name === undefined ? '' : `  name: ${plainSource(pod.name, 2)},\n`,
      field('envFile', envFile, 2),
      field('env', env, 2),
      field('stop', stop, 2),
    ].join(''),
    volumes === undefined ? '' : `${comment([volumesSay(volumes)], 2)}${field('volumes', volumes, 2)}`,
    ...companionsSource(pod.shared, 2, readyMade(pod)),
    pod.shared.sidecars.length > 0 ? '' : alone(readyMade(pod)),
    appsSource(pod),
  ].filter((part) => part !== '');
  const body = parts.join('\n');
  const helper = body.includes(`${REQUIRED}(`) ? `\n${REQUIRED_SOURCE}` : '';
  return `${head(pod, sources)}import { defineConfig } from 'sidecarctl';\n${helper}\nexport default defineConfig({\n${body}});\n`;
};

/** What is true of all of them. */
const volumesSay = (volumes: Value): string =>
  Object.values(volumes as Fields).every((volume) => (volume as Fields)['persist'] === true)
    ? 'Directories that all processes share, kept between runs.'
    : 'Directories that all processes share.';

const INIT = 'Each must exit 0 before what depends on it starts.';
const SIDECARS = 'Run beside the app: started before it, stopped after it, restarted when they exit.';
const PRIMARY = 'The app. The pod ends with it, and its exit code is that of sidecarctl.';
const APPS = 'Several apps: each ends by itself, and the pod ends with the last one.';

/** Stands in code for a variable that must be set, where a reference in a string cannot. */
export const REQUIRED = 'required';

const REQUIRED_SOURCE = `const ${REQUIRED} = (value: string | undefined, name: string): string => {
  if (!value) throw new Error(\`\${name} must be set\`);
  return value;
};
`;

const head = ({ leftOut, remarks }: WrittenPod, sources: readonly string[]): string =>
  comment(
    [
      `Written by 'sidecarctl init' from ${sources.join(' and ')}. Check it with 'sidecarctl check', run it with 'sidecarctl dev'.`,
      ...remarks.map(sentence),
      ...(leftOut.length === 0 ? [] : ['', 'Not carried over:', ...leftOut.map((what) => `- ${what}`)]),
    ],
    0,
  );

const sentence = (text: string): string =>
  LOWER_CASE.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Names that stay as they are at the beginning of a sentence. */
const LOWER_CASE = /^(mprocs|pm2|daprd|process-compose|supervisord|concurrently)/;

const companionsSource = (
  { init, sidecars }: Companions,
  indent: number,
  offer: string | null = null,
): readonly string[] => [
  group('init', indent === 2 ? INIT : null, init, indent),
  group('sidecars', indent === 2 ? SIDECARS : null, sidecars, indent, offer),
];

const group = (
  name: string,
  what: string | null,
  processes: readonly WrittenProcess[],
  indent: number,
  offer: string | null = null,
): string => {
  if (processes.length === 0) return '';
  const space = ' '.repeat(indent);
  const written = processes.map((process) => processSource(process, indent + 2, process.label));
  const offered = offer === null ? '' : comment([OFFER, `${offer},`], indent + 2);
  return `${what === null ? '' : comment([what], indent)}${space}${name}: {\n${written.join('')}${offered}${space}},\n`;
};

const appsSource = ({ apps, isOneApp }: WrittenPod): string => {
  const [only] = apps;
  if (only !== undefined && isOneApp)
    return `${comment([PRIMARY], 2)}${processSource(only.primary, 2, 'primary')}`;
  return `${comment([APPS], 2)}  apps: {\n${apps.map((app) => appSource(app)).join('')}  },\n`;
};

const appSource = (app: WrittenApp): string => {
  const companions = companionsSource(app, 6).join('');
  const primary = processSource({ ...app.primary, comments: [] }, 6, 'primary', false);
  const { comments, label } = app.primary;
  const volumes = Object.keys(app.volumes).length === 0 ? '' : field('volumes', app.volumes, 6);
  return `${comment(comments, 4)}    ${key(label)}: {\n${volumes}${companions}${primary}    },\n`;
};

const OFFER = 'HTTPS in front of the app, with nothing to install:';

const alone = (offer: string | null): string =>
  offer === null ? '' : comment([OFFER, `sidecars: { ${offer} },`], 2);

/** A ready-made sidecar for an app with a port, as a comment: who wants it takes the slashes away. */
const readyMade = ({ shared, apps }: WrittenPod): string | null => {
  const app = apps.find(({ primary }) => primary.fields['ports'] !== undefined)?.primary;
  const others = [...shared.init, ...shared.sidecars, ...apps.map(({ primary }) => primary)];
  if (app === undefined || others.some(({ label }) => label === EDGE)) return null;
  return `${EDGE}: { use: 'ambassador', with: { to: ${plainSource(app.label, 0)}, tls: true } }`;
};

const EDGE = 'edge';

/** The order in which an experienced person writes the fields. */
const ORDER = [
  'name',
  'description',
  'instances',
  'image',
  'build',
  'pull',
  'command',
  'args',
  'workingDir',
  'user',
  'anonymousVolumes',
  'cwd',
  'env',
  'envFile',
  'ports',
  'mounts',
  'files',
  'dependsOn',
  'startup',
  'readiness',
  'liveness',
  'postStart',
  'preStop',
  'restart',
  'essential',
  'stop',
  'watch',
  'autostart',
  'stdin',
  'tty',
];

const FIELDS_WITH_WIRING = [
  'args',
  'cwd',
  'env',
  'files',
  'startup',
  'readiness',
  'liveness',
  'postStart',
  'preStop',
  'stop',
];

const processSource = (
  { label, comments, fields }: WrittenProcess,
  indent: number,
  name: string,
  isNamed = name === 'primary' && label !== 'primary',
): string => {
  const space = ' '.repeat(indent);
  const own = Object.entries(isNamed ? { name: label, ...fields } : fields);
  const ordered = own.toSorted(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other));
  const lines = ordered.map(([fieldName, value]) => field(fieldName, value, indent + 2)).filter(Boolean);
  const line = `${space}${key(name)}: { ${lines.map((each) => each.trim().replace(/,$/, '')).join(', ')} },\n`;
  const fits = lines.length <= 2 && line.split('\n').length === 2 && line.length <= LINE;
  return `${comment(comments, indent)}${fits ? line : `${space}${key(name)}: {\n${lines.join('')}${space}},\n`}`;
};

/** The longest line of a process that is written on one. */
const LINE = 100;

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
