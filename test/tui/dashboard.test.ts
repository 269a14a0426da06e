import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { describe, expect, type MockInstance, test, vi } from 'vitest';
import { plainWriter } from '../../src/cli/plain-writer.ts';
import type { UiSpec } from '../../src/model/pod-spec.ts';
import { Dashboard } from '../../src/tui/dashboard.ts';
import type { Choices } from '../../src/tui/state/choices.ts';
import { summaryOf } from '../../src/tui/summary.ts';
import { eventually } from '../support/deadline.ts';
import { FakePod, type FakeTerminal, processSnapshot, SHOP } from '../support/fake-pod.ts';
import { SIZES } from './render-text.ts';

/** stdin of a terminal, as far as Ink wants to know. */
class FakeInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(mode: boolean): this {
    this.isRaw = mode;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** A dashboard in this process, on a terminal that is drawn but not seen. */
class DrawnDashboard implements AsyncDisposable {
  readonly pod: FakePod;
  readonly input = new FakeInput();
  readonly dashboard: Dashboard;
  readonly #screen: xterm.Terminal;
  readonly #resized = new Set<() => void>();
  writes = 0;
  keep: (choices: Choices) => void = () => undefined;
  /** Held back, as by a terminal that has stopped reading. */
  held: Array<() => void> | null = null;

  constructor(
    pod: FakePod,
    { columns, rows } = { columns: 100, rows: 24 },
    colors = false,
    settings: Partial<UiSpec> = {},
    chosen: Choices = {},
  ) {
    this.pod = pod;
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    const screen = this.#screen;
    const resized = this.#resized;
    this.dashboard = new Dashboard({
      client: pod,
      plainWriter: plainWriter(pod, colors),
      terminal: {
        input: this.input as unknown as NodeJS.ReadStream,
        output: {
          get columns() {
            return screen.cols;
          },
          get rows() {
            return screen.rows;
          },
          on: (_: string, listener: () => void) => resized.add(listener),
          off: (_: string, listener: () => void) => resized.delete(listener),
        } as unknown as NodeJS.WriteStream,
        write: (bytes, done) => {
          this.writes += 1;
          const write = () => screen.write(bytes, () => done(null));
          if (this.held === null) write();
          else this.held.push(write);
        },
        writeNow: (text) => screen.write(text),
      },
      settings: { keys: {}, theme: {}, ...settings },
      colors: colors ? 256 : 0,
      links: true,
      save: (name) => `/saved/${name}`,
      chosen,
      keep: (choices) => this.keep(choices),
      env: {},
      onLeave: null,
      onGone: () => undefined,
    });
    this.dashboard.open();
  }

  type(keys: string): void {
    this.input.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    for (const listener of this.#resized) listener();
  }

  get rows(): readonly string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  colorAt(text: string): number {
    const { active } = this.#screen.buffer;
    const row = this.rows.findIndex((line) => line.includes(text));
    const cell = active.getLine(active.viewportY + row)?.getCell(this.rows[row]?.indexOf(text) ?? 0);
    return cell?.getFgColor() ?? -1;
  }

  shows(text: string | RegExp): Promise<void> {
    return eventually(`${text} on the screen`, () =>
      typeof text === 'string' ? this.rows.join('\n').includes(text) : text.test(this.rows.join('\n')),
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.rows.join('\n')}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const write of this.held?.splice(0) ?? []) write();
    this.held = null;
    await this.dashboard.close(() => '');
    this.#screen.dispose();
  }
}

/** Without the clock of the machine that runs the test. */
const timeless = (rows: readonly string[]) =>
  rows.map((row) => row.replace(/\d\d:\d\d $/, '##:## ').replace(/\d\d:\d\d$/, '##:##'));

const talkative = () => {
  const launchedAt = Date.now() - 70_000;
  const pod = new FakePod(
    SHOP.map((process) => (process.launchedAt === null ? process : { ...process, launchedAt })),
  );
  for (let at = 0; at < 60; at++)
    pod.write(at % 3 === 0 ? 'aggregator' : 'shop', `GET /items/${at} \u001b[32m200\u001b[0m 日本語\ttab\n`);
  pod.write('shop', 'bad \u001b[2J\u001b[?1049l\u001b]0;title\u0007 end\n');
  return pod;
};

describe('the screen', () => {
  test.each(SIZES)('of $columns × $rows', async (size) => {
    await using drawn = new DrawnDashboard(talkative(), size);
    await drawn.shows('shop');
    if (size.columns >= 40) await drawn.shows('log');
    expect(timeless(drawn.rows)).toMatchSnapshot();
  });

  test.each([
    ['log', '\r', 'esc back'],
    ['merged log', 'a', 'all processes'],
    ['details', 'i', 'API_TOKEN'],
    ['graph', 'd', 'start order'],
    ['help', '?', 'keys'],
    ['quitting', 'q', 'all stopped'],
  ])('of its page: %s', async (screen, key, shown) => {
    const pod = talkative();
    if (screen === 'quitting')
      for (const { name } of pod.snapshot.processes) pod.changeProcess(name, { pid: null });
    await using drawn = new DrawnDashboard(pod, { columns: 100, rows: 40 });
    await drawn.shows('following');
    drawn.type(key);
    await drawn.shows(shown);
    expect(timeless(drawn.rows)).toMatchSnapshot();
  });

  test('has the colours of a process, or none at all', async () => {
    {
      await using colored = new DrawnDashboard(talkative(), undefined, true);
      await colored.shows('200');
      expect(colored.colorAt('200')).toBe(2);
    }
    await using plain = new DrawnDashboard(talkative(), undefined, false);
    await plain.shows('200');
    expect(plain.colorAt('200')).not.toBe(2);
  });

  test('looks at first as the settings say', async () => {
    await using drawn = new DrawnDashboard(talkative(), undefined, false, {
      times: 'clock',
      keys: { help: ['F'] },
    });
    await drawn.shows(/\d\d:\d\d:\d\d(\.\d+)? GET/);
    await drawn.shows('F help');
  });

  test('has other colors as soon as the terminal says that it is light, and takes the answer for no keys', async () => {
    await using drawn = new DrawnDashboard(talkative(), undefined, true);
    await drawn.shows('following');
    const before = drawn.colorAt('help');
    drawn.type('\u001b]11;rgb:ffff/ffff/ffff\u001b\\');
    await eventually('the light colors', () => drawn.colorAt('? help') === 24);
    expect(before).not.toBe(24);
    expect(drawn.rows.join('\n')).toContain('following');
  });

  test('has the same colors in the summary that stays after the end', async () => {
    await using drawn = new DrawnDashboard(talkative(), undefined, true);
    await drawn.shows('following');
    drawn.type('\u001b]11;rgb:ffff/ffff/ffff\u001b\\');
    await drawn.dashboard.close((theme) => summaryOf(drawn.pod, theme, '/shop'));
    await drawn.shows('pod shop has stopped');
    expect(drawn.colorAt('✓ seed')).toBe(28);
  });

  test('follows the size of the terminal', async () => {
    await using drawn = new DrawnDashboard(talkative());
    await drawn.shows('following');
    for (let at = 0; at < 40; at++) drawn.resize(20 + ((at * 37) % 150), 5 + ((at * 13) % 40));
    drawn.resize(90, 20);
    await eventually(
      'a whole picture',
      () => drawn.rows[0]?.startsWith(' shop') === true && /quit/.test(drawn.rows[19] ?? ''),
    );
    expect(drawn.rows).toHaveLength(20);
  });
});

describe('drawing', () => {
  test('does not happen while nothing changes', async () => {
    await using drawn = new DrawnDashboard(talkative());
    await drawn.shows('following');
    drawn.pod.sampleUsage(new Map([['shop', { cpu: 0.01, memory: 5e7, processes: 1 }]]));
    await drawn.shows('48M');
    // The clock of the header changes each minute.
    await eventually('a minute that lasts', () => Date.now() % 60_000 < 55_000);
    const before = drawn.writes;
    // Sampled again and again, and found the same.
    for (let at = 0; at < 5; at++) {
      drawn.pod.sampleUsage(new Map([['shop', { cpu: 0.01, memory: 5e7, processes: 1 }]]));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(drawn.writes).toBe(before);
  });

  test('waits while the terminal takes nothing, and then shows the newest', async () => {
    await using drawn = new DrawnDashboard(talkative());
    await drawn.shows('following');
    drawn.held = [];
    for (let at = 0; at < 50; at++) {
      drawn.pod.write('shop', `held ${at}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually('a frame that is stuck', () => drawn.held?.length === 1);
    drawn.pod.write('shop', 'newest of all\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(drawn.held).toHaveLength(1);
    const stuck = drawn.held;
    drawn.held = null;
    for (const write of stuck) write();
    await drawn.shows('newest of all');
  });

  test('that fails gives way to plain output, with a notice, and the pod goes on', async () => {
    const pod = talkative();
    await using drawn = new DrawnDashboard(pod);
    await drawn.shows('following');
    // What no supervisor would say.
    pod.changeProcess('shop', { ports: null as never });
    await drawn.shows('the dashboard failed');
    expect(drawn.isAlternate).toBe(false);
  });
});

describe('quitting from plain output', () => {
  const inPlain = async (settings: Partial<UiSpec> = {}) => {
    const drawn = new DrawnDashboard(talkative(), undefined, false, settings);
    await drawn.shows('following');
    drawn.type(settings.keys?.['plain']?.[0] ?? 'p');
    await drawn.shows('plain output');
    return drawn;
  };
  const STOP = { type: 'stop-pod', grace: null, by: 'the dashboard' };

  test('asks, and any other key than those for a yes leaves the pod running', async () => {
    await using drawn = await inPlain();
    drawn.type('q');
    await drawn.shows('stop the pod (3 running)? q again stops it; y yes, any other key no');
    drawn.type('n');
    await drawn.shows('the pod keeps running');
    expect(drawn.pod.requests).toEqual([]);
    drawn.type('qq');
    await eventually('a stop', () => drawn.pod.requests.length === 1);
    expect(drawn.pod.requests).toEqual([STOP]);
    drawn.type('q');
    await eventually('a kill', () => drawn.pod.requests.length === 2);
    expect(drawn.pod.requests[1]).toEqual({ type: 'kill-pod', by: 'the dashboard' });
  });

  test('does not ask at Ctrl-C, nor where the settings say so', async () => {
    await using drawn = await inPlain();
    drawn.type('\u0003');
    await eventually('a stop', () => drawn.pod.requests.length === 1);
    await using calm = await inPlain({ confirmQuit: false });
    calm.type('q');
    await eventually('a stop', () => calm.pod.requests.length === 1);
    expect([...drawn.pod.requests, ...calm.pod.requests]).toEqual([STOP, STOP]);
  });

  test('is done with the keys of the config, as is the way back', async () => {
    await using drawn = await inPlain({ keys: { quit: ['z'], plain: ['b'] } });
    await drawn.shows('b returns to the dashboard, z stops the pod');
    drawn.type('pqz');
    await drawn.shows('z again stops it');
    drawn.type('n');
    drawn.type('b');
    await drawn.shows('following');
    expect(drawn.pod.requests).toEqual([]);
  });
});

describe('before Ink is loaded', () => {
  test('what is typed waits', async () => {
    await using drawn = new DrawnDashboard(talkative());
    drawn.type('?');
    await drawn.shows(/^ keys/m);
  });

  test('the terminal can be given back, and then nothing reads it', async () => {
    const drawn = new DrawnDashboard(talkative());
    await drawn[Symbol.asyncDispose]();
    await import('../../src/tui/terminal/ink-keys.ts');
    expect(drawn.input.isRaw).toBe(false);
    expect(drawn.input.listenerCount('data')).toBe(0);
  });
});

test('keys and clicks count in the order in which they came', async () => {
  await using drawn = new DrawnDashboard(talkative());
  await drawn.shows('following');
  drawn.type('?');
  await drawn.shows(/^ keys/m);
  drawn.type('?');
  await drawn.shows('following');
  const clickOn = (name: string) => {
    const row = drawn.rows.findIndex((line) => line.includes(name)) + 1;
    return `\u001b[<0;5;${row}M\u001b[<0;5;${row}m`;
  };
  drawn.type(`1${clickOn('shipper')}`);
  await drawn.shows(/^> *3 s . shipper/m);
  drawn.type(`${clickOn('aggregator')}1`);
  await drawn.shows(/^> *1 i . seed/m);
});

const keysOf = async ({ mock }: MockInstance<FakePod['openTerminal']>): Promise<readonly string[]> => {
  const answers = await Promise.all(mock.results.map(({ value }) => value));
  return answers.map((answer) => (answer.value as FakeTerminal).keys);
};

test.each([
  ['keys', { columns: 80, rows: 24 }, '^] leaves repl'],
  ['lines', null, 'to the stdin of repl'],
])('%s that are still typed for a process that has ended do nothing', async (_, terminal, shown) => {
  const pod = new FakePod([
    processSnapshot({ name: 'web', role: 'primary' }),
    processSnapshot({ name: 'repl', terminal }),
  ]);
  const opened = vi.spyOn(pod, 'openTerminal');
  await using drawn = new DrawnDashboard(pod);
  await drawn.shows('following');
  drawn.type('2I');
  await drawn.shows(shown);
  drawn.type('a');
  if (terminal === null) await drawn.shows(/repl: a/);
  else await eventually('the key', async () => (await keysOf(opened)).includes('a'));
  pod.changeProcess('repl', { pid: null });
  drawn.type('xq');
  await drawn.shows('repl has ended: the keys are for the dashboard again');
  expect(pod.requests.filter(({ type }) => type !== 'resize')).toEqual([]);
  expect(drawn.rows.at(-1)).not.toContain('stop the pod');
});

test('an escape alone goes back', async () => {
  await using drawn = new DrawnDashboard(talkative());
  await drawn.shows('following');
  drawn.type('?');
  await drawn.shows(/^ keys/m);
  drawn.type('\u001b');
  await drawn.shows('following');
});

test('a request that is refused is told', async () => {
  const pod = talkative();
  pod.answer = { ok: false, message: 'cannot restart seed: init tasks run once' };
  await using drawn = new DrawnDashboard(pod);
  await drawn.shows('following');
  drawn.type('1r');
  await drawn.shows('init tasks run once');
  expect(pod.requests).toEqual([{ type: 'restart', process: 'seed' }]);
});

test('a notice of the pod is told above the keys', async () => {
  const pod = talkative();
  await using drawn = new DrawnDashboard(pod);
  await drawn.shows('following');
  pod.tell({ type: 'notice', kind: 'watching', name: '', message: 'watching files\nof web' });
  await drawn.shows(/^ watching files of web$/m);
  expect(drawn.rows.at(-1)).toContain('q quit');
});

describe('what was chosen the last time', () => {
  const CHOSEN = { wrap: true, times: 'clock', pinned: ['seed'] } as const;

  test('counts again, below the settings, and is kept with what is chosen now', async () => {
    await using drawn = new DrawnDashboard(talkative(), undefined, false, { times: 'off' }, CHOSEN);
    const kept: Choices[] = [];
    drawn.keep = (choices) => void kept.push(choices);
    await drawn.shows(/seed {2}following {2}pinned {2}wrapped/);
    expect(drawn.rows.join('\n')).not.toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
    drawn.type('tw');
    await drawn.shows(/\d\d:\d\d:\d\d\.\d{3}/);
    expect(kept).toEqual([{ ...CHOSEN, wrap: false }]);
  });

  test('counts on when it cannot be kept, which is told once', async () => {
    await using drawn = new DrawnDashboard(talkative());
    let tries = 0;
    drawn.keep = () => {
      tries += 1;
      throw new Error('EROFS: read-only file system');
    };
    await drawn.shows('following');
    drawn.type('w');
    await drawn.shows(/^ the choice is not kept for the next time: EROFS: read-only file system$/m);
    drawn.type('ww');
    await drawn.shows('wrapped');
    expect(tries).toBe(1);
  });
});

test('a saved log says where it is', async () => {
  await using drawn = new DrawnDashboard(talkative());
  await drawn.shows('following');
  drawn.type('S');
  await drawn.shows(/^ saved to \/saved\/shop-shop-\w+\.log$/m);
});
