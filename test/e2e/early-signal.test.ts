import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { Project } from '../support/project.ts';

/** Looks in each turn of the loop: what it waits for is over within milliseconds. */
const exists = (path: string): Promise<void> => {
  const look = async (): Promise<void> => {
    while (!existsSync(path)) await new Promise(setImmediate);
  };
  return withDeadline(path, look());
};

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

describe.runIf(process.platform !== 'win32')('a signal in the middle of the start leaves nothing', () => {
  test.each([
    ['SIGTERM', 'when the pod has its record', '.sidecarctl/pods/sidecars.config.json.json'],
    ['SIGINT', 'when the pod has its folder', '.sidecarctl/runs'],
    ['SIGHUP', 'when it mounts its volumes', 'made'],
  ] as const)('%s %s', async (signal, _, fact) => {
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({
        volumes: { data: {} },
        primary: { command: 'exec sleep 1000', mounts: { data: 'made/linked' } },
      }),
    });
    await using run = new CommandLine(['up'], project.folder);
    await exists(project.path(fact));
    run.signal(signal);
    expect(await run.exit()).toEqual({ code: 0, signal: null });
    for (const folder of ['runs', 'pods']) expect(entriesOf(project.path('.sidecarctl', folder))).toEqual([]);
    expect(existsSync(project.path('made'))).toBe(false);
  });
});
