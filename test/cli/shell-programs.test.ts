import { describe, expect, test } from 'vitest';
import { bashOnlyWord, certainPrograms } from '../../src/cli/shell-programs.ts';

describe('a shell line is certain to run', () => {
  test.each<readonly [line: string, programs: readonly string[]]>([
    ['redis-servr --port 1', ['redis-servr']],
    ['./run.sh', ['./run.sh']],
    ['  node server.js', ['node']],
    ['A=b C="d e" cmd x', ['cmd']],
    ['A=$HOME/x cmd', ['cmd']],
    ['exec cmd --flag', ['cmd']],
    ['A=1 exec cmd', ['cmd']],
    ['cd api && cmd', ['api:cmd']],
    ['cd api; cd "sub dir" && ./cmd', ['api/sub dir:./cmd']],
    ['set -e; cmd', ['cmd']],
    ['umask 077 && exec cmd', ['cmd']],
    ['export A=b\ncmd', ['cmd']],
    ['# a comment\ncmd x', ['cmd']],
    ['cmd "$PORT" > out.log 2>&1', ['cmd']],
    ["'cmd' x", ['cmd']],
    ['(cd api && cmd)', ['api:cmd']],
    ['{ cmd x; }', ['cmd']],
    ['cmd a && other b', ['cmd']],
    ['cmd & wait', ['cmd']],
    ['tail -f x | grpe foo', ['tail', 'grpe']],
    ['cmd | while read x; do y; done', ['cmd']],
    ['env A=b cmd', ['env']],
    ['sudo cmd', ['sudo']],
    ['cmd --glob *.js', ['cmd']],
    ['cmd a;', ['cmd']],
    ['echo hello', []],
    ['echo hello; cmd', ['cmd']],
    ['printf x | cmd', ['cmd']],
    ['exec 3<x; cmd', ['cmd']],
  ])('in %j: %j', (line, programs) => {
    const found = certainPrograms(line).map(
      ({ file, folders }) =>
        [...folders, ''].join('/').replace(/\/$/, '') + (folders.length > 0 ? ':' : '') + file,
    );
    expect(found).toEqual(programs);
  });
});

describe('and nothing is certain of', () => {
  test.each([
    '$CMD x',
    '"$CMD" x',
    '${CMD:-x}',
    '`which x`',
    '$(which x) y',
    '~/bin/x',
    './bin/*',
    'if true; then cmd; fi',
    'while :; do cmd; done',
    'for x in a; do cmd; done',
    'test -f x || cmd',
    'test -f x && cmd',
    '[ -f x ] && cmd',
    'true || cmd',
    '. ./env.sh && cmd',
    'eval cmd',
    'command cmd',
    'PATH=x:$PATH cmd',
    'export PATH=x:$PATH; cmd',
    'cmd() { x; }; cmd',
    'cd "$DIR" && cmd',
    'cd - && cmd',
    'exec -a x cmd',
    'source x && cmd',
    '[[ -f x ]] && cmd',
    '! cmd',
    'case x in x) cmd;; esac',
    'unknown "open',
    '',
    '>out cmd',
  ])('%j', (line) => expect(certainPrograms(line)).toEqual([]));
});

test.each([
  ['source .env && node .', 'source'],
  ['[[ -n "$X" ]] && node .', '[['],
  ['declare -A x', 'declare'],
  ['node source', null],
  ['. .env', null],
])('%j begins with what only bash knows: %j', (line, word) => expect(bashOnlyWord(line)).toBe(word));
