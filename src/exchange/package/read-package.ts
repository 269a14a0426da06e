import { basename, join } from 'node:path';
import { portIn } from '../form/command-port.ts';
import type { Fields, FoundPod, FoundProcess } from '../form/found-pod.ts';
import { isSecondary } from '../form/likely-app.ts';
import { Losses } from '../form/losses.ts';
import { looksLikeHelper } from '../form/roles.ts';
import type { Format, Source } from '../format.ts';
import { record, text } from '../reading/read-yaml.ts';
import { isAlternative } from './alternatives.ts';
import type { Entry } from './entry.ts';
import { type Context, type Expansion, expandScript, packageEntry } from './expand-script.ts';
import { isPrimaryScript, type Manifest, primaryScripts, readManifest } from './manifest.ts';
import { readProjects, readTasks } from './monorepo-files.ts';
import { STARTS_ITSELF } from './runs-sidecarctl.ts';
import { findPackages, type Package } from './workspaces.ts';

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

const readPackage = (source: Source): FoundPod => {
  const manifest = readManifest(source);
  const losses = new Losses();
  const packages = findPackages(source, manifest);
  const context = contextOf(source, manifest, packages);
  const { scripts, runner } = manifest;
  const primary = mainScript(manifest, context);
  const expansion = primary === null ? withoutScript(packages) : expandScript(primary, context);
  const called = primary === null ? '' : (scripts.get(primary) ?? '');
  const others = [...scripts.keys()].filter(
    (name) => !isPrimaryScript(name) && !isCalled(name, called) && expansion?.scripts.has(name) !== true,
  );
  const sidecars = others.filter((name) => isSidecar(name, scripts.get(name) ?? ''));
  const scriptProcess = (name: string, script: string): FoundProcess =>
    toProcess({ ...ONE, name, command: `${runner} ${script}`, line: scripts.get(script) ?? '' });
  const main =
    expansion === null
      ? primary === null
        ? []
        : [scriptProcess(APP, primary)]
      : expansion.entries.map((entry) => toProcess(entry));
  for (const name of manifest.itself) losses.of(null)(STARTS_ITSELF, `the script '${name}'`);
  for (const name of others.filter((other) => !sidecars.includes(other)))
    reportUndecided(name, scripts.get(name) ?? '', called, losses);
  return {
    source: source.name,
    name: text(manifest.data['name'])?.replace(/^@[^/]+\//, '') ?? basename(source.folder),
    fields: {},
    processes: [...main, ...sidecars.map((name) => scriptProcess(name, name))],
    apps: expansion === null ? main.map(({ name }) => name) : appsOf(expansion, main),
    losses: losses.all,
    remarks: expansion?.endsTogether === true ? [ENDS_TOGETHER] : [],
  };
};

/** The usual script, or another one that runs it beside others. */
const mainScript = (manifest: Manifest, context: Context): string | null => {
  const [first, ...others] = primaryScripts(manifest);
  if (first === undefined || expandScript(first, context) !== null) return first ?? null;
  return others.find((name) => expandScript(name, context)?.scripts.has(first) === true) ?? first;
};

const ENDS_TOGETHER =
  'concurrently ends all when one ends; here a sidecar is restarted, and essential: true lets it end the pod';

const ONE = { folder: '.', env: {}, envFiles: [], after: [], runsOnce: false, isPackage: false } as const;

const contextOf = (
  source: Source,
  { scripts, runner, exec, data }: Manifest,
  packages: readonly Package[],
): Context => {
  const dependencies = { ...record(data['dependencies']), ...record(data['devDependencies']) };
  return {
    scripts,
    runner,
    exec,
    folder: '.',
    packages,
    isOwnProgram: (program) =>
      !source.machine.hasProgram(program) &&
      (Object.hasOwn(dependencies, PACKAGES[program] ?? program) ||
        source.machine.isFile(join(source.folder, 'node_modules/.bin', program))),
    tasks: readTasks(source),
    projects: readProjects(source, packages),
  };
};

/** Packages whose programs have other names. */
const PACKAGES: Readonly<Record<string, string>> = {
  tsc: 'typescript',
  tailwindcss: '@tailwindcss/cli',
  nest: '@nestjs/cli',
  ng: '@angular/cli',
  'react-scripts': 'react-scripts',
  'vue-cli-service': '@vue/cli-service',
};

/** A root without a script of its own: each package with one is an app. */
const withoutScript = (packages: readonly Package[]): Expansion | null => {
  const entries = packages.flatMap((one) =>
    one.manifest.primary === null ? [] : [packageEntry(one, one.manifest.primary)],
  );
  return entries.length === 0 ? null : { entries, scripts: new Set(), endsTogether: false };
};

/** Packages of a workspace are apps of their own; commands side by side are an app with its sidecars. */
const appsOf = ({ entries }: Expansion, processes: readonly FoundProcess[]): readonly string[] => {
  const running = processes.filter(({ runsOnce }) => !runsOnce);
  if (running.length === 1) return running.map(({ name }) => name);
  const apps = running.filter((process) => !isSecondary(process)).map(({ name }) => name);
  const packages = entries.filter(({ isPackage }) => isPackage).map(({ name }) => name);
  return apps.every((name) => packages.includes(name)) ? apps : [];
};

const toProcess = ({
  name,
  command,
  line,
  folder,
  env,
  envFiles,
  after,
  runsOnce,
  restarts,
}: Entry): FoundProcess => {
  const port = portIn(` ${line}`) ?? portIn(` ${command}`) ?? numberOf(env['PORT']);
  const { PORT: _injected, ...variables } = env;
  const restart: Fields = { policy: 'on-failure', limit: { restarts: restarts ?? 0, within: '1m' } };
  return {
    name,
    comments: [],
    fields: {
      command,
      cwd: folder === '.' ? undefined : folder,
      env: Object.keys(variables).length === 0 ? undefined : variables,
      envFile: envFiles.length > 1 ? envFiles : envFiles[0],
      ports: port === undefined || runsOnce ? undefined : { http: port },
      restart: restarts === undefined ? undefined : restart,
    },
    dependsOn: after.map((process) => ({ process })),
    runsOnce,
    code: folder,
    helps: looksLikeHelper({ name, line }),
  };
};

const numberOf = (written: string | undefined): number | undefined => {
  const port = Number(written);
  return written !== undefined && Number.isInteger(port) && port > 0 ? port : undefined;
};

/** A script that the primary's own script runs must not run twice. */
const isCalled = (name: string, called: string): boolean =>
  called.split(/[\s"'&|;]+/).some((word) => word === name || word === `npm:${name}`) ||
  /\bnpm:\*|:\*/.test(called);

const isSidecar = (name: string, line: string): boolean =>
  SIDECAR_SCRIPT.test(name) && !/^test/.test(name) && !DETACHES.test(line);

const reportUndecided = (name: string, line: string, primary: string, losses: Losses): void => {
  const field = `the script '${name}'`;
  if (MAYBE_INIT.test(name)) losses.of(null)('an init task, if it may run before every start', field);
  else if (/^test/.test(name) || isAlternative(name, line, primary)) return;
  else if (MAYBE_SIDECAR.test(name) || SIDECAR_SCRIPT.test(name))
    losses.of(null)('a sidecar, if it keeps running beside the app', field);
};

export const packageJson: Format = {
  name: 'package.json',
  files: ['package.json'],
  recognizes: ({ file }) => basename(file) === 'package.json',
  read: readPackage,
};
