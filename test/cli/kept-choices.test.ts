import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepChoices, keptChoices } from '../../src/cli/kept-choices.ts';
import { makeFolder } from '../config/support.ts';

const SHOP = '/home/ann/shop/sidecars.config.ts';
const BLOG = '/home/ann/blog/sidecars.config.ts';
const CHOICES = { wrap: true, times: 'ago', layout: 'side', pinned: ['db', '*'] } as const;

let base: string;

beforeEach(() => {
  base = makeFolder();
  vi.stubEnv('XDG_STATE_HOME', base);
});
afterEach(() => void vi.unstubAllEnvs());

const folder = () => join(base, 'sidecarctl', 'dashboard');
const file = () => join(folder(), readdirSync(folder())[0] ?? '');

test('choices are kept for each project', () => {
  keepChoices(SHOP, { wrap: false });
  keepChoices(SHOP, CHOICES);
  keepChoices(BLOG, { pinned: [] });
  expect(keptChoices(SHOP)).toEqual(CHOICES);
  expect(keptChoices(BLOG)).toEqual({ pinned: [] });
  expect(keptChoices('/elsewhere/sidecars.config.ts')).toEqual({});
});

test('choices of a project with a long path are not those of another one with the same end', () => {
  const long = (start: string) => `/${start}/${'folder/'.repeat(40)}sidecars.config.ts`;
  keepChoices(long('a'), CHOICES);
  expect(keptChoices(long('a'))).toEqual(CHOICES);
  expect(keptChoices(long('b'))).toEqual({});
});

test('choices are kept for their user alone, and name the project that they are for', () => {
  keepChoices(SHOP, CHOICES);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ config: SHOP, ...CHOICES });
  expect(readdirSync(folder())).toHaveLength(1);
});

test.each(['', 'not/absolute'])('choices are in ~/.local/state if XDG_STATE_HOME is %j', (given) => {
  const home = makeFolder();
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_STATE_HOME', given);
  keepChoices(SHOP, CHOICES);
  expect(readdirSync(join(home, '.local', 'state', 'sidecarctl', 'dashboard'))).toHaveLength(1);
});

test('a home folder that does not exist is not made for choices', () => {
  const home = join(makeFolder(), 'nobody');
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_STATE_HOME', '');
  expect(keptChoices(SHOP)).toEqual({});
  expect(() => keepChoices(SHOP, CHOICES)).toThrow(`the home folder ${home} does not exist`);
});

describe('a file of choices that makes no sense', () => {
  const read = (text: string) => {
    keepChoices(SHOP, CHOICES);
    writeFileSync(file(), text);
    return keptChoices(SHOP);
  };

  test.each(['', '{', 'null', '7', '[]', '"wrap"', '{"wrap":'])('counts as none: %j', (text) => {
    expect(read(text)).toEqual({});
  });

  test('costs only the fields that make none', () => {
    const config = `"config":"${SHOP}"`;
    expect(
      read(
        `{${config},"wrap":"yes","times":"later","layout":7,"pinned":["db",7,"db",{},"a","b","c"],"__proto__":{}}`,
      ),
    ).toEqual({ pinned: ['db', 'a', 'b'] });
    expect(read(`{${config},"wrap":false,"times":"clock","pinned":"db"}`)).toEqual({
      wrap: false,
      times: 'clock',
    });
  });

  test('counts as none if it is too large, or no file', () => {
    expect(read(JSON.stringify({ config: SHOP, wrap: true, more: 'x'.repeat(70_000) }))).toEqual({});
    const path = file();
    rmSync(path);
    mkdirSync(path);
    expect(keptChoices(SHOP)).toEqual({});
    expect(() => keepChoices(SHOP, CHOICES)).toThrow('EISDIR');
  });
});

describe('a symlink', () => {
  const CHOSEN = JSON.stringify({ config: SHOP, ...CHOICES });

  test('in the place of the file is not read, and is replaced', () => {
    keepChoices(SHOP, CHOICES);
    const path = file();
    const target = join(makeFolder({ 'target.json': CHOSEN }), 'target.json');
    rmSync(path);
    symlinkSync(target, path);
    expect(keptChoices(SHOP)).toEqual({});
    keepChoices(SHOP, { wrap: false });
    expect(readFileSync(target, 'utf8')).toBe(CHOSEN);
    expect(keptChoices(SHOP)).toEqual({ wrap: false });
  });

  test('in the place of the folder is not followed', () => {
    const elsewhere = makeFolder();
    symlinkSync(elsewhere, join(base, 'sidecarctl'));
    expect(() => keepChoices(SHOP, CHOICES)).toThrow('ENOTDIR');
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});
