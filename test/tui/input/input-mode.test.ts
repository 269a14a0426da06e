import { describe, expect, test } from 'vitest';
import { leaveInput } from '../../../src/tui/state/input-mode.ts';
import { reducePaste, reduceSnapshot } from '../../../src/tui/state/reduce.ts';
import { FakePod, processSnapshot } from '../../support/fake-pod.ts';
import { PureDashboard } from '../render-text.ts';

const pod = () =>
  new FakePod([
    processSnapshot({ name: 'repl', role: 'primary', terminal: { columns: 80, rows: 24 } }),
    processSnapshot({ name: 'ask' }),
    processSnapshot({ name: 'down', state: 'stopped', pid: null }),
  ]);

describe('the key that types into a process with a terminal', () => {
  test('shows its screen, and always the key that leaves', () => {
    const dashboard = new PureDashboard(pod()).press('T', 'I');
    expect(dashboard.state).toMatchObject({ input: { process: 'repl' }, focus: 'log', asLines: false });
    expect(dashboard.rows.at(-1)).toBe(' ^] leaves repl, which gets all keys');
    for (const size of [
      { columns: 40, rows: 8 },
      { columns: 20, rows: 4 },
    ]) {
      dashboard.size = size;
      expect(dashboard.text).toContain('^] leaves');
    }
  });

  test('is in the footer, also for a process that waits for input', () => {
    const asking = pod();
    asking.changeProcess('ask', { waitsForInput: true });
    expect(new PureDashboard(asking).press('2').rows.at(-1)).toContain('I type');
    expect(new PureDashboard(pod()).rows.at(-1)).toContain('I type');
    expect(new PureDashboard(pod()).press('3').rows.at(-1)).not.toContain('I type');
  });

  test('is in the details of a process that waits for input', async () => {
    const asking = pod();
    const dashboard = new PureDashboard(asking, { columns: 100, rows: 40 }).press('2', 'i');
    dashboard.details = await asking.details('ask');
    expect(dashboard.text).not.toContain('waits for input');
    asking.changeProcess('ask', { waitsForInput: true });
    expect(dashboard.text).toContain('It waits for input: I in its log types into it.');
  });

  test.each([
    ['of a process that does not run', ['3', 'I'], 'down is not running'],
    ['in the log of all processes', ['a', 'I'], 'choose the process that you want to type into'],
  ])('says what is missing: %s', (_, keys, notice) => {
    const dashboard = new PureDashboard(pod()).press(...keys);
    expect(dashboard.state.input).toBe(null);
    expect(dashboard.text).toContain(notice);
  });

  test.each([
    ['list', []],
    ['log', ['tab']],
  ] as const)('gives the keys to the %s again that had them', (focus, keys) => {
    const { state } = new PureDashboard(pod()).press(...keys, 'I');
    expect(leaveInput(state)).toMatchObject({ input: null, focus });
  });

  test('counts until the process ends, or the pod stops', () => {
    const fake = pod();
    const { state } = new PureDashboard(fake).press('I');
    const before = fake.snapshot;
    fake.changeProcess('ask', { pid: null });
    expect(reduceSnapshot(state, before, fake.snapshot).input).toEqual({ process: 'repl' });
    fake.changeProcess('repl', { pid: null });
    expect(reduceSnapshot(state, before, fake.snapshot).input).toBe(null);
    expect(reduceSnapshot(state, before, { ...before, state: 'stopping' }).input).toBe(null);
  });
});

describe('the key that types into a process without a terminal', () => {
  const typing = () => new PureDashboard(pod()).press('2', 'I');
  const sent = ({ effects }: PureDashboard) => effects;

  test('edits lines, and Enter sends each', () => {
    const dashboard = typing().type('hellp').press('backspace').type('o');
    expect(dashboard.rows.at(-1)).toContain(' to the stdin of ask: hello');
    dashboard.press('enter').type('again').press('enter');
    expect(sent(dashboard)).toEqual([
      { type: 'send', process: 'ask', text: 'hello\n', eof: false },
      { type: 'send', process: 'ask', text: 'again\n', eof: false },
    ]);
    expect(dashboard.rows.at(-1)).toContain(' to the stdin of ask: ');
  });

  test('recalls lines', () => {
    const dashboard = typing().type('one').press('enter').type('two').press('enter', 'up', 'up');
    expect(dashboard.rows.at(-1)).toContain('ask: one');
    expect(dashboard.press('down').rows.at(-1)).toContain('ask: two');
    expect(dashboard.press('down').state.editor).toMatchObject({ text: '' });
  });

  test('ends its stdin with Ctrl-D on an empty line', () => {
    const dashboard = typing().press('ctrl+d');
    expect(sent(dashboard)).toEqual([{ type: 'send', process: 'ask', text: '', eof: true }]);
    expect(dashboard.state.editor).toBe(null);
    expect(dashboard.text).toContain('the stdin of ask ends here');
  });

  test.each(['escape', 'ctrl+]', 'ctrl+c'])('is left with %s', (key) => {
    const dashboard = typing().type('half').press(key);
    expect(dashboard.state.editor).toBe(null);
    expect(sent(dashboard)).toEqual([]);
  });

  test('says that a paste is too large, and sends nothing of it', () => {
    const { state, effects } = reducePaste(typing().state, 'a line\n'.repeat(200_000), {} as never);
    expect(effects).toEqual([]);
    expect(state.notice).toBe('1,400,000 bytes are too much for one paste: paste 1 MiB at most');
  });

  test('sends the whole lines of a paste, and leaves the last one to be edited', () => {
    const dashboard = typing().type('a');
    const { state, effects } = reducePaste(dashboard.state, 'b\r\nc\rd', {} as never);
    expect(effects).toEqual([{ type: 'send', process: 'ask', text: 'ab\nc\n', eof: false }]);
    expect(state.editor).toMatchObject({ text: 'd' });
  });
});
