import { expect, test } from 'vitest';
import { CommandOnTerminal } from '../../src/cli/command-on-terminal.ts';

const timersThatHold = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

test('a COMMAND that has the terminal itself keeps sidecarctl from ending beside it', async () => {
  const before = timersThatHold();
  const command = await CommandOnTerminal.open('app');
  expect(timersThatHold()).toBe(before + 1);
  await command.close();
  expect(timersThatHold()).toBe(before);
});
