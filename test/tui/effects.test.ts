import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { carryOut, type Tools } from '../../src/tui/effects.ts';
import { LogModel } from '../../src/tui/state/log-model.ts';
import { reduceSnapshot } from '../../src/tui/state/reduce.ts';
import { INITIAL } from '../../src/tui/state/ui-state.ts';
import { FakePod } from '../support/fake-pod.ts';
import { Project } from '../support/project.ts';

const toolsFor = (pod: FakePod, project: Project) => {
  const told: string[] = [];
  const state = reduceSnapshot(INITIAL, null, pod.snapshot);
  const { view, live } = new LogModel((source) => pod.log(source)).shown(state);
  const tools: Tools = {
    client: pod,
    save: (name) => project.path(name),
    env: { ...process.env, PAGER: `sh -c 'cat "$@" > ${project.path('paged')}' pager` },
    state,
    log: view,
    live,
    notify: (text) => told.push(text),
    write: (text) => told.push(text),
    away: (act) => act(),
  };
  return { tools, told };
};

test('the pager gets the lines in memory, or the log files if some have left it, oldest first', async () => {
  await using project = await Project.create();
  const pod = new FakePod();
  const { tools } = toolsFor(pod, project);
  for (const part of ['', '1.', '2.', '10.'])
    await writeFile(project.path(`run.${part}log`), `part ${part}\n`);
  await writeFile(project.path('run.times'), 'times\n');
  await writeFile(project.path('other.log'), 'another run\n');
  pod.changeProcess('shop', { logFile: project.path('run.log') });
  pod.write('shop', 'in memory\n');
  pod.tell({ type: 'process', name: 'shop', state: 'completed' });
  expect(tools.live.count).toBe(1);
  await carryOut({ type: 'pager' }, tools);
  expect(await readFile(project.path('paged'), 'utf8')).toBe('in memory\n');
  for (let at = 0; at < 10_001; at++) pod.write('shop', `more ${at}\n`);
  await carryOut({ type: 'pager' }, tools);
  expect(await readFile(project.path('paged'), 'utf8')).toBe('part 10.\npart 2.\npart 1.\npart \n');
});
