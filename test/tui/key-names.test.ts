import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keyNames } from '../../src/tui/terminal/key-names.ts';

const NO_KEY = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
} satisfies Key;

const names = (input: string, key: Partial<Key> = {}) => keyNames(input, { ...NO_KEY, ...key });

test('characters that come together are keys of their own', () => {
  expect(names('jjG')).toEqual(['j', 'j', 'G']);
  expect(names('a\r \u007f')).toEqual(['a', 'enter', 'space', 'backspace']);
  expect(names('ä日')).toEqual(['ä', '日']);
});

test('a key that has no character has its name', () => {
  expect(names('', { upArrow: true })).toEqual(['up']);
  expect(names('c', { ctrl: true })).toEqual(['ctrl+c']);
  expect(names('', { ctrl: true })).toEqual([]);
});

test('an Escape that comes together with another key is not lost', () => {
  expect(names('', { escape: true })).toEqual(['escape']);
  expect(names('', { escape: true, meta: true })).toEqual(['escape', 'escape']);
  expect(names('g', { meta: true })).toEqual(['escape', 'g']);
  expect(names('', { upArrow: true, meta: true })).toEqual(['up']);
  expect(names('', { meta: true })).toEqual([]);
});
