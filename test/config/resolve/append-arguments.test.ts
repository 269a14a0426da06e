import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { appendArguments } from '../../../src/config/resolve/resolve-command.ts';
import { resolveProblemsOf } from '../support.ts';

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

  it('go on the line of a command that ends in line breaks, as a YAML block does', () => {
    const command = appendArguments({ kind: 'shell', line: 'node show.js\n\n' }, ['--port', '4000'], 'linux');
    expect(command).toEqual({ kind: 'shell', line: 'node show.js --port 4000' });
  });

  it('are refused, with the reason, where they have no place', () => {
    const problemsWith = (command: string, args: readonly string[]) =>
      resolveProblemsOf({ primary: { command } }, { primaryArgs: args });
    expect(problemsWith('node a.js # the app', ['--port'])).toBe(
      'primary.command: arguments cannot be appended to this shell line, as it ends in a comment. ' +
        'Put the command that takes them last, with nothing after it.',
    );
    expect(problemsWith('node a.js &', ['--port'])).toContain('in an operator');
    expect(problemsWith('node a.js # the app', [])).toBe('no problem');
    expect(problemsWith('node a.js\n', ['--port'])).toBe('no problem');
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
