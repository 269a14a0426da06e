import { styleText } from 'node:util';
import type {
  ArgumentsBlocker,
  ConfigFailure,
  ConfigProblem,
  Expectation,
  FieldPath,
  FieldProblem,
  LoadingProblem,
  LocalProblem,
  Named,
  Position,
  PrimaryProblem,
  SelectionProblem,
} from '../model/failures/config-problem.ts';
import { envFileErrorText } from './env-file-text.ts';
import { logWords } from './log-words.ts';
import { metricsWords } from './metrics-words.ts';
import { ownText, printable } from './printable.ts';
import { refreshWords } from './refresh-words.ts';
import { isSecretName, MASK, maskSecrets } from './secrets.ts';
import { shipperWords } from './shipper-words.ts';
import { trafficWords } from './traffic-words.ts';

/**
 * Words all problems of a config, one line each, with a newline at the end: `sidecars.config.ts:
 * sidecars.redis.readiness.tcp: there is no port 'mian', … Did you mean 'main'?`
 */
export const formatConfigProblems = (
  { file, problems }: ConfigFailure,
  { color }: { readonly color: boolean },
): string => {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  return problems.map((problem) => `${formatProblem(problem, file, paint)}\n`).join('');
};

/** A problem of a config for programs: its place, as far as it is known, and a sentence. */
export interface ConfigProblemJson {
  readonly file: string | null;
  /** Path such as `primary.dependsOn[0]`, or null if it is about the whole file. */
  readonly field: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

export const configProblemsJson = ({ file, problems }: ConfigFailure): readonly ConfigProblemJson[] =>
  problems.map((problem) => {
    const at = positionOf(problem);
    return {
      file,
      field: 'path' in problem ? fieldName(problem.path) : null,
      line: at?.line ?? null,
      column: at?.column ?? null,
      message: wordsOf(problem),
    };
  });

type Paint = (style: 'bold' | 'red' | 'dim', text: string) => string;

const formatProblem = (problem: ConfigProblem, file: string | null, paint: Paint): string => {
  const where = [
    file === null ? null : paint('dim', printable(placeOf(file, problem))),
    paint('bold', printable(fieldOf(problem))),
  ];
  const words = paint('red', ownText(wordsOf(problem)));
  return [...where.filter((part) => part !== null && part !== ''), words].join(': ');
};

const placeOf = (file: string, problem: ConfigProblem): string => {
  const at = positionOf(problem);
  return at === null ? file : `${file}:${at.line}:${at.column}`;
};

const positionOf = (problem: ConfigProblem): Position | null =>
  'at' in problem && typeof problem.at === 'object' ? problem.at : null;

const fieldOf = (problem: ConfigProblem): string => {
  if (!('path' in problem)) return '';
  // A file of another tool is no config.
  return problem.kind === 'source-mistake' && problem.path.length === 0 ? '' : fieldName(problem.path);
};

/** Path as people write it: `primary.dependsOn[0]`, `env["MY.VAR"]`. */
const fieldName = (path: FieldPath): string => (path.length === 0 ? 'the config' : joined(path));

const joined = (path: FieldPath): string =>
  path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w$-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');

const wordsOf = (problem: ConfigProblem): string => maskSecrets(openWordsOf(problem));

const openWordsOf = (problem: ConfigProblem): string => {
  if (problem.kind === 'unknown-selection') return selectionWords(problem);
  if (problem.kind === 'which-primary') return primaryWords(problem);
  if (isLocal(problem)) return localWords(problem);
  return 'path' in problem ? fieldWords(problem) : loadingWords(problem);
};

const loadingWords = (problem: LoadingProblem): string => {
  switch (problem.kind) {
    case 'no-config':
      return (
        `no config found: looked for ${problem.names.join(', ')} in ${problem.from} and every folder above it. ` +
        (problem.near === null ? '' : `'${problem.near}' is there, but is not one of these names. `) +
        "Run 'sidecarctl init' to write one, or name one with '--config FILE'." +
        (problem.compose === null ? '' : ` 'sidecarctl dev -c ${problem.compose}' runs the Compose file.`)
      );
    case 'no-such-file':
      return 'there is no such file.';
    case 'unreadable':
      return `cannot be read: ${problem.message}.`;
    case 'backslash-in-path':
      return (
        'Node.js loads no code from a path with a backslash in it. ' +
        'Rename the folder, or write the config in YAML or JSON.'
      );
    case 'unknown-file-type':
      return `a config file ends in ${alternatives(problem.known)}, this one in ${quote(problem.extension)}.`;
    case 'syntax':
      return `syntax error: ${problem.message}`;
    case 'not-erasable':
      return (
        `${problem.message}. Node only strips types: ` +
        'a config cannot use enums, namespaces or parameter properties, which are more than types.'
      );
    case 'evaluation':
      return `failed while loading: ${problem.message}${installAdvice(problem.message)}`;
    case 'duplicate-key':
      return 'this key appears twice in the same object: remove one of them.';
    case 'other-format':
      return (
        `a file in the format of ${problem.format} does not run as it is. ` +
        `'sidecarctl init --from ${problem.from}' writes a config of it.`
      );
    case 'no-default-export':
      return "has no default export: write 'export default defineConfig({ … })'.";
    case 'config-function':
      return `the config function failed: ${problem.message}`;
    case 'never-settles':
      return problem.within === null
        ? 'never finishes loading: it awaits a promise that nothing is left to resolve.'
        : `did not finish loading within ${problem.within / 1000}s: do less in it, or put a time limit on what it awaits.`;
    case 'too-large':
      return tooLargeWords(problem);
    default:
      return problem satisfies never;
  }
};

const installAdvice = (message: string): string => {
  const [, name] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  return name === undefined ? '' : `; install it, for example with 'npm install ${name}'`;
};

const tooLargeWords = ({ what, limit }: Extract<LoadingProblem, { readonly kind: 'too-large' }>): string => {
  switch (what) {
    case 'bytes':
      return `is larger than ${limit / 1024 / 1024} MiB, the most that a config can have.`;
    case 'values':
      return `has more than ${limit.toLocaleString('en')} values. An alias or reference counts as all the values that it stands for.`;
    case 'processes':
      return `has more than ${limit.toLocaleString('en')} processes.`;
    case 'depth':
      return `is nested more than ${limit} deep, or refers to itself.`;
    default:
      return what satisfies never;
  }
};

const fieldWords = (problem: FieldProblem): string => {
  switch (problem.kind) {
    case 'missing':
      return `is missing; expected ${allowed[problem.expected]}.`;
    case 'invalid':
      return `is ${isSecretField(problem.path) ? MASK : describe(problem.found)}; expected ${allowed[problem.expected]}.${didYouMean(problem.nearest ?? null)}`;
    case 'unknown-key':
      return `unknown field.${didYouMean(problem.nearest)} Known fields: ${problem.known.join(', ')}.`;
    case 'unknown-name':
      return `${absent[problem.named]} ${quote(problem.found)}.${didYouMean(problem.nearest)}${known(problem.known)}${literal(problem)}`;
    case 'not-a-name':
      return (
        `${quote(problem.found)} is not a name: ` +
        'names are lower-case letters, digits and inner hyphens, at most 63 of them.'
      );
    case 'not-a-file-name':
      return (
        `${quote(problem.found)} is not a file name: ` +
        'file names are letters, digits, hyphens, underscores and dots, at most 253 of them, and do not begin with two dots.'
      );
    case 'variable-taken':
      return `its variable would be ${problem.variable}, which ${fieldName(problem.by)} has: rename one of them.`;
    case 'needs':
      return `means nothing without ${problem.needs}: add that, or leave it out.`;
    case 'excludes':
      return `cannot stand beside ${problem.other}: leave one of them out.`;
    case 'out-of-order':
      return `is ${problem.is} than ${problem.than}.`;
    case 'bad-pattern':
      return `is no regular expression of JavaScript: ${problem.message}.`;
    case 'needs-requests':
      return "is about requests, and with protocol 'tcp' there are only bytes: leave it out.";
    case 'bad-certificate':
      return `${badCertificate[problem.because]}.`;
    case 'command-and-use':
      return 'a ready-made sidecar brings its own program: leave it out, or leave out use.';
    case 'without-image':
      return 'belongs to image, which names what a container is made from: add image, or leave it out.';
    case 'not-in-container':
      return problem.instead === null
        ? 'a process with an image cannot have it: leave it out.'
        : `a process with an image cannot have it: use ${problem.instead}.`;
    case 'mount-not-absolute':
      return `${quote(problem.at)} is not absolute: in a container, a mount needs a path such as '/data'.`;
    case 'without-use':
      return 'belongs to use, which names a ready-made sidecar: add use, or leave it out.';
    case 'use-elsewhere':
      return 'only a sidecar can be ready-made: write it under sidecars.';
    case 'engine-lacks':
      return engineLacksText(problem);
    case 'not-detoured':
      return notDetoured[problem.because];
    case 'detoured-twice':
      return `${fieldName(problem.by)} already stands between ${quote(problem.process)} and that port: leave it out of one of them.`;
    case 'provided-twice':
      return providedTwiceText(problem);
    case 'provides-injected':
      return `sidecarctl itself gives ${problem.variable} to ${quote(problem.to)}: name the variable otherwise.`;
    case 'mode-of-secret':
      return 'a secret file always has mode 0600: leave it out.';
    case 'files-too-large':
      return `the files of a process hold at most ${problem.limit / 1024 / 1024} MiB together; these hold ${problem.bytes.toLocaleString('en')} bytes.`;
    case 'prototype-name':
      return `${quote(problem.found)} has a meaning of its own in JavaScript and cannot be a name here: choose another.`;
    case 'nul-character':
      return 'contains a NUL character, which no argument, variable or path can contain: remove it.';
    case 'name-taken':
      return `the name ${quote(problem.name)} is taken by ${fieldName(problem.by)}: ${sharedNames(problem.path)}.`;
    case 'name-too-long':
      return `its name in the pod is ${quote(problem.name)}: ${problem.name.length} characters, but at most 63 are allowed.`;
    case 'primary-and-apps':
      return 'a config has primary or apps, not both. Apps share the processes beside them.';
    case 'port-of-instances':
      return `only one instance can have port ${problem.port}: write 'auto', which gives each instance its own port.`;
    case 'unknown-signal':
      return `there is no signal ${quote(problem.found)}.${didYouMean(problem.nearest)}`;
    case 'watched-init-task':
      return 'an init task does not run again when files change, so it watches nothing: leave it out.';
    case 'not-activatable':
      return `${notActivatable[problem.because]}: leave it out.`;
    case 'depends-on-itself':
      return `${quote(problem.process)} cannot depend on itself.`;
    case 'dependency-cycle':
      return `dependency cycle: ${problem.cycle.join(' → ')}.`;
    case 'init-depends-on-primary':
      return `an init task cannot depend on the primary ${quote(problem.primary)}, only a sidecar can.`;
    case 'never-completes':
      return `${quote(problem.process)} never completes: ${neverCompletes[problem.because]}.`;
    case 'probe-targets':
      return `a probe has exactly one of ${problem.known.join(', ')}; this one has ${counted(problem.found)}.`;
    case 'output-kinds':
      return `a destination has exactly one of ${problem.known.join(', ')}; this one has ${counted(problem.found)}.`;
    case 'fault-turns':
      return `a fault has at most one of failFirst, every, percentage; this one has ${counted(problem.found)}.`;
    case 'hook-actions':
      return `a hook has exactly one of http, sleep; this one has ${counted(problem.found)}.`;
    case 'one-of':
      return `has exactly one of ${problem.known.join(', ')}; this one has ${counted(problem.found)}.`;
    case 'bad-template':
      return `is no template of Mustache: ${problem.message}.`;
    case 'log-liveness':
      return 'a line in the log does not show that a process is still alive: use log for startup and readiness.';
    case 'success-threshold':
      return `is ${problem.found}, but must be 1 for ${problem.probe}.`;
    case 'readiness-grace':
      return 'a readiness probe kills nothing, so it has no grace: only startup and liveness probes have one.';
    case 'no-port':
      return `${quote(problem.process)} declares no TCP port that this could mean: declare one, or write a whole URL.`;
    case 'no-tcp-port':
      return `${quote(problem.process)} declares no TCP port: declare one.`;
    case 'port-taken':
      return portTakenText(problem);
    case 'mount-taken':
      return `${mountedThere[problem.what]} is already mounted at ${quote(problem.at)}, by ${fieldName(problem.by)}.`;
    case 'mount-of-instances':
      return `every instance would mount its own ${problem.what} at ${quote(problem.at)}: write \${app.instance} into the path.`;
    case 'mount-hides':
      return `a mount at ${quote(problem.at)} would hide ${problem.hidden} from the process: mount elsewhere.`;
    case 'mount-not-read-only':
      return "this mount is a symlink, which cannot be read-only: leave it out, or mount at an absolute path outside the config's folder.";
    case 'sub-path-outside':
      return `${quote(problem.found)} leads out of the volume: write a path within it, such as 'data/cache', without '..'.`;
    case 'sub-path-of-file':
      return 'a file has no parts: leave it out.';
    case 'mount-of-replaced-file':
      return `${quote(problem.file)} is replaced while the process runs, and a mount never shows the file that takes its place: use onChange 'restart', or read it at its own path.`;
    case 'needs-linux':
      return `${needsLinux[problem.what]}.`;
    case 'key-taken':
      return `the key ${quote(problem.key)} is already bound to ${quote(problem.by)}: give one of them another key.`;
    case 'volume-persist-and-path':
      return 'takes persist or path, not both: sidecarctl never deletes a directory of yours.';
    case 'undotted-reference':
      return `\${${problem.name}} is not a reference. For the environment variable write \${env.${problem.name}}, for the text itself $\${${problem.name}}.`;
    case 'unclosed-reference':
      return `${quote(problem.found)} has no closing brace. For a literal \${ write $\${.`;
    case 'unset-variable':
      return `the environment variable ${quote(problem.name)} is not set.${didYouMean(problem.nearest)}`;
    case 'required-variable':
      return `the environment variable ${quote(problem.name)} must be set${problem.why === '' ? '' : `: ${problem.why}`}.`;
    case 'source-mistake':
      return problem.message;
    case 'value-function':
      return `the function failed: ${problem.message}`;
    case 'no-such-path':
      return `there is no ${problem.expected} ${problem.at}.`;
    case 'takes-no-arguments':
      return (
        `arguments cannot be appended to this shell line, as it ends ${lineEnds[problem.because]}. ` +
        'Put the command that takes them last, with nothing after it.'
      );
    case 'respelled':
      return isSecretField(problem.path)
        ? 'would be read as a different text: put it in quotes.'
        : `${problem.written} would be read as ${quote(problem.read)}: put it in quotes.`;
    case 'env-file-line':
      return `${problem.file}:${problem.error.line}: ${envFileErrorText(problem.error)}`;
    default:
      return problem satisfies never;
  }
};

const primaryWords = ({ given, primaries }: PrimaryProblem): string => {
  const what = given === 'command' ? 'the command replaces the primary' : 'the arguments are for the primary';
  return `${what}, but there are several primaries: ${primaries.join(', ')}. Choose one with --only NAME.`;
};

const lineEnds: Readonly<Record<ArgumentsBlocker, string>> = {
  comment: 'in a comment',
  operator: 'in an operator such as &, ; or |',
  compound: 'a group or a compound command',
  'here-document': 'a here-document',
  quote: 'inside a quote',
};

const sharedNames = (path: FieldPath): string => {
  if (path.at(-1) === 'path') return 'files of one sidecar need different paths';
  if (path.includes('toxics')) return 'toxics of one sidecar need different names';
  if (path.includes('volumes')) return 'a volume cannot have the name of an app or of an instance';
  return path[0] === 'apps'
    ? 'apps, the processes that they share, and the processes of an app need different names'
    : 'init tasks, sidecars and the primary need different names';
};

const isLocal = (problem: ConfigProblem): problem is LocalProblem =>
  problem.kind === 'unknown-local' ||
  problem.kind === 'ambiguous-local' ||
  problem.kind === 'local-without-containers';

const localWords = (problem: LocalProblem): string => {
  switch (problem.kind) {
    case 'unknown-local':
      return `--local: there is no container ${quote(problem.found)}.${didYouMean(problem.nearest)}${known(problem.known)}`;
    case 'ambiguous-local':
      return `--local: ${problem.names.length} containers are called ${quote(problem.found)}. Name one of ${alternatives(problem.names)}.`;
    case 'local-without-containers':
      return (
        '--local takes the place of a container of a Kubernetes manifest or a Compose file, which -c names. ' +
        'In a config, give the process a command in place of its image.'
      );
    default:
      return problem satisfies never;
  }
};

const selectionWords = ({ option, found, nearest, known: names }: SelectionProblem): string =>
  `--${option}: there is no process ${quote(found)}.${didYouMean(nearest)}${known(names)}`;

const duration = "milliseconds or a duration such as '250ms', '10s', '5m'";

const allowed: Readonly<Record<Expectation, string>> = {
  ...logWords,
  ...metricsWords,
  ...shipperWords,
  ...trafficWords,
  ...refreshWords,
  amount: 'a whole number from 0',
  app: 'an object with primary and, if needed, sidecars, init, volumes, env, envFile',
  'app-primary': 'an object with a command or an image, and whatever else the app needs',
  apps: 'an object from app names to apps, of which there is at least one',
  arguments: 'a list of strings',
  backoff: 'an object with initial, factor, max',
  boolean: 'true or false',
  command: 'a command: a line for the shell, or a list of program and arguments',
  color: "a color such as 'red' or 'bright-blue', or '#rrggbb'",
  condition: "'started', 'ready' or 'completed'",
  config: 'an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui',
  container: 'an object with engine',
  'container-engine': "'docker', 'podman' or 'nerdctl'",
  count: 'a whole number from 1',
  dependencies: 'a list of process names, or an object from process names to conditions',
  dependency: "'started', 'ready', 'completed', or an object with condition, restart, required",
  layout: "'stacked' or 'side'",
  duration,
  'env-file': 'a path, an object with path and required, or a list of these',
  'env-value': 'a string, a number, true, false, or null to remove the variable',
  'exact-number': 'a number that JavaScript can hold exactly: write it in quotes',
  'process-name': "a name in quotes, such as 'web'",
  environment: 'an object from variables to values',
  factor: 'a number from 1',
  faults: 'an object with to and, if needed, for, toxics, http, enabled',
  'error-status': 'a status from 400 to 599',
  'faults-target': "a process, a port of one such as 'redis.main', or { host, port }",
  file: 'a text, an object with content and, if needed, mode, onChange, secret, or { from: … }',
  'file-content': 'a string, or an object, which is written as JSON',
  'file-change': "'restart', 'none' or { signal: … }",
  'file-mode': "octal digits in quotes, such as '0644'",
  files: 'an object from file names to files',
  'grpc-target': 'a port, or an object with port and service',
  headers: 'an object from header names to strings',
  hook: 'a command, { http: … } or { sleep: … }',
  'http-fault': 'an object with, if needed, match, failFirst, every or percentage, status, delay',
  'http-fault-match': 'an object with path, method, or both',
  'http-faults': 'a list of faults',
  'http-target':
    "a path that starts with '/', an http or https URL, or an object with port, path, scheme, headers, status",
  'container-path': "an absolute path in the container, such as '/app/node_modules'",
  'container-paths': "a list of absolute paths in the container, such as ['/app/node_modules']",
  image: "the name of an image, such as 'postgres:17'",
  'build-args': 'an object of texts',
  'image-build': 'an object with context and, if needed, dockerfile or dockerfileInline, target, args',
  'image-pull': "'missing', 'always' or 'never'",
  isolate: "'pid'",
  stdin: "'null', in quotes",
  limit: 'an object with restarts and within',
  'log-pattern': 'a string that is not empty, or a regular expression',
  key: "a key such as 'r', 'ctrl+r', 'enter', or a list of keys",
  keys: "an object from the dashboard's actions to keys",
  'mount-place': 'a path, an object with path and, if needed, subPath, readOnly, or a list of them',
  mounts: 'an object from the names of volumes and files to paths',
  options: 'an object with its options',
  'own-command': 'a command, or an object with command, description, tty',
  'own-commands': 'an object from names to commands',
  path: 'a string that is not empty',
  percentage: 'a number from 0 to 100',
  'pod-stop': 'an object with grace and minimumGrace',
  policy: "'always', 'on-failure' or 'never'",
  port: "a number from 1 to 65535 or 'auto', or an object with port, protocol, host, target, activate",
  ports: 'an object from port names to ports',
  'positive-duration': `a time above 0: ${duration}`,
  primary: 'an object with a command or an image, and whatever else the app needs',
  probe: 'an object with a target: http, tcp, exec, grpc, log, file or notify',
  process: 'an object with a command or an image, and whatever else the process needs',
  processes: 'an object from process names to processes',
  'process-names': 'a list of process names',
  prometheus: 'an object with, if needed, scrape, scrapeInterval, retention, rules, volume',
  protocol: "'tcp' or 'udp'",
  scheme: "'http' or 'https'",
  provides: 'an object with env, defaults or both and, if needed, to',
  readiness: 'a probe, or false',
  'receiver-url': "the URL of another receiver of OTLP, such as 'http://collector.internal:4318'",
  'rendered-file': 'an object with from and, if needed, onChange',
  requirement: "a version range such as '>=7' or '*', or an object with version and args",
  requires: 'an object from programs to version ranges',
  restart: "'always', 'on-failure', 'never', or an object with policy, backoff, resetAfter, limit",
  scrape: "'auto', or a list of 'auto', ports such as 'web.http', and objects with to",
  'scrape-target': "a port such as 'web.http', or an object with to and, if needed, path, job",
  'scrape-target-port': "a process, a port of one such as 'web.http', or { host, port }",
  server: 'an object with port and, if needed, host',
  share: 'a number from 0 to 1',
  sidecar: 'an object with a command, an image or a use, and whatever else the sidecar needs',
  signal: "the name of a signal, such as 'SIGTERM'",
  status: 'an HTTP status from 100 to 599',
  stop: 'an object with signal, grace, command',
  'tcp-target': 'a port name of the process, or a number from 1 to 65535',
  telemetry: 'an object with, if needed, listen, keep, forward, sampling, file',
  'telemetry-forward': 'the URL of another receiver of OTLP, or an object with url and headers',
  'telemetry-keep': 'an object with traces, logs, metrics',
  'telemetry-listen': 'an object with http, grpc',
  text: 'a string',
  times: "'off', 'clock' or 'ago'",
  theme: "'auto', 'dark', 'light', or an object with base, accent, ready, waiting, failed, muted",
  'theme-base': "'auto', 'dark' or 'light'",
  toxic: 'an object with type and, if needed, name, stream, toxicity, attributes',
  'toxic-attributes': 'an object with the attributes of the toxic',
  'toxic-stream': "'upstream' or 'downstream'",
  'toxic-type': "'latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer' or 'limit_data'",
  toxics: 'a list of toxics',
  true: 'true',
  ui: 'an object with keys, theme, confirmQuit, mouse, wrap, times, layout, bell, notification, title',
  'url-path': "a path that starts with '/'",
  'version-range': "a version range in quotes, such as '>=7', '^7.2', '>=7 <8' or '*'",
  volume: '{}, { persist: true } or { path: … }',
  volumes: 'an object from volume names to volumes',
  watch: 'a list of globs, or an object with paths, ignore, debounce, action, polling',
  'watch-action': "'restart', { signal: … } or { command: … }",
  'watch-polling': "true or a time above 0, such as '500ms'",
  'wiring-function': 'a function',
};

const engineLacksText = ({
  option,
  engine,
  able,
}: Extract<ConfigProblem, { readonly kind: 'engine-lacks' }>): string => {
  const all = able.map(quote);
  const others = all.length === 1 ? all[0] : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
  return `the engine ${quote(engine)} cannot do ${option} as it is set: leave it out, or set engine to ${others}.`;
};

const notDetoured = {
  'no-process': 'no process refers to a server outside of the pod: name a process in to, or leave for out.',
  target: 'has the port itself, and cannot reach it through another process: leave it out.',
} as const;

const mountedThere = { volume: 'another volume', file: 'a file', it: 'it' } as const;

const absent: Readonly<Record<Named, string>> = {
  'retry-word': 'there is no reason for retries',
  'port-of-process': 'there is no port',
  'ready-made': 'there is no ready-made sidecar',
  engine: 'it has no engine',
  process: 'there is no process',
  port: 'this process has no port',
  volume: 'there is no volume',
  'volume-or-file': 'there is no volume or file of this process',
  reference: 'unknown reference',
  'rendered-file': 'no config-refresh renders a file',
  source: 'there is no source',
};

const notActivatable = {
  udp: 'only a tcp port can be listened on for a process',
  'host-name': 'only an address, or localhost, can be listened on for a process',
  platform: 'Windows cannot hand a socket over to a process',
  'ready-made': 'a ready-made sidecar opens its ports itself',
} as const;

const badCertificate = {
  'no-certificate': 'is no certificate in PEM',
  'no-key': 'is no private key in PEM without a passphrase',
  'other-key': 'is not the key of the certificate',
  expired: 'has expired',
} as const;

const needsLinux = {
  'pid-namespace': 'needs a pid namespace, which only Linux has: leave it out here',
  'mount-namespace':
    "a path outside the config's folder needs a mount namespace, which only Linux has: " +
    "mount inside the config's folder, or give the process the directory (VOLUME_…) in its environment",
} as const;

const neverCompletes = {
  'restarts-always': 'it is always restarted',
  primary: 'the pod ends with the primary',
} as const;

/** True for a variable whose name marks it as a secret, and for what may be the content of a secret file. */
const isSecretField = (path: FieldPath): boolean =>
  path.at(-2) === 'files' ||
  (path.at(-3) === 'files' && path.at(-1) === 'content') ||
  (path.at(-2) === 'env' && isSecretName(String(path.at(-1))));

const describe = (value: unknown): string => {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return 'a function';
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'a promise';
  const text = typeof value === 'string' ? quote(value) : asJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const asJson = (value: unknown): string => {
  try {
    return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  } catch {
    // The value is circular, or a BigInt.
    return `a value of type ${typeof value}`;
  }
};

const quote = (text: string): string => `'${text}'`;

/** `${PORT-3000}` is shell syntax, and appears in a list only to be passed on to a shell. */
const literal = ({ named, found }: { readonly named: Named; readonly found: string }): string =>
  named === 'reference' && !/^(ports|volumes|files|env|app)\b/.test(found)
    ? ' For a literal ${ write $${.'
    : '';

const didYouMean = (nearest: string | null): string =>
  nearest === null ? '' : ` Did you mean ${quote(nearest)}?`;

const known = (names: readonly string[]): string =>
  names.length === 0 ? ' None are defined here.' : ` There are: ${names.join(', ')}.`;

const counted = (found: readonly string[]): string => (found.length === 0 ? 'none' : found.join(' and '));

const alternatives = (items: readonly string[]): string =>
  `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;

const providedTwiceText = ({
  path,
  variable,
  to,
  by,
}: Extract<FieldProblem, { readonly kind: 'provided-twice' }>): string =>
  fieldName(path) === fieldName(by)
    ? `every instance provides ${variable} to ${quote(to)}: name in to who gets it.`
    : `${fieldName(by)} provides ${variable} to ${quote(to)}, too: leave one of them out, or name in to who gets it.`;

const portTakenText = ({
  protocol,
  port,
  host,
  by,
  byHost,
}: Extract<ConfigProblem, { readonly kind: 'port-taken' }>): string =>
  host === byHost
    ? `${protocol} port ${port} on ${host} is already taken by ${fieldName(by)}.`
    : `${protocol} port ${port} on ${host} overlaps ${fieldName(by)}, which has it on ${byHost}: give one of them another port.`;
