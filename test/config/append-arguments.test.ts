import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { appendArguments } from '../../src/config/resolve-command.ts';

const awkward = [
  '',
  'a b',
  "it's",
  '"',
  '\\',
  'a\\"b',
  '$HOME',
  '${HOME}',
  '`id`',
  '$(id)',
  '*',
  '~',
  '!x',
  ';',
  '#',
  '\n',
  'ü',
];

describe('arguments appended to a shell’s line', () => {
  it.runIf(process.platform !== 'win32')('reach the program as they are', () => {
    const print = `'${process.execPath}' -p 'JSON.stringify(process.argv.slice(1))' --`;
    const command = appendArguments({ kind: 'shell', line: print }, awkward, 'linux');
    if (command.kind !== 'shell') throw new Error('not for the shell any more');
    expect(JSON.parse(execFileSync('/bin/sh', ['-c', command.line], { encoding: 'utf8' }))).toEqual(awkward);
  });

  it.each([
    ['--port=80', '--port=80'],
    ['a b', '^"a b^"'],
    ['', '^"^"'],
    ['%PATH%', '^"^%PATH^%^"'],
    ['a&b|c', '^"a^&b^|c^"'],
    ['say "hi"', '^"say \\^"hi\\^"^"'],
    ['ends in \\ ', '^"ends in \\ ^"'],
    ['C:\\a b\\', '^"C:\\a b\\\\^"'],
    ['\\"', '^"\\\\\\^"^"'],
  ])('on Windows %j is written %j', (word, written) => {
    expect(appendArguments({ kind: 'shell', line: 'x' }, [word], 'win32')).toEqual({
      kind: 'shell',
      line: `x ${written}`,
    });
  });

  it('change nothing when there are none', () => {
    const command = { kind: 'shell', line: 'x ' } as const;
    expect(appendArguments(command, [], 'linux')).toBe(command);
  });
});
