import { expect, test } from 'vitest';
import { readEscapes } from '../../src/cli/escapes.ts';

test.each([
  ['a letter stands for itself', 'rs', 'rs'],
  ['lines, tabs, backspace and escape have letters', '\\n\\r\\t\\b\\e\\0', '\n\r\t\b\x1b\0'],
  ['a control character is written in hexadecimal', '\\x03\\x1b[A', '\x03\x1b[A'],
  ['any character is written as a code point', '\\u{1F600}\\u{e9}', '😀é'],
  ['a backslash is written twice', 'C:\\\\new', 'C:\\new'],
])('%s', (_, written, text) => {
  expect(readEscapes(written)).toEqual({ ok: true, text });
});

test.each([
  ['a letter without a meaning', 'a\\qb', '\\q'],
  ['a backslash at the end', 'a\\', '\\'],
  ['half a byte', '\\x0', '\\x'],
  ['a code point that does not exist', '\\u{110000}', '\\u{110000}'],
])('%s is no escape', (_, written, unknown) => {
  expect(readEscapes(written)).toEqual({ ok: false, unknown });
});
