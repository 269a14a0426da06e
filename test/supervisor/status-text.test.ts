import { describe, expect, it, test } from 'vitest';
import { StatusTexts } from '../../src/supervisor/status-texts.ts';
import { eventually } from '../support/deadline.ts';
import { RunningPod } from './running-pod.ts';

/** Writes to its `NOTIFY_FD` what it gets as input, and ends at `end`. */
const ECHO = 'while read -r text && [ "$text" != end ]; do printf "$text" >&$NOTIFY_FD; done';

const withTool = (fields: object = {}) =>
  RunningPod.start({
    sidecars: { tool: { command: ECHO, startup: { notify: true }, restart: 'never', ...fields } },
    primary: { name: 'web', command: ['sleep', '600'] },
  });

const tell = async (running: RunningPod, text: string): Promise<void> => {
  await running.client.request({ type: 'send', process: 'tool', text: `${text}\n`, eof: false });
};

const saysIt = (running: RunningPod, text: string | null): Promise<void> =>
  eventually(`${text}`, () => running.process('tool').statusText === text);

describe('the status of a process', () => {
  it('is its newest line STATUS=, before and after it is ready, until it takes it back', async () => {
    await using running = await withTool();
    await eventually('its start', () => running.process('tool').state === 'starting');
    expect(running.process('tool').statusText).toBeNull();
    await tell(running, 'STATUS=warming up\\nMAINPID=4\\n');
    await saysIt(running, 'warming up');
    await tell(running, 'READY=1\\nSTATUS=serving\\n');
    await saysIt(running, 'serving');
    await eventually('it to be ready', () => running.process('tool').state === 'ready');
    await tell(running, 'STATUS=\\n');
    await saysIt(running, null);
  });

  it('counts once its line is whole, and steers no terminal', async () => {
    await using running = await withTool();
    await tell(running, 'STATUS=half-');
    await tell(running, 'way\\033[2J\\n');
    await saysIt(running, 'half-way\\x1b[2J');
  });

  it('ends with the process', async () => {
    await using running = await withTool();
    await tell(running, 'STATUS=busy\\nREADY=1\\n');
    await saysIt(running, 'busy');
    await tell(running, 'end');
    await saysIt(running, null);
    await eventually('its end', () => running.process('tool').state === 'completed');
  });
});

test('a process that reports again and again changes what is told a few times a second, and at last to its newest', async () => {
  let changes = 0;
  const texts = new StatusTexts({
    onChange: () => {
      changes += 1;
    },
  });
  for (let number = 0; number <= 1_000; number += 1) texts.said('tool', `request ${number}`);
  expect([texts.of('tool'), changes]).toEqual(['request 0', 1]);
  await eventually('the newest', () => texts.of('tool') === 'request 1000');
  expect(changes).toBe(2);
  texts.said('tool', 'x'.repeat(300));
  await eventually('the long one', () => texts.of('tool') === 'x'.repeat(200));
  texts.end();
});
