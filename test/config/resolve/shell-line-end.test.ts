import { describe, expect, it } from 'vitest';
import { argumentsBlocker } from '../../../src/config/resolve/shell-line-end.ts';

describe('arguments can be written behind', () => {
  it.each([
    'node server.js',
    'cd web && node server.js',
    "node 'a # b'",
    'node a#b',
    'node "a # b"',
    'node \\# b',
    'node # the app\nnode server.js',
    'node $(cat file)',
    'node "$(cat "a b")"',
    'node $(echo $(pwd) x)',
    'node `cat file`',
    'echo done',
    'node server.js 2>&1',
    'node server.js > log',
    'node server.js >| log',
    'node server.js <<< text',
    'if true; then :; fi; node server.js',
    'sleep 1 & node server.js',
    'A=${B:-x} node server.js',
    'node }',
    '',
  ])('%j', (line) => expect(argumentsBlocker(line)).toBeNull());
});

describe('arguments cannot be written behind', () => {
  it.each([
    ['node server.js # the app', 'comment'],
    ['#', 'comment'],
    ['node server.js;# the app', 'comment'],
    ['node server.js\n# the app', 'comment'],
    ['node server.js &', 'operator'],
    ['node server.js;', 'operator'],
    ['node server.js |', 'operator'],
    ['node server.js &&', 'operator'],
    ['node server.js \\', 'operator'],
    ['(cd web; node server.js)', 'compound'],
    ['{ node server.js; }', 'compound'],
    ['if true; then node server.js; fi', 'compound'],
    ['while true; do node server.js\ndone', 'compound'],
    ['case $A in x) node server.js;; esac', 'compound'],
    ['cat <<EOF\ntext\nEOF', 'here-document'],
    ['node "server.js', 'quote'],
    ["node 'server.js", 'quote'],
    ['node `pwd', 'quote'],
  ])('%j, because of its %s', (line, blocker) => expect(argumentsBlocker(line)).toBe(blocker));
});
