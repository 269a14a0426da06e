import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEY_TABLE } from '../../src/tui/state/key-table.ts';
import { ALL_PROCESSES, logStateOf } from '../../src/tui/state/ui-state.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { inFull } from '../support/in-full.ts';
import { PureDashboard, SIZES } from './render-text.ts';

const withLines = (count: number, line = (at: number) => `line ${at}`) => {
  const pod = new FakePod();
  for (let at = 0; at < count; at++) pod.write('shop', `${line(at)}\n`);
  return pod;
};
const logOf = (dashboard: PureDashboard) => dashboard.rows.slice(1, -1).map((row) => row.trimEnd());

describe('processes', () => {
  test('the app is selected at first, arrows and numbers select others', () => {
    const dashboard = new PureDashboard(new FakePod());
    expect(dashboard.state.selected).toBe('shop');
    expect(dashboard.press('up').state.selected).toBe('shipper');
    expect(dashboard.press('j', 'j').state.selected).toBe('ambassador');
    expect(dashboard.press('j').state.selected).toBe('ambassador');
    expect(dashboard.press('2').state.selected).toBe('aggregator');
    expect(dashboard.press('9').state.selected).toBe('aggregator');
  });

  test.each([
    ['r', { type: 'restart', process: 'shop' }],
    ['x', { type: 'stop', process: 'shop' }],
    ['s', { type: 'start', process: 'shop' }],
  ])('%s asks for %j', (key, request) => {
    expect(new PureDashboard(new FakePod()).press(key).effects).toEqual([request]);
  });

  test('killing and restarting all are asked for first', () => {
    const dashboard = new PureDashboard(new FakePod());
    expect(dashboard.press('X').rows.at(-1)).toContain('kill shop with its process tree?');
    expect(dashboard.press('n').effects).toEqual([]);
    expect(dashboard.press('X', 'y').effects).toEqual([{ type: 'kill', process: 'shop' }]);
    expect(dashboard.press('R', 'y').effects.at(-1)).toEqual({ type: 'restart-all' });
  });

  test('a process that is removed is no longer selected', () => {
    const pod = new FakePod([processSnapshot({ name: 'a' })]);
    expect(new PureDashboard(pod).state.selected).toBe('a');
  });
});

describe('quitting', () => {
  test('stops first, and kills when asked again', () => {
    const dashboard = new PureDashboard(new FakePod()).press('ctrl+c', 'q');
    expect(dashboard.effects).toEqual([
      { type: 'stop-pod', grace: null, by: 'the dashboard' },
      { type: 'kill-pod', by: 'the dashboard' },
    ]);
    expect(dashboard.state.screen).toBe('quit');
  });

  test('leaves a pod that runs elsewhere, which a key of its own stops after a question', () => {
    const pod = new FakePod();
    const dashboard = new PureDashboard(pod, undefined, true).press('q');
    expect(dashboard.effects).toEqual([{ type: 'leave' }]);
    expect(dashboard.press('Q').rows.at(-1)).toContain('stop the whole pod?');
    expect(dashboard.press('y').effects.at(-1)).toEqual({
      type: 'stop-pod',
      grace: null,
      by: 'sidecarctl attach',
    });
    pod.change({ state: 'stopping' });
    expect(dashboard.press('Q', 'y').effects.at(-1)).toEqual({ type: 'kill-pod', by: 'sidecarctl attach' });
  });

  test('q is a letter while something is typed', () => {
    const dashboard = new PureDashboard(new FakePod()).press('/', 'q', 'x');
    expect([dashboard.state.editor?.text, dashboard.effects]).toEqual(['qx', []]);
  });
});

describe('a log', () => {
  test('is followed until somebody scrolls back, and again at its end', () => {
    const pod = withLines(100);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter');
    expect(logOf(dashboard).at(-1)).toBe('line 99');
    dashboard.press('pageup');
    expect(dashboard.rows[0]).toContain('paused');
    expect(logOf(dashboard)[0]).toBe('line 57');
    pod.write('shop', 'newest\n');
    expect(dashboard.rows[0]).toContain('paused (+1 new)');
    expect(logOf(dashboard)[0]).toBe('line 57');
    expect(logOf(dashboard.press('pagedown', 'pagedown')).at(-1)).toBe('newest');
    expect(dashboard.rows[0]).toContain('following');
  });

  test('does not jump when the ring turns over', () => {
    const pod = withLines(9_000);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'pageup', 'pageup');
    const before = logOf(dashboard);
    for (let at = 0; at < 5_000; at++) pod.write('shop', `more ${at}\n`);
    expect(logOf(dashboard)).toEqual(before);
  });

  test('stays as it is seen while it is paused, however much comes', () => {
    const pod = withLines(100);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'f');
    const before = logOf(dashboard);
    for (let at = 0; at < 30_000; at++) pod.write('shop', `more ${at}\n`);
    expect(dashboard.rows[0]).toContain('paused (+30,000 new)');
    expect(logOf(dashboard)).toEqual(before);
    expect(logOf(dashboard.press('g'))[0]).toBe('line 0');
  });

  test('shorter than the screen stays as it is seen while it is paused', () => {
    const pod = withLines(3);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'f');
    const before = logOf(dashboard);
    for (let at = 0; at < 12_000; at++) pod.write('shop', `more ${at}\n`);
    expect(logOf(dashboard)).toEqual(before);
  });

  test('says where lines have left the memory, and goes on below', () => {
    const pod = withLines(100);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'f');
    for (let at = 0; at < 10_050; at++) pod.write('shop', `more ${at}\n`);
    const rows = logOf(dashboard.press('pagedown'));
    const gap = rows.findIndex((row) =>
      row.startsWith('── lines have left the memory; the log file has them: v ─'),
    );
    expect([rows[gap - 1], rows[gap + 1]]).toEqual(['line 99', 'more 50']);
    for (let at = 0; at < 10_050; at++) pod.write('shop', `later ${at}\n`);
    expect(logOf(dashboard)).toEqual(rows);
    expect(logOf(dashboard.press('up', 'down'))).toEqual(rows);
    expect(logOf(dashboard.press('g'))[0]).toBe('line 0');
    expect(logOf(dashboard.press('G')).at(-1)).toBe('later 10049');
  });

  test('says at its top that older lines have left the memory', () => {
    const pod = withLines(1);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'f', 'f');
    for (let at = 0; at < 10_050; at++) pod.write('shop', `more ${at}\n`);
    const [first, second] = logOf(dashboard.press('g'));
    expect(first).toMatch(/^── older lines have left the memory; the log file has them: v ─+$/);
    expect(second).toBe('more 50');
    expect(logOf(dashboard.press('C', 'f')).join('')).not.toContain('older lines');
  });

  test('scrolls by rows where lines are wrapped', () => {
    const dashboard = new PureDashboard(
      withLines(50, (at) => `${at} ${'x'.repeat(150)}`),
      { columns: 80, rows: 24 },
    );
    dashboard.press('enter', 'w', 'up');
    expect(logOf(dashboard).at(-1)).toMatch(/^49 x/);
    expect(logOf(dashboard.press('down')).at(-1)).toMatch(/^x+$/);
  });

  test('is found in, from the newest to older ones and back', () => {
    const dashboard = new PureDashboard(withLines(500), { columns: 80, rows: 24 })
      .press('enter', '/')
      .type('line 4')
      .press('enter');
    expect(dashboard.rows[0]).toContain('find line 4 111/111');
    dashboard.press('N', 'N');
    expect(dashboard.rows[0]).toContain('109/111');
    dashboard.press('n');
    expect(dashboard.rows[0]).toContain('110/111');
    expect(dashboard.press('n', 'n').rows.at(-2)).toContain('no more matches below');
  });

  test.each([
    ['cut', [], 80],
    ['cut, on a small screen', [], 40],
    ['wrapped', ['w'], 80],
  ])('shows the match in a long line that is %s', (_, keys, columns) => {
    const lines = withLines(
      60,
      (at) => `${at} ${'日x '.repeat(100)}${at === 30 ? 'timed out' : 'fine'} ${'y'.repeat(300)}`,
    );
    const dashboard = new PureDashboard(lines, { columns, rows: 12 }).press('enter', ...keys, '/');
    dashboard.type('timed').press('enter');
    expect(dashboard.text).toContain('timed out');
    expect(dashboard.press('n').text).toContain('timed out');
  });

  test('goes back to the first column for a match that is there', () => {
    const lines = withLines(
      20,
      (at) => `${at === 5 ? 'first' : 'x'} ${'y'.repeat(200)} ${at === 9 ? 'first' : ''}`,
    );
    const dashboard = new PureDashboard(lines, { columns: 80, rows: 30 }).press('enter', '/');
    dashboard.type('first').press('enter');
    expect(dashboard.state.pan).toBeGreaterThan(0);
    expect(dashboard.press('N').state.pan).toBe(0);
  });

  test('marks the line of a match, and of an error, with and without colors', () => {
    const lines = withLines(300, (at) => (at === 150 ? 'TypeError: no' : `fine ${at}`));
    const dashboard = new PureDashboard(lines, { columns: 80, rows: 24 });
    for (const colors of [true, false]) {
      dashboard.colors = colors;
      dashboard.press('escape', 'enter', 'E');
      const row = dashboard.frame().rows.find((text) => text.includes('TypeError')) ?? '';
      expect(row).toContain('\u001b[7m\u001b[27;1;4mTypeError\u001b[0m\u001b[7m: no');
      expect(dashboard.frame().rows.filter((text) => text.includes('\u001b[7m'))).toHaveLength(1);
    }
  });

  test('that is searched for what it does not have says so', () => {
    const dashboard = new PureDashboard(withLines(5)).press('tab', '/').type('zebra').press('enter');
    expect(dashboard.rows.at(-2)).toContain('no line matches zebra');
  });

  test('a regular expression that is none is told while it is typed', () => {
    const dashboard = new PureDashboard(withLines(5)).press('tab', '/').type('/(/').press('enter');
    expect(dashboard.rows.at(-1)).toContain('Invalid regular expression');
    expect(dashboard.state.editor?.text).toBe('/(/');
  });

  test('is searched and filtered while it is typed, and as before after an escape', () => {
    const dashboard = new PureDashboard(withLines(500), { columns: 80, rows: 24 }).press('enter', '/');
    expect(dashboard.type('line 12').rows[0]).toContain('find line 12 11/11');
    expect(dashboard.text).toContain('line 129');
    expect(dashboard.type('3').rows[0]).toContain('find line 123 1/1');
    expect(dashboard.type('x').rows.at(-1)).toContain('no line matches line 123x');
    expect(dashboard.press('backspace').text).toContain('line 123');
    expect(dashboard.press('escape').rows[0]).toContain('following');
    expect(logOf(dashboard).at(-1)).toBe('line 499');
    expect(logOf(dashboard.press('&').type('77'))).toContain('line 77');
    expect(dashboard.rows[0]).toContain('filter 77 (5 lines)');
    expect(dashboard.press('escape').rows[0]).not.toContain('filter');
  });

  test('goes back to where it was paused after an escape', () => {
    const dashboard = new PureDashboard(withLines(500), { columns: 80, rows: 24 }).press(
      'enter',
      'g',
      'pagedown',
    );
    const before = dashboard.rows.slice(0, -1);
    dashboard.press('/').type('line 4');
    expect(dashboard.rows.slice(0, -1)).not.toEqual(before);
    expect(dashboard.press('escape').rows.slice(0, -1)).toEqual(before);
  });

  test('has a history of searches, and one of filters', () => {
    const dashboard = new PureDashboard(withLines(50), { columns: 80, rows: 24 }).press('enter');
    for (const text of ['line 1', 'line 2', 'line 1']) dashboard.press('/').type(text).press('enter');
    dashboard.press('/', 'up', 'up');
    expect(dashboard.state.editor?.text).toBe('line 2');
    expect(dashboard.rows[0]).toContain('find line 2');
    expect(dashboard.press('up').state.editor?.text).toBe('line 2');
    expect(dashboard.press('down').state.editor?.text).toBe('line 1');
    expect(dashboard.press('down', 'down').state.editor?.text).toBe('');
    expect(dashboard.press('escape', '&', 'up').state.editor?.text).toBe('');
  });

  test('is found in among the lines that a pause holds, in a flood too', () => {
    const pod = withLines(100, (at) => (at === 50 ? 'needle' : `hay ${at}`));
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'f');
    for (let at = 0; at < 20_000; at++) pod.write('shop', `more ${at}\n`);
    expect(dashboard.press('/').type('needle').text).toContain('needle');
    expect(dashboard.press('enter').rows[0]).toContain('find needle 1/1');
  });

  test('shows only what matches the filter, also of what comes later', () => {
    const pod = withLines(50);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 })
      .press('enter', '&')
      .type('/[37]$/')
      .press('enter');
    expect(logOf(dashboard).slice(0, 10)).toEqual(
      ['3', '7', '13', '17', '23', '27', '33', '37', '43', '47'].map((at) => `line ${at}`),
    );
    pod.write('shop', 'hidden\nshown 7\n');
    expect(logOf(dashboard)).toContain('shown 7');
    expect(logOf(dashboard)).not.toContain('hidden');
    expect(dashboard.rows[0]).toContain('filter /[37]$/ (11 lines)');
    expect(logOf(dashboard.press('&', 'enter'))).toContain('hidden');
  });

  test('its error lines are gone to', () => {
    const lines = withLines(300, (at) => (at % 100 === 50 ? `TypeError: no ${at}` : `fine ${at}`));
    const dashboard = new PureDashboard(lines, { columns: 80, rows: 24 }).press('enter', 'E');
    expect(logOf(dashboard)[3]).toBe('TypeError: no 250');
    expect(logOf(dashboard.press('E'))[3]).toBe('TypeError: no 150');
    expect(logOf(dashboard.press('e'))[3]).toBe('TypeError: no 250');
    expect(dashboard.press('e').rows.at(-2)).toContain('no more error lines below');
  });

  test('is cleared, marked, timed, panned and merged', () => {
    const pod = withLines(10, (at) => `line ${at} ${'0123456789'.repeat(10)}`);
    pod.write('shipper', 'shipped\n');
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 'C');
    expect(logOf(dashboard)[0]).toContain('no output yet');
    pod.write('shop', 'after 0123456789\n');
    expect(logOf(dashboard)[0]).toBe('after 0123456789');
    expect(logOf(dashboard.press('m'))[1]).toMatch(/^── 14:03:07 ─+$/);
    expect(logOf(dashboard.press('t'))[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} after/);
    expect(logOf(dashboard.press('t', 't', 'right'))[0]).toBe('');
    expect(logOf(dashboard.press('left', 'a')).at(10)).toMatch(/^shipper +shipped$/);
    expect(dashboard.state.logs[ALL_PROCESSES]).toBeUndefined();
  });

  test('tells how old its lines are, and is drawn again when that changes', () => {
    const pod = new FakePod();
    pod.write('shop', 'young\n');
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 24 }).press('enter', 't', 't');
    const [young] = pod.log('shop').after(0, 1);
    dashboard.now = (young?.time ?? 0) + 5_400;
    expect(logOf(dashboard)[0]).toMatch(/^ {3}[45]s young$/);
    expect(dashboard.frame().changesAt - dashboard.now).toBeLessThanOrEqual(1_000);
    dashboard.now += 3_600_000;
    expect(logOf(dashboard)[0]).toBe(' 1h00 young');
    expect(logOf(dashboard.press('t'))[0]).toBe('young');
  });

  test('the lines that are shown are copied', () => {
    const dashboard = new PureDashboard(withLines(100), { columns: 80, rows: 24 }).press('enter', 'y');
    expect(dashboard.effects[0]).toMatchObject({ type: 'copy' });
    expect(dashboard.effects[0]).toHaveProperty('lines.length', 22);
  });

  test('stays followed when there is nothing to scroll', () => {
    const dashboard = new PureDashboard(new FakePod()).press('enter', 'pageup', 'up', 'g', 'm', 'y');
    expect(logStateOf(dashboard.state).paused).toBeNull();
  });
});

describe('every picture', () => {
  const keys = fc.array(
    fc.constantFrom(...KEY_TABLE.flatMap(({ keys: own }) => own), 'z', 'ä', 'enter', 'escape', 'y'),
    { maxLength: 25 },
  );

  test('has as many rows as the terminal, each as wide, whatever was typed', async () => {
    const pod = new FakePod([
      ...new FakePod().snapshot.processes,
      ...Array.from({ length: 30 }, (_, at) =>
        processSnapshot({
          name: `worker-with-a-long-name-${at}`,
          state: 'backoff',
          why: 'exited with code 1, 日本語',
        }),
      ),
    ]);
    for (let at = 0; at < 200; at++)
      pod.write('shop', `${at} 日本語 \u001b[31mred\u001b[0m\t${'x'.repeat(at)}\n`);
    pod.write('shop', '{"level":"warn","msg":"日本語","err":{"stack":"a\\n\\u001b[2J日本語"}}\n', 'stderr');
    for (const state of ['starting', 'backoff', 'failed'])
      pod.tell({
        type: 'process',
        name: 'shop',
        state,
        pid: 7,
        restarts: 3,
        reason: `日本語 ${'x'.repeat(150)}`,
      });
    const details = await pod.details('shop');
    fc.assert(
      fc.property(fc.constantFrom(...SIZES), keys, fc.boolean(), (size, typed, colors) => {
        const dashboard = new PureDashboard(pod, size);
        dashboard.details = details;
        dashboard.colors = colors;
        dashboard.press(...typed);
        expect(dashboard.widths).toEqual(Array.from({ length: size.rows }, () => size.columns));
      }),
      { numRuns: inFull ? 150 : 30 },
    );
  });
});

test('values of the environment are hidden until asked for', async () => {
  const dashboard = new PureDashboard(new FakePod(), { columns: 100, rows: 40 });
  dashboard.details = await dashboard.pod.details('shop');
  expect(dashboard.press('i').text).not.toContain('hunter2');
  expect(dashboard.text).toContain('API_TOKEN=');
  expect(dashboard.press('v').text).toContain('hunter2');
  expect(dashboard.press('escape', 'i').text).not.toContain('hunter2');
});

test.each([
  ['haproxy', 'sidecar   haproxy (ambassador)   pid 4000'],
  ['embedded', 'sidecar   ambassador   pid 4000'],
])(
  'the details of a ready-made sidecar on %s name it, and its engine unless that is embedded',
  async (engine, shown) => {
    const edge = processSnapshot({ name: 'edge', origin: { use: 'ambassador', engine } });
    const dashboard = new PureDashboard(new FakePod([edge]), { columns: 100, rows: 40 });
    dashboard.details = await dashboard.pod.details('edge');
    expect(dashboard.press('i').text).toContain(shown);
  },
);

test('the stop is told process by process', () => {
  const pod = new FakePod();
  pod.change({ state: 'stopping', reason: 'stop requested by SIGINT' });
  pod.changeProcess('shop', { state: 'stopping', stop: { stage: 'signalled', waitsFor: [], killAt: null } });
  pod.changeProcess('aggregator', {
    state: 'stopping',
    stop: { stage: 'holding', waitsFor: ['shop'], killAt: null },
  });
  const { text } = new PureDashboard(pod, { columns: 80, rows: 24 }).press('q');
  expect(text).toMatch(/shop +stopping$/m);
  expect(text).toMatch(/aggregator +waiting for shop/);
});
