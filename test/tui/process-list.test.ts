import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../src/tui/screens/layout.ts';
import { INITIAL } from '../../src/tui/state/ui-state.ts';
import { FakePod, NOON, processSnapshot, SHOP } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const web = (instance: number, name: string, role: 'sidecar' | 'primary') =>
  processSnapshot({ name, role, app: 'web', instance });

test('of the process that is selected the list says which instance of which app it belongs to', () => {
  const pod = new FakePod([
    processSnapshot({ name: 'cache' }),
    web(1, 'web-1-proxy', 'sidecar'),
    web(1, 'web-1', 'primary'),
    web(2, 'web-2-proxy', 'sidecar'),
    web(2, 'web-2', 'primary'),
  ]);
  const dashboard = new PureDashboard(pod);
  expect(dashboard.text).toMatch(/app web, instance 1/);
  expect(dashboard.press('4').text).toMatch(/app web, instance 2/);
  expect(dashboard.press('1').text).not.toMatch(/instance/);
});

const widthsAt = (columns: number, processes = SHOP) => {
  const layout = layoutOf({
    size: { columns, rows: 30 },
    state: INITIAL,
    snapshot: new FakePod(processes).snapshot,
    now: NOON,
  });
  if (layout.kind !== 'panes' || layout.list === null) throw new Error('no list');
  return { list: layout.list.width, log: layout.logs[0]?.area.width ?? 0 };
};

describe('the width of the list', () => {
  const calm = ['db', 'api', 'web'].map((name) => processSnapshot({ name }));

  test('is what its figures need, while every process is in its desired state', () => {
    expect(widthsAt(200, calm).list).toBe(42);
    expect(widthsAt(160, calm).list).toBe(42);
  });

  test('leaves the log 60 columns of 100, whatever the names are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 80, max: 300 }),
        fc.array(fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme-ascii' }), { minLength: 1 }),
        fc.constantFrom('ready' as const, 'backoff' as const),
        (columns, names, state) => {
          const processes = names.map((name) => processSnapshot({ name, state, why: 'failed' }));
          const { list, log } = widthsAt(columns, processes);
          expect(list).toBeLessThanOrEqual(columns * 0.35);
          expect(log).toBeGreaterThanOrEqual(columns * 0.6);
          expect(list + 1 + log).toBe(columns);
        },
      ),
    );
  });

  test('stays as it is when a process waits for input, which has room beside its state', () => {
    const processes = calm.map((process) => ({ ...process, waitsForInput: process.name === 'db' }));
    expect(widthsAt(200, processes).list).toBe(42);
    expect(new PureDashboard(new FakePod(processes), { columns: 200, rows: 30 }).text).toMatch(
      /db +ready +waits for input/,
    );
  });

  test('grows as far as it may while there is a reason to read, and stays so between two restarts', () => {
    const [db, ...others] = calm;
    const failing = { ...(db ?? processSnapshot({ name: 'db' })), restarts: 1 };
    expect(widthsAt(200, [{ ...failing, state: 'backoff', why: 'exited' }, ...others]).list).toBe(70);
    expect(widthsAt(200, [failing, ...others]).list).toBe(70);
  });
});

test('a long name leaves room for the state of every process', () => {
  const processes = [
    processSnapshot({ name: 'a-process-with-a-very-long-name-indeed' }),
    processSnapshot({ name: 'db', state: 'completed' }),
  ];
  const { text } = new PureDashboard(new FakePod(processes), { columns: 80, rows: 24 });
  expect(text).toMatch(/● a-process-w… ready/);
  expect(text).toMatch(/✓ db +completed/);
});

test('a long name leaves room for a port, and for the reason of a process that is down', () => {
  const failed = { state: 'backoff', why: 'exited with code 1' } as const;
  const processes = [
    processSnapshot({
      name: 'a-process-with-a-very-long-name-indeed',
      ports: [{ name: 'http', port: 4242, protocol: 'tcp', host: '127.0.0.1' }],
    }),
    processSnapshot({ name: 'another-process-with-a-long-name', ...failed }),
  ];
  const { text } = new PureDashboard(new FakePod(processes), { columns: 120, rows: 24 });
  expect(text).toMatch(/● a-process-with-… ready +:4242/);
  expect(text).toMatch(/another-process… exited with code/);
});

describe('a process that waits for input', () => {
  const pod = () => {
    const asking = new FakePod();
    asking.changeProcess('aggregator', { waitsForInput: true });
    return asking;
  };

  test('has a mark of its own and says so, and the header counts it', () => {
    const { rows } = new PureDashboard(pod(), { columns: 140, rows: 30 });
    expect(rows.find((row) => row.includes('aggregator'))).toMatch(
      / 2 s \? aggregator ready +waits for input/,
    );
    expect(rows[0]).toContain('1 waits for input');
  });

  test('is what the key for a failed process finds too', () => {
    const dashboard = new PureDashboard(pod()).press('!');
    expect(dashboard.state.selected).toBe('aggregator');
  });

  test('marks the row of its group', () => {
    const group = new FakePod([
      web(1, 'web-1', 'primary'),
      web(2, 'web-2-shell', 'sidecar'),
      web(2, 'web-2', 'primary'),
    ]);
    group.changeProcess('web-2-shell', { waitsForInput: true });
    const { text } = new PureDashboard(group).press('3', 'c');
    expect(text).toMatch(/▸ +\? +web-2 /);
  });
});

test('the selected process has a bar, which is dim while the keys are for the log', () => {
  const dashboard = new PureDashboard(new FakePod());
  dashboard.colors = true;
  const barred = (bar: string) => dashboard.frame().rows.filter((row) => row.includes(`${bar}>`));
  expect(barred('\u001b[7m')).toEqual([expect.stringContaining('shop')]);
  expect(barred('\u001b[7m\u001b[2m')).toHaveLength(0);
  dashboard.press('tab');
  expect(barred('\u001b[7m\u001b[2m')).toEqual([expect.stringContaining('shop')]);
  dashboard.press('a');
  expect(barred('')).toEqual([expect.stringContaining('all processes')]);
});

test('the name of a process has no color in the list, whatever its state is', () => {
  const processes = (['ready', 'failed', 'backoff', 'stopped', 'pending'] as const).map((state, at) =>
    processSnapshot({ name: `name-${at}`, state }),
  );
  const dashboard = new PureDashboard(new FakePod(processes));
  dashboard.colors = true;
  const { rows } = dashboard.frame();
  for (const at of [1, 2, 3, 4]) expect(rows.some((row) => row.includes(`\u001b[0mname-${at} `))).toBe(true);
});

describe('an age', () => {
  const launched = (ago: number) =>
    new PureDashboard(new FakePod([processSnapshot({ name: 'db', launchedAt: NOON - ago })]));

  test('is in seconds for a minute, and is drawn again at the next whole second', () => {
    const young = launched(7_300);
    expect(young.text).toMatch(/db +ready .* 7s/);
    expect(young.frame().changesAt).toBe(Math.floor(NOON / 1_000) * 1_000 + 1_000);
  });

  test('is then in minutes, and is drawn again at the next whole minute', () => {
    const old = launched(61_000);
    expect(old.text).toMatch(/db +ready .* 1m/);
    expect(old.frame().changesAt).toBe((Math.floor(NOON / 60_000) + 1) * 60_000);
  });

  test('that is not on the screen is not drawn again', () => {
    expect(launched(7_300).press('enter').frame().changesAt).toBeGreaterThan(NOON + 1_000);
  });
});

describe('what a process says that it does', () => {
  const says = (text: string | null) =>
    ['db', 'slow'].map((name) =>
      processSnapshot({
        name,
        ports: [{ name: 'main', port: 6379, protocol: 'tcp', host: '127.0.0.1' }],
        ...(name === 'slow' ? { statusText: text } : {}),
      }),
    );
  const rowAt = (columns: number, text: string | null): string => {
    const dashboard = new PureDashboard(new FakePod(says(text)), { columns, rows: 30 });
    return dashboard.text.split('\n').find((row) => row.includes(' slow ')) ?? '';
  };

  test('stands in the list in place of the figures, cut to its width', () => {
    expect(rowAt(120, null)).toMatch(/slow +ready +:6379/);
    expect(rowAt(120, 'latency_downstream on')).toMatch(/slow +ready +latency_downst[a-z_ ]*…?/);
    expect(rowAt(79, 'latency_downstream on')).toMatch(/slow +ready .* latency_downstr[a-z_ ]*…?/);
    expect(rowAt(120, 'x'.repeat(200))).toMatch(/slow +ready +x+… *│/);
  });

  test('stands below the list in full for the process that is selected', () => {
    const dashboard = new PureDashboard(new FakePod(says('reset_peer_downstream, latency_upstream on')));
    expect(
      dashboard
        .press('2')
        .text.replaceAll(/\s*│.*/g, '')
        .replaceAll(/\s+/g, ' '),
    ).toContain('reset_peer_downstream, latency_upstream on');
  });
});
