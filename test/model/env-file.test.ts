import { describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../src/model/env-file.ts';
import { envFileErrorText, envFileRemarkText } from '../../src/report/env-file-text.ts';

const valuesOf = (text: string, env: Record<string, string> = {}) => parseEnvFile(text, env).values;
const valueIn = (line: string) => Object.values(valuesOf(line))[0];
const errorOf = (text: string): string | null => {
  const { error } = parseEnvFile(text, {});
  return error === null ? null : `${error.line}: ${envFileErrorText(error)}`;
};
const remarksOn = (text: string, env: Record<string, string> = {}) =>
  parseEnvFile(text, env).remarks.map((remark) => `${remark.line}: ${envFileRemarkText(remark)}`);

// The cases that compose-go publishes for its dotenv package.
describe('Compose reads a line of an env file as', () => {
  test.each([
    ['FOO=bar', { FOO: 'bar' }],
    ['FOO =bar', { FOO: 'bar' }],
    ['FOO= bar', { FOO: 'bar' }],
    ['FOO=bar ', { FOO: 'bar' }],
    ['\tFOO=bar', { FOO: 'bar' }],
    ['FOO="bar"', { FOO: 'bar' }],
    ["FOO='bar'", { FOO: 'bar' }],
    ['FOO="escaped\\"bar"', { FOO: 'escaped"bar' }],
    ['FOO="\\"quoted\\""', { FOO: '"quoted"' }],
    [`FOO="'d'"`, { FOO: "'d'" }],
    ["FOO='Let\\'s go!'", { FOO: "Let's go!" }],
    ['OPTION_A: 1', { OPTION_A: '1' }],
    ['OPTION_A: Foo=bar', { OPTION_A: 'Foo=bar' }],
    ['OPTION_A=1:B', { OPTION_A: '1:B' }],
    ['export OPTION_A=2', { OPTION_A: '2' }],
    ['  export\tOPTION_A=2', { OPTION_A: '2' }],
    ["export OPTION_B='\\n'", { OPTION_B: '\\n' }],
    ['exportFOO=2', { exportFOO: '2' }],
    ['export.FOO= 2', { 'export.FOO': '2' }],
    ['FOO="bar\\nbaz"', { FOO: 'bar\nbaz' }],
    ['FOO=a\\tb', { FOO: 'a\\tb' }],
    ['FOO="a\\tb"', { FOO: 'a\tb' }],
    ['KEY="Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z"', { KEY: 'Z\u0007Z\bZ\fZ\nZ\rZ\tZ\vZ\\ZSZ' }],
    ['KEY="\\x07"', { KEY: '\\x07' }],
    ['KEY="\\u12e4"', { KEY: '\\u12e4' }],
    ['FOO="bar\\\\\\n\\ b"', { FOO: 'bar\\\n\\ b' }],
    ['FOO="bar\\\\r"', { FOO: 'bar\\r' }],
    ['FOO.BAR=foobar', { 'FOO.BAR': 'foobar' }],
    ['VAR-WITH-DASHES=dashes', { 'VAR-WITH-DASHES': 'dashes' }],
    ['a[1]=c', { 'a[1]': 'c' }],
    ['árvíztűrő=x', { árvíztűrő: 'x' }],
    ['FOO=foobar=', { FOO: 'foobar=' }],
    ['FOO=bar # this is foo', { FOO: 'bar' }],
    ['FOO=bar #', { FOO: 'bar' }],
    ['FOO=123#not-an-inline-comment', { FOO: '123#not-an-inline-comment' }],
    ['FOO="bar#baz" # comment', { FOO: 'bar#baz' }],
    ['FOO="bar#baz"#', { FOO: 'bar#baz' }],
    ["FOO='ba#r'", { FOO: 'ba#r' }],
    ['OPTION_I = "echo \'asd\'" # Inline comment', { OPTION_I: "echo 'asd'" }],
    ["A='first line\nsecond line'\nB=1", { A: 'first line\nsecond line', B: '1' }],
    ['\r\n\t # comment\n', {}],
    ['FOO=test\nBAR=$FOO', { FOO: 'test', BAR: 'test' }],
    ['FOO=test\nBAR=${FOO}bar', { FOO: 'test', BAR: 'testbar' }],
    ['FOO=test\nBAR="quote $FOO"', { FOO: 'test', BAR: 'quote test' }],
    ["BAR='quote $FOO'", { BAR: 'quote $FOO' }],
    ['FOO="foo\\$BAR"', { FOO: 'foo$BAR' }],
    ['FOO=test\nBAR="foo\\${FOO} ${FOO}"', { FOO: 'test', BAR: 'foo${FOO} test' }],
    ['BAR=$FOO', { BAR: '' }],
    ['A=1\nB=${A}\nC=$B\nD=${A}_${B}', { A: '1', B: '1', C: '1', D: '1_1' }],
    ['A=\nB=${A:-x}\nC=${A-x}\nD=${U:-x}\nE=${U-x}', { A: '', B: 'x', C: '', D: 'x', E: 'x' }],
    ['A=1\nB=${A:+x}\nC=${U:+x}\nD=${U:-${A:-y}}', { A: '1', B: 'x', C: '', D: '1' }],
    ['A=1\nB=${A:?must be set}', { A: '1', B: '1' }],
    ['A=pa$$word', { A: 'pa$word' }],
  ])('%j', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
    expect(errorOf(text)).toBeNull();
  });

  test('a variable of the environment wins over a line above in what a value refers to', () => {
    expect(valuesOf('A=1\nB=$A', { A: '5' })).toEqual({ A: '1', B: '5' });
  });

  test('a name alone takes its value from the environment, and is left out where there is none', () => {
    expect(valuesOf('HERE\nNOWHERE\nA=1', { HERE: 'x' })).toEqual({ HERE: 'x', A: '1' });
  });

  test('what an earlier file says can be referred to', () => {
    expect(parseEnvFile('URL=http://$HOST', {}, { HOST: 'db' }).values).toEqual({ URL: 'http://db' });
  });
});

describe('a value is not cut short:', () => {
  test.each([
    ['PW=p#ssw0rd', 'p#ssw0rd'],
    ['URL=http://x/y#frag', 'http://x/y#frag'],
    ['JSON={"a":"b"}', '{"a":"b"}'],
    ['JSON="{\\"a\\":\\"b\\"}"', '{"a":"b"}'],
    ["A=it's", "it's"],
    ['A=a"b"c', 'a"b"c'],
    ['A=`x`', '`x`'],
    ['__proto__=x', 'x'],
  ])('%s', (line, value) => {
    expect(valueIn(line)).toBe(value);
  });
});

describe('a file is refused, with its line and what to do, for', () => {
  test.each([
    ['A=1\nB="abc\nC=2\n', '2: the quote that opens the value of B is never closed.'],
    ["B='abc\\'", '1: the quote that opens the value of B is never closed.'],
    ['# x\n\nlol$wut', "3: 'lol$wut' does not begin with a variable's name and '='."],
    ['foo="\n a\n"\nINVALID LINE\n', "4: 'INVALID LINE' does not begin with a variable's name and '='."],
    ['="value"', "1: '=\"value\"' does not begin with a variable's name and '='."],
    ['B="x" some words', "1: 'some words' does not begin with a variable's name and '='."],
    [
      'A=pa$',
      "1: the value of A has a '$' that begins no variable: '$'. Write $$ for a dollar, or put the value in single quotes.",
    ],
    [
      'A=${B',
      "1: the value of A has a '$' that begins no variable: '${B'. Write $$ for a dollar, or put the value in single quotes.",
    ],
    ['A=${B:?name the host}', '1: B must be set: name the host.'],
  ])('%j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  test('defaults nested without an end', () => {
    expect(errorOf(`A=${'${U:-'.repeat(10_000)}${'}'.repeat(10_000)}`)).toContain("has a '$'");
  });
});

describe('a line that is read otherwise than it looks is remarked on:', () => {
  test.each([
    ['A=a #b', "1: '#b' after the value of A is read as a comment; quote the value to keep it."],
    ['A=a#b', "1: the '#' is part of A: a comment needs a space before it."],
    ['A="1: foo\'bar"baz', "1: 'baz' after the closing quote is not part of A."],
    ['A=`x`', '1: the backticks are part of A; use single or double quotes.'],
    [
      'A=--x "y"',
      '1: the quotes inside the value of A are part of it; quote the whole value, or leave them out.',
    ],
    [
      'A="abc\nB=2\nC="',
      '1: the quoted value of A continues over line 2, which looks like a variable; is a closing quote missing?',
    ],
    [
      'A=pa$word',
      "1: A refers to word, which is not set, so it is empty there; single quotes keep a '$' literal.",
    ],
    ['A', '1: A has no value here and is not set in the environment, so it is left out.'],
    ['A=1\nA=2', '2: A is also set in line 1; this line wins.'],
  ])('%j', (text, remark) => {
    expect(remarksOn(text)).toContain(remark);
  });

  test('a plain file is not', () => {
    expect(remarksOn('# all\nA=1\nexport B="two words" # said\nC=$A\nD=x # a comment of words\n')).toEqual(
      [],
    );
  });
});
