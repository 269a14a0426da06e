import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noticeText } from '../../src/report/wording.ts';
import { takeEvent } from '../../src/tui/state/told.ts';
import { anyText } from '../support/any-text.ts';
import { FakePod, NOON } from '../support/fake-pod.ts';
import { inFull } from '../support/in-full.ts';
import { PureDashboard, SIZES } from './render-text.ts';

beforeEach(() => void vi.useFakeTimers({ now: NOON, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const at = (ago = 0) => new Date(NOON - ago).toISOString();
const notice = (message: string, { kind = 'watching', ago = 0 } = {}) =>
  ({ type: 'notice', kind, message, time: at(ago), seq: 1 }) as const;
const reload = {
  type: 'reload',
  processes: [],
  time: at(),
  seq: 2,
  text: 'config reloaded: no changes',
} as const;

const told = (...events: ReadonlyArray<Parameters<typeof takeEvent>[1]>) => {
  const dashboard = new PureDashboard(new FakePod(), { columns: 100, rows: 20 });
  for (const event of events) dashboard.state = takeEvent(dashboard.state, event);
  return dashboard;
};

const CONFIG_ERROR = notice(
  'config error, running pod unchanged:\nsidecars.db.comand: there is no such field\nsidecars.web.port: not a number',
  {
    kind: 'reload-refused',
    ago: 60_000,
  },
);

describe('a notice', () => {
  test('has a row of its own above the keys, for five seconds', () => {
    const fresh = told(notice('watching files of web', { ago: 4_000 }));
    expect(fresh.rows.at(-2)).toBe(' watching files of web');
    expect(fresh.rows.at(-1)).toContain('q quit');
    expect(fresh.frame().changesAt).toBeLessThanOrEqual(NOON + 1_000);
    expect(told(notice('watching files of web', { ago: 5_000 })).text).not.toContain('watching');
  });

  test('stays when a key is pressed, and the newest comes first', () => {
    const dashboard = told(notice('first'), notice('second')).press('up');
    expect(dashboard.rows.at(-2)).toMatch(/^ second +\+1 {2}H all$/);
  });

  test('of a process that waits for input names the keys that answer it here', () => {
    const message = "web waits for input: answer with 'sidecarctl attach web' or 'sidecarctl send web …'";
    const asking = { ...notice(message, { kind: 'waits-for-input' }), name: 'web' };
    const dashboard = told(asking);
    dashboard.state = { ...dashboard.state, selected: 'db' };
    expect(dashboard.rows.at(-2)).toBe(' web waits for input: ! goes to it, I types into it');
    dashboard.state = { ...dashboard.state, selected: 'web' };
    expect(dashboard.rows.at(-2)).toBe(' web waits for input: I types into it');
    dashboard.state = { ...dashboard.state, input: { process: 'web' } };
    expect(dashboard.rows.at(-2)).toBe(' web waits for input');
    dashboard.state = { ...dashboard.state, input: null };
    expect(dashboard.press('H').text.replaceAll(/\s+/g, ' ')).toContain("'sidecarctl attach web'");
  });

  test('that answers a key goes the same way', () => {
    const dashboard = told().press('n');
    expect(dashboard.rows.at(-2)).toBe(' nothing to find yet: press / first');
    expect(dashboard.press('H').text).toContain('nothing to find yet');
  });

  test('of an error in the config stays until the config is mended', () => {
    const dashboard = told(CONFIG_ERROR);
    expect(dashboard.rows.at(-2)).toMatch(
      /^ config error, running pod unchanged: sidecars\.db\.comand.*… {2}H all$/,
    );
    expect(dashboard.rows).toHaveLength(20);
    dashboard.state = takeEvent(dashboard.state, reload);
    expect(dashboard.text).not.toContain('config error');
  });

  test('of an older error in the config gives way to the newer', () => {
    const dashboard = told(CONFIG_ERROR, { ...CONFIG_ERROR, message: 'config error: another' });
    expect(dashboard.rows.at(-2)).toBe(' config error: another');
  });
});

describe('the page of all notices and events', () => {
  test('has the whole text of the error that the config has, and then the newest first', () => {
    const { rows } = told(
      {
        type: 'app',
        name: 'web',
        state: 'ended',
        exitCode: 0,
        reason: '',
        time: at(9_000),
        seq: 1,
        text: 'app web has ended',
      },
      CONFIG_ERROR,
      notice('watching files of web'),
    ).press('H');
    expect(rows.slice(0, 7)).toEqual([
      ' notices and events, newest first',
      ' 14:02:07 config error, running pod unchanged:',
      '          sidecars.db.comand: there is no such field',
      '          sidecars.web.port: not a number',
      '',
      ' 14:03:07 watching files of web',
      ' 14:02:58 app web has ended',
    ]);
  });

  test('says that nothing has been told', () => {
    expect(told().press('H').rows[1]).toBe(' none yet');
  });
});

describe('no notice breaks the frame', () => {
  const size = fc.oneof(
    fc.constantFrom(...SIZES),
    fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 60 }) }),
  );
  const text = fc.oneof(
    anyText(400),
    fc.string({
      unit: fc.constantFrom('\n', '\r', '\t', '\u001b[2J', '日', 'é', '👨‍👩‍👧', 'word', ' '),
      maxLength: 80,
    }),
    fc.constant(noticeText({ kind: 'reload-refused', message: CONFIG_ERROR.message })),
  );
  const kind = fc.constantFrom('reload-refused', 'watching');
  const keys = fc.array(
    fc.constantFrom('H', 'enter', 'escape', '?', 'i', 'd', 'a', 'tab', '/', 'down', 'G', 'x', 'X'),
    { maxLength: 6 },
  );

  test('whatever its text, the size of the terminal and the screen', () => {
    fc.assert(
      fc.property(
        size,
        fc.array(fc.tuple(text, kind), { minLength: 1, maxLength: 3 }),
        keys,
        (given, texts, typed) => {
          const dashboard = told(...texts.map(([message, of]) => notice(message, { kind: of })));
          dashboard.size = given;
          dashboard.press(...typed);
          expect(dashboard.widths).toEqual(Array.from({ length: given.rows }, () => given.columns));
          for (const row of dashboard.frame().rows) expect(row).not.toMatch(/[\r\n]/);
        },
      ),
      { numRuns: inFull ? 1_000 : 50 },
    );
  });
});
