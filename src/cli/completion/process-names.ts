import { LIBRARY } from '../../build.ts';
import { ConfigModules } from '../../config/load/config-modules.ts';
import { loadConfig } from '../../config/load/load-config.ts';
import { declaredProcesses } from '../../config/resolve/declared.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { loadPresets } from '../../sidecars/load-presets.ts';
import { loadRunnable } from '../../supervisor/load-runnable.ts';
import { atMost } from '../../time/timers.ts';
import type { Candidate } from './candidates.ts';

/** The user has just pressed a key: a slower config yields no names. */
const AT_MOST: Milliseconds = 2000;

/** Returns the processes of the config that the words would use; none if it is wrong or slow. */
export const processNames = async (words: readonly string[]): Promise<readonly Candidate[]> => {
  const speakAgain = silenced(process.stdout);
  try {
    const names = namesIn(words).catch(() => []);
    return (await atMost(AT_MOST, names)) ?? [];
  } finally {
    speakAgain();
  }
};

const namesIn = async (words: readonly string[]): Promise<readonly Candidate[]> => {
  const file = givenValue(words, ['-c', '--config']);
  const folder = givenValue(words, ['--cwd']);
  // A config may read the working directory.
  if (folder !== undefined) process.chdir(folder);
  const modules = new ConfigModules();
  const origin = { kind: 'file', folder: process.cwd(), file: file ?? null, locals: new Map() } as const;
  const loaded =
    (await loadRunnable(origin, modules)) ??
    (await loadConfig({
      cwd: process.cwd(),
      ...(file === undefined ? {} : { file }),
      mode: 'graph',
      env: process.env,
      args: [],
      selfUrl: new URL(LIBRARY, import.meta.url).href,
      modules,
      presets: loadPresets,
    }));
  if (!loaded.ok) return [];
  const processes = declaredProcesses(loaded.value.config);
  const apps = new Set(processes.flatMap(({ app }) => (app?.isNamed === true ? [app.name] : [])));
  for (const { name } of processes) apps.delete(name);
  return [
    ...[...apps].map((name) => ({ value: name, description: 'all instances of the app' })),
    ...processes.map(({ name, fields }) => ({ value: name, description: fields.description ?? '' })),
  ];
};

const givenValue = (words: readonly string[], flags: readonly string[]): string | undefined => {
  const at = words.findLastIndex((word) => flags.includes(word.split('=')[0] ?? ''));
  if (at === -1) return undefined;
  const word = words[at];
  return word?.includes('=') === true ? word.slice(word.indexOf('=') + 1) : words[at + 1];
};

/** Silences a config's output, which the shell would take for words. */
const silenced = (stream: NodeJS.WriteStream): (() => void) => {
  const { write } = stream;
  stream.write = () => true;
  return () => {
    stream.write = write;
  };
};
