import { describe, expect, test } from 'vitest';
import { levelWordIn } from '../../src/tui/log/level.ts';
import { recordOf } from '../../src/tui/log/log-record.ts';
import { FakePod } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

describe('the level of a line', () => {
  test.each([
    ['{"level":30,"msg":"up"}', 'info'],
    ['{"level":"WARNING","message":"slow"}', 'warn'],
    ['{"severity":"CRITICAL"}', 'fatal'],
    ['ts=1 level=error msg="no route"', 'error'],
    ['2026-11-20 10:00:00,123 DEBUG [main] c.e.App - hello', 'debug'],
    ['[error] worker 3 is gone', 'error'],
    ['warn: deprecated', 'warn'],
    ['npm error code E404', 'error'],
    ['I do not find an error here', null],
    ['GET /info 200', null],
    ['{"severity":"cosmetic"}', null],
    ['', null],
  ])('of %j is %s', (line, level) => {
    expect(levelWordIn(line)?.level ?? null).toBe(level);
  });

  test('is where its word is', () => {
    expect(levelWordIn('10:00 WARN slow')?.range).toEqual([6, 10]);
  });
});

describe('a line of JSON or logfmt', () => {
  test('has its time, level, message and other fields', () => {
    expect(
      recordOf(
        '{"level":50,"time":1763632800123,"pid":7,"msg":"no db","err":{"type":"E","stack":"E: x\\n at a"}}',
      ),
    ).toEqual({
      time: 1_763_632_800_123,
      level: 'error',
      message: 'no db',
      fields: [
        ['pid', '7'],
        ['err', '{"type":"E"}'],
      ],
      stack: ['E: x', ' at a'],
    });
    expect(
      recordOf('time=2026-11-20T10:00:00Z level=info msg="listening on" addr=:80 tls="" q="a\\"b"'),
    ).toEqual({
      time: '2026-11-20T10:00:00Z',
      level: 'info',
      message: 'listening on',
      fields: [
        ['addr', ':80'],
        ['tls', '""'],
        ['q', '"a\\"b"'],
      ],
      stack: [],
    });
  });

  test.each([
    'plain text',
    '{"cut off',
    '[1,2]',
    '{',
    'a=1 b=2',
    'level=info and more words',
    'msg=alone',
    '',
  ])('is not %j', (line) => expect(recordOf(line)).toBeNull());
});

const logOf = (dashboard: PureDashboard) => dashboard.rows.slice(1, -1).filter((row) => row !== '');

describe('the log', () => {
  test('lays JSON and logfmt out by one key, finds in that, and shows it raw by the same key', () => {
    const pod = new FakePod();
    const time = new Date(2026, 10, 20, 9, 8, 7, 65).toISOString();
    const error = { type: 'TypeError', stack: 'TypeError: no\n    at a (b.js:1)' };
    pod.write('shop', `${JSON.stringify({ level: 'warn', time, msg: 'slow\u001b[2J', ms: 1200 })}\n`);
    pod.write('shop', `${JSON.stringify({ level: 50, msg: 'boom', err: error })}\nplain\n`);
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 }).press('enter', 'J');
    expect(logOf(dashboard)).toEqual([
      '09:08:07.065 WARN  slow ms=1200',
      'ERROR boom err={"type":"TypeError"}',
      '  TypeError: no',
      '      at a (b.js:1)',
      'plain',
    ]);
    expect(dashboard.rows[0]).toContain('pretty');
    dashboard.press('/').type('b.js').press('enter');
    expect(dashboard.frame().rows.findLast((row) => row.includes('b.js'))).toContain('\u001b[27;1;4mb.js');
    expect(logOf(dashboard.press('J'))[0]).toMatch(/^{"level":"warn"/);
  });

  test('shows the lines of a level and worse, with what continues them and what happened', () => {
    const pod = new FakePod();
    const lines = [
      'DEBUG one',
      'INFO two',
      'without a level',
      'WARN three',
      '  of three',
      'TypeError: four',
      '    at four.js:1',
      'INFO five',
      '  of five',
    ];
    pod.write('shop', `${lines.join('\n')}\n`);
    pod.tell({ type: 'process', name: 'shop', state: 'failed', reason: 'exited with code 1' });
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 16 }).press('enter', 'L');
    expect(logOf(dashboard).slice(0, -1)).toEqual(lines.slice(1));
    expect(dashboard.rows[0]).toContain('info and worse (9 lines)');
    expect(logOf(dashboard.press('L')).slice(0, -1)).toEqual(lines.slice(3, 7));
    expect(logOf(dashboard.press('L')).slice(0, -1)).toEqual(lines.slice(5, 7));
    expect(logOf(dashboard).at(-1)).toContain('failed: exited with code 1');
    dashboard.press('&').type('four.js').press('enter');
    expect(logOf(dashboard)).toEqual(['    at four.js:1']);
    expect(dashboard.rows[0]).toContain('error and worse, filter four.js (1 line)');
    expect(logOf(dashboard.press('&', 'enter', 'L')).slice(0, -1)).toEqual(lines);
  });

  test('colors levels, and lines of stderr without one, but no line with colors of its own', () => {
    const pod = new FakePod();
    pod.write('shop', 'WARN slow\n');
    pod.write('shop', 'oops\n\u001b[32mERROR is green\u001b[0m\n', 'stderr');
    const dashboard = new PureDashboard(pod, { columns: 80, rows: 12 }).press('enter');
    dashboard.colors = true;
    const text = dashboard.frame().rows.join('\n');
    expect(text).toContain('\u001b[33mWARN\u001b[0m slow');
    expect(text).toContain('\u001b[31moops');
    expect(text).toContain('\u001b[32mERROR is green');
    dashboard.colors = false;
    expect(dashboard.frame().rows.slice(1, -1).join('')).not.toContain('\u001b');
  });
});
