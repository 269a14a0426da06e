import { describe, expect, test } from 'vitest';
import { ProcessScreens } from '../../../src/tui/emulator/process-screens.ts';
import { plainOf } from '../../../src/tui/text/styled.ts';
import { eventually } from '../../support/deadline.ts';
import { FakePod, processSnapshot } from '../../support/fake-pod.ts';

const ROOM = { columns: 100, rows: 20 };

class Showing implements Disposable {
  readonly pod = new FakePod([processSnapshot({ name: 'repl', terminal: { columns: 80, rows: 24 } })]);
  drawn = 0;
  readonly screens = new ProcessScreens({
    client: this.pod,
    colors: () => true,
    onDrawn: () => {
      this.drawn += 1;
    },
  });

  show(room = ROOM): void {
    this.screens.show([{ process: 'repl', room }]);
  }

  async opened() {
    await eventually('a terminal', () => this.pod.terminals.has('repl'));
    const terminal = this.pod.terminals.get('repl');
    if (terminal === undefined) throw new Error('no terminal');
    return terminal;
  }

  shows(text: string): Promise<void> {
    return eventually(text, () => this.text.includes(text));
  }

  get text(): string {
    return this.screens.pictureOf('repl')?.rows.map(plainOf).join('\n') ?? '';
  }

  [Symbol.dispose](): void {
    this.screens.close();
  }
}

describe('the screen of a process', () => {
  test('is drawn while it is shown, and read no longer than that', async () => {
    using showing = new Showing();
    expect(showing.pod.terminals.size).toBe(0);
    showing.show();
    const terminal = await showing.opened();
    terminal.push('\u001b[1mhello');
    await showing.shows('hello');
    showing.screens.show([]);
    expect(terminal.destroyed).toBe(true);
    expect(showing.screens.pictureOf('repl')).toBe(null);
  });

  test('gets the size of its pane once, and again for another size or launch', () => {
    using showing = new Showing();
    const size = (columns: number, rows: number) => ({ type: 'resize', process: 'repl', columns, rows });
    for (let frame = 0; frame < 3; frame += 1) showing.show();
    expect(showing.pod.requests).toEqual([size(100, 20)]);
    showing.show({ columns: 90, rows: 20 });
    showing.pod.changeProcess('repl', { launchedAt: 1 });
    showing.show({ columns: 90, rows: 20 });
    expect(showing.pod.requests.slice(1)).toEqual([size(90, 20), size(90, 20)]);
  });

  test('gets the size of its pane back when the user turns to it', () => {
    using showing = new Showing();
    showing.show();
    showing.pod.changeProcess('repl', { terminal: { columns: 132, rows: 50 } });
    showing.show();
    expect(showing.pod.requests.length).toBe(1);
    showing.screens.refit('repl');
    showing.show();
    expect(showing.pod.requests.slice(1)).toEqual([
      { type: 'resize', process: 'repl', columns: 100, rows: 20 },
    ]);
  });

  test('has the size of the terminal, which another client may have changed', async () => {
    using showing = new Showing();
    showing.show();
    (await showing.opened()).push('hello');
    await showing.shows('hello');
    showing.pod.changeProcess('repl', { terminal: { columns: 132, rows: 50 } });
    showing.show();
    expect(showing.screens.pictureOf('repl')?.size).toEqual({ columns: 132, rows: 50 });
    expect(showing.pod.requests.length).toBe(1);
  });

  test('is drawn again by the program if its beginning is not known any more', async () => {
    using showing = new Showing();
    showing.show();
    (await showing.opened()).push(Buffer.alloc(200 * 1024, 'x'));
    const rowsAsked = () =>
      showing.pod.requests.flatMap((request) => (request.type === 'resize' ? request.rows : []));
    await eventually('another size, and the right one', () => rowsAsked().length === 3);
    expect(rowsAsked()).toEqual([20, 23, 20]);
  });

  test('answers questions, and says which are from before it was shown', async () => {
    using showing = new Showing();
    showing.show();
    const terminal = await showing.opened();
    terminal.push('\u001b[6n');
    const answers = () => showing.pod.requests.filter(({ type }) => type === 'answer');
    await eventually('an answer', () => answers().length === 1);
    expect(answers()[0]).toMatchObject({ process: 'repl', text: '\u001b[1;1R', late: true });
  });

  test('leaves out a flood, and goes on with the newest of it', async () => {
    using showing = new Showing();
    showing.show();
    const first = await showing.opened();
    for (let at = 0; at < 100; at += 1) first.push('y\r\n'.repeat(10_000));
    await eventually('a new start', () => showing.pod.terminals.get('repl') !== first);
    (await showing.opened()).push('\u001b[2J\u001b[Hthe end');
    await showing.shows('the end');
    expect(first.destroyed).toBe(true);
  });
});
