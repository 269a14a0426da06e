import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FoundPod, FoundProcess } from './found-pod.ts';
import { type Data, record, text } from './read-yaml.ts';
import { runsSidecarctl, STARTS_ITSELF } from './runs-sidecarctl.ts';

/** Scripts that run the app by convention; the first one that exists is the primary. */
const PRIMARY_SCRIPTS = ['dev', 'start:dev', 'develop', 'serve', 'start', 'watch'];

/** Scripts that run a process of their own beside the app. */
const SIDECAR_SCRIPT =
  /^(docker|compose|redis|postgres|pg|mysql|mongo|minio|kafka|nats|rabbitmq|elastic|mail|smtp|stripe|tunnel|ngrok|proxy|worker|queue|jobs?|scheduler|storybook|emulators?|localstack)([:_-](dev|start|up|run|listen|serve|watch))?$|^watch[:_-]|[:_-]watch$/;

/** The script returns at once, and the pod does not own what it has started. */
const DETACHES = /\s(-d|--detach)(\s|$)/;

/** Scripts that are companions of the app or other ways to start it: the user decides. */
const MAYBE_SIDECAR = /^(dev|start|serve)[:_-]/;

/** Scripts that may belong before the app, and may change a database: the user decides here too. */
const MAYBE_INIT = /(^|[:_-])(migrate|migrations?|seed)([:_-]|$)/;

/** The script's name tells how the app is run, and not what it is. */
const APP = 'app';

const RUNS_SEVERAL = /\b(concurrently|npm-run-all2?|run-[ps]|turbo|nx|lerna|wireit)\b/;

export const readPackage = (file: string, source: string, content: string): FoundPod => {
  const folder = dirname(file);
  const manifest = record(JSON.parse(content));
  const written = scriptsOf(manifest, folder);
  const itself = [...written.keys()].filter((name) => runsItself(name, written));
  const scripts = new Map([...written].filter(([name]) => !itself.includes(name)));
  const runner = packageRunner(manifest, folder);
  const primary = PRIMARY_SCRIPTS.find((name) => scripts.has(name)) ?? null;
  const called = primary === null ? '' : (scripts.get(primary) ?? '');
  const others = [...scripts.keys()].filter(
    (name) => !PRIMARY_SCRIPTS.includes(name) && !isCalled(name, called),
  );
  const sidecars = others.filter((name) => isSidecar(name, scripts.get(name) ?? ''));
  return {
    source,
    name: text(manifest['name'])?.replace(/^@[^/]+\//, '') ?? basename(folder),
    fields: {},
    processes: [
      ...(primary === null ? [] : [toProcess(APP, primary, runner)]),
      ...sidecars.map((name) => toProcess(name, name, runner)),
    ],
    primary: primary === null ? null : APP,
    leftOut: [
      ...itself.map((name) => `the script '${name}': ${STARTS_ITSELF}`),
      ...others.filter((name) => !sidecars.includes(name)).flatMap((name) => undecided(name)),
    ],
    remarks: RUNS_SEVERAL.test(called)
      ? [`the script '${primary}' runs several commands itself: each could be a process of the pod`]
      : [],
  };
};

const runsItself = (name: string, scripts: ReadonlyMap<string, string>): boolean =>
  runsSidecarctl(`npm run ${name}`, scripts);

/** npm has a default of its own for `start`. */
const scriptsOf = (manifest: Data, folder: string): ReadonlyMap<string, string> => {
  const written = Object.entries(record(manifest['scripts'])).flatMap(([name, script]) => {
    const line = text(script);
    return line === undefined ? [] : [[name, line] as const];
  });
  const implied = existsSync(join(folder, 'server.js')) ? [['start', 'node server.js'] as const] : [];
  return new Map([...implied, ...written]);
};

/** A script that the primary's own script runs must not run twice. */
const isCalled = (name: string, called: string): boolean =>
  called.split(/[\s"'&|;]+/).some((word) => word === name || word === `npm:${name}`) ||
  /\bnpm:\*|:\*/.test(called);

const isSidecar = (name: string, line: string): boolean =>
  SIDECAR_SCRIPT.test(name) && !/^test/.test(name) && !DETACHES.test(line);

const undecided = (name: string): readonly string[] => {
  if (MAYBE_INIT.test(name)) return [`the script '${name}' (an init task, if it may run before every start)`];
  const maybe = MAYBE_SIDECAR.test(name) || SIDECAR_SCRIPT.test(name);
  return maybe && !/^test/.test(name)
    ? [`the script '${name}' (a sidecar, if it keeps running beside the app)`]
    : [];
};

const toProcess = (name: string, script: string, runner: string): FoundProcess => ({
  name,
  comments: [],
  fields: { command: `${runner} ${script}` },
  dependsOn: [],
  runsOnce: false,
});

const packageRunner = (manifest: Data, folder: string): string => {
  const declared = text(manifest['packageManager'])?.split('@')[0];
  const [, fromLock] = LOCK_FILES.find(([file]) => existsSync(join(folder, file))) ?? [];
  return `${declared ?? fromLock ?? 'npm'} run`;
};

const LOCK_FILES = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const;
