import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkConfig } from '../../src/config/check/check-config.ts';
import type { LoadedConfig } from '../../src/config/resolve/loaded-config.ts';
import type { ResolveInputs } from '../../src/config/resolve/resolve-inputs.ts';
import { declaredPorts, declaredVolumes, resolvePod } from '../../src/config/resolve/resolve-pod.ts';
import { findSlotProblems } from '../../src/config/schema/schema-problems.ts';
import type { Result } from '../../src/model/failures/config-problem.ts';
import type { PodSpec, ProcessSpec } from '../../src/model/pod-spec.ts';
import { formatConfigProblems } from '../../src/report/config-problems.ts';
import { PRESETS } from '../../src/sidecars/presets.ts';

/** A folder with these files, removed after the test. */
export const makeFolder = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sidecarctl-config-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

/** The messages about a config, without the file's name and with the folder as `<folder>`. */
export const problemsOf = (
  config: unknown,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): string => {
  const folder = makeFolder(files);
  return wordsOf(checkConfig(config, { file: 'x', folder, env }, PRESETS), folder);
};

export const wordsOf = (result: Result<unknown>, folder: string): string =>
  result.ok
    ? 'no problem'
    : formatConfigProblems(result, { color: false })
        .replaceAll(folder, '<folder>')
        .replaceAll(/^(x|<folder>\/sidecars\.config\.ts): /gm, '')
        .trimEnd();

export const load = (config: unknown, files: Readonly<Record<string, string>> = {}): LoadedConfig => {
  const folder = makeFolder(files);
  const source = {
    file: join(folder, 'sidecars.config.ts'),
    folder,
    env: { HOME: '/home/ann', PATH: '/usr/bin' },
  };
  const loaded = checkConfig(config, source, PRESETS);
  if (!loaded.ok) throw new Error(formatConfigProblems(loaded, { color: false }));
  return loaded.value;
};

/** Ports are numbered from 5001 where they are `auto`, volumes lie in `/volumes`. */
export const inputsFor = (loaded: LoadedConfig, changes: Partial<ResolveInputs> = {}): ResolveInputs => {
  const ports = new Map<string, Map<string, number>>();
  for (const [index, { process, name, port }] of declaredPorts(loaded).entries()) {
    ports.set(process, (ports.get(process) ?? new Map()).set(name, port === 'auto' ? 5001 + index : port));
  }
  const volumes = new Map(
    declaredVolumes(loaded).map(({ name, path }) => [name, path ?? `/volumes/${name}`]),
  );
  return {
    ports,
    volumes,
    filesFolder: '/files',
    env: { HOME: '/home/ann', PATH: '/usr/bin' },
    checkResult: findSlotProblems,
    only: [],
    without: [],
    primaryCommand: null,
    callerStreams: 'none',
    primaryArgs: [],
    colors: false,
    watching: false,
    ...changes,
  };
};

export const resolveConfig = (config: unknown, changes: Partial<ResolveInputs> = {}): Result<PodSpec> => {
  const loaded = load(config);
  return resolvePod(loaded, inputsFor(loaded, changes));
};

/** The messages about a config that is right as far as can be seen before it is resolved. */
export const resolveProblemsOf = (config: unknown, changes: Partial<ResolveInputs> = {}): string => {
  const loaded = load(config);
  return wordsOf(resolvePod(loaded, inputsFor(loaded, changes)), loaded.folder);
};

export const podOf = (config: unknown, changes: Partial<ResolveInputs> = {}): PodSpec => {
  const pod = resolveConfig(config, changes);
  if (!pod.ok) throw new Error(formatConfigProblems(pod, { color: false }));
  return pod.value;
};

export const processOf = (pod: PodSpec, name: string): ProcessSpec => {
  const process = pod.processes.get(name);
  if (process === undefined) throw new Error(`the pod has no ${name}`);
  return process;
};
