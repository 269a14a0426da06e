import { expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';
import { PodRig } from '../support/pod-rig.ts';

const SC = `'${process.execPath}' '${CLI}'`;

test('a command that starts its own pod is told so, and one that stops it from within is obeyed', async () => {
  await using rig = await PodRig.open({
    sidecars: { web: { command: 'exec sleep 600' } },
    primary: { command: `${SC} up; echo "up: $?"; ${SC} down; echo "down: $?"; exec sleep 600` },
  });
  const run = rig.up();
  await run.event('the second start is refused', ({ type, line }) => type === 'log' && line === 'up: 1');
  const told = run.events.filter(({ type }) => type === 'log').map(({ line }) => String(line));
  expect(told).toContainEqual(
    expect.stringMatching(
      /pod shop is already running \(pid \d+\), and this command is one of its own processes/,
    ),
  );
  expect(await run.exitCode()).toBe(0);
});

test('a process that restarts itself from within comes back', async () => {
  await using rig = await PodRig.open({
    sidecars: { web: { command: `if mkdir first; then ${SC} restart web; fi; exec sleep 600` } },
    primary: { command: 'exec sleep 600' },
  });
  const run = rig.up();
  const again = await run.event('web is ready again', ({ name, state, restarts }) => {
    return name === 'web' && state === 'ready' && restarts === 1;
  });
  expect(again['pid']).toEqual(expect.any(Number));
});
