import { spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { extendedExpression } from '../../../../src/sidecars/log-shipper/rsyslog/expression.ts';
import { globExpression, watchedPaths } from '../../../../src/sidecars/log-shipper/rsyslog/globs.ts';

const LINES = [
  ...[
    '2026-11-30 one',
    ' at x.js',
    '[warn] two',
    'a]b^c-d',
    '{1}',
    'a.b',
    'x\\y',
    'tab\there',
    '',
    'aab',
    'foo bar',
    '$5',
  ],
  ...['ERROR: no', 'error: no', '7', '(x)', 'ab/cd', '^', 'fooo'],
];

/** The lines in which grep, with the same regular expressions as rsyslog, finds something. */
const foundBy = (expression: string): readonly string[] => {
  const input = LINES.map((line) => `${line}\n`).join('');
  const { stdout } = spawnSync('grep', ['-En', '-e', expression], { input, env: { LC_ALL: 'C' } });
  return [...stdout.toString().matchAll(/^\d+(?=:)/gm)].map(([number]) => LINES[Number(number) - 1] ?? '');
};

describe('the start of an event', () => {
  it.each([
    /^\d{4}-\d\d-\d\d/,
    /^\S/,
    /^[^\s]/,
    /^(?:\[(?<level>warn|error)\]|\d+)/,
    /[\]^-]/,
    /[^\]a]b/,
    /[-^]/,
    /[\w.]+\.b/,
    /\bbar$/,
    /a+?b/,
    /^\{\d\}$/,
    /x\\y/,
    /\t/,
    /\x41|\u0045RR/,
    /ab\/cd/,
    /\$\d/,
    /[[:]x|o{2,3}?$/,
    /^\^$/,
    /^[\^]$/,
  ])('%s matches the same lines in rsyslog', ({ source, flags }) => {
    const expression = extendedExpression({ source, flags });
    const wanted = LINES.filter((line) => new RegExp(source, flags).test(line));
    expect(foundBy(expression ?? '')).toEqual(wanted);
  });

  it.each([/(?=x)/, /(?<!x)y/, /(a)\1/, /x/i, /\p{L}/u, /[é]/, { source: '[^]', flags: '' }, /\u00e9/])(
    '%s is none that rsyslog could match',
    ({ source, flags }) => {
      expect(extendedExpression({ source, flags })).toBeNull();
    },
  );
});

test('globs of a folder are one path, and ** stands for up to four folders', () => {
  expect(watchedPaths(['*.log', './*.txt', 'a/{x,y}.log'])).toEqual(['{*.log,*.txt}', 'a/{x,y}.log']);
  expect(watchedPaths(['a/**'])).toEqual(['a/*', 'a/*/*', 'a/*/*/*', 'a/*/*/*/*', 'a/*/*/*/*/*']);
  expect(watchedPaths(['**/*.log', '*.txt'])?.slice(0, 2)).toEqual(['{*.log,*.txt}', '*/*.log']);
});

test.each([[['!x']], [['a/**/b/**/c']], [['+(a)']], [['a\\*']], [['{1..3}', '{a/b,c}']], [['*/a', 'b/c']]])(
  'rsyslog cannot watch %j: it would read a file twice, or another one',
  (globs) => {
    expect(watchedPaths(globs)).toBeNull();
  },
);

test('what is left out is told by its name', () => {
  const matches = (glob: string, name: string): boolean =>
    new RegExp(globExpression(glob) ?? 'x^').test(name);
  expect(matches('*.log', 'a.log')).toBe(true);
  expect(matches('*.log', 'b/a.log')).toBe(false);
  expect(matches('**/*.log', 'b/c/a.log')).toBe(true);
  expect(matches('**/*.log', 'a.log')).toBe(true);
  expect(matches('b/**', 'b/c/a.log')).toBe(true);
  expect(matches('{a,b}?[!0-9].log', 'b.c.log')).toBe(true);
  expect(matches('{a,b}?[!0-9].log', 'b.1.log')).toBe(false);
  expect(globExpression('+(x)')).toBeNull();
});
