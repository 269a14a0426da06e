import { expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';

/** bash knows the limit of file locks as -x, dash as -w. */
const script = 'ulimit -x 5 2>/dev/null || ulimit -w 5 || exit 99; exec "$@"';

test.runIf(process.platform === 'linux')(
  'where the limit of file locks cannot be raised, the guard is still told from the processes of the pod',
  async () => {
    const text = configFile({
      sidecars: { db: { command: 'exec sleep 300' } },
      primary: { command: 'exit 4' },
    });
    await using project = await Project.create({ 'sidecars.config.mjs': text });
    const words = ['/bin/sh', '-c', script, 'sh', process.execPath, CLI] as const;
    await using run = new CommandLine(['up', '--ui', 'json'], project.folder, {}, { words });
    expect(await run.exitCode()).toBe(4);
    const statesOf = (wanted: string) =>
      run.events.filter(({ name }) => name === wanted).map(({ state }) => state);
    // The guard is taken for what the primary has left behind: that lingers, and is killed.
    expect(statesOf('primary')).not.toContain('stopping');
    expect(statesOf('db').at(-1)).toBe('stopped');
    expect(run.events.filter(({ kind }) => String(kind).includes('guard'))).toEqual([]);
  },
);
