import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirSource } from '../../../../src/programs/config-refresh/sources/dir.ts';
import { FileSource } from '../../../../src/programs/config-refresh/sources/file.ts';
import { FIELDS, makeFolder, read, readNext } from './read.ts';

describe('a file', () => {
  it('is read as its name ends, or as it is said', async () => {
    const folder = makeFolder();
    const texts = {
      'a.json': '{"b":[1]}',
      'a.yaml': 'b: [1]\nc: 2020-01-01\n',
      'a.yml': 'x',
      '.env': 'A=1\nB="x y"',
      a: 'b\n',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const found = await Promise.all(
      Object.keys(texts).map((name) => read(new FileSource(join(folder, name), FIELDS))),
    );
    expect(found).toEqual([{ b: [1] }, { b: [1], c: '2020-01-01' }, 'x', { A: '1', B: 'x y' }, 'b\n']);
    expect(await read(new FileSource(join(folder, 'a'), { parse: 'json' }))).toMatch(
      /^failed: Unexpected token/,
    );
    expect(await read(new FileSource(join(folder, 'a.json'), { parse: 'text' }))).toBe('{"b":[1]}');
  });

  it('is new after each write and each replacement, and only then', async () => {
    const path = join(makeFolder(), 'a');
    const source = new FileSource(path, FIELDS);
    expect(await read(source)).toBe(`failed: there is no file ${path}`);
    writeFileSync(path, 'one');
    expect([await read(source), await read(source)]).toEqual(['one', 'same']);
    writeFileSync(`${path}.new`, 'two');
    renameSync(`${path}.new`, path);
    expect([await readNext(source), await read(source)]).toEqual(['two', 'same']);
    rmSync(path);
    expect(await read(source)).toMatch(/^failed: there is no file/);
  });

  it('is not read while somebody writes it', async () => {
    const path = join(makeFolder(), 'a.json');
    writeFileSync(path, '{"half":');
    const source = new FileSource(path, FIELDS);
    const reading = read(source);
    setTimeout(() => writeFileSync(path, '{"half":2}'), 20);
    expect(await reading).not.toEqual({ half: 1 });
    expect(await readNext(source)).toEqual({ half: 2 });
  });

  it('that is a folder, or too large, is refused', async () => {
    const folder = makeFolder();
    expect(await read(new FileSource(folder, FIELDS))).toBe(`failed: ${folder} is no file`);
    writeFileSync(join(folder, 'a'), Buffer.alloc(4 * 1024 * 1024 + 1));
    expect(await read(new FileSource(join(folder, 'a'), FIELDS))).toMatch(/has more than 4194304 bytes$/);
  });

  it('of YAML whose aliases stand for billions of values is refused', async () => {
    const path = join(makeFolder(), 'a.yaml');
    const levels = Array.from(
      { length: 30 },
      (_, at) => `a${at}: &a${at} [${at === 0 ? '1' : `*a${at - 1}, *a${at - 1}`}]`,
    );
    writeFileSync(path, levels.join('\n'));
    expect(await read(new FileSource(path, FIELDS))).toBe('failed: it has more than 100000 values');
  });
});

describe('a folder', () => {
  it('is an object with the values of its files, by names that a template can have', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'flags.json'), '{"a":1}');
    writeFileSync(join(folder, 'app.properties'), 'x=1');
    writeFileSync(join(folder, 'plain'), 'y');
    mkdirSync(join(folder, 'sub'));
    const source = new DirSource(folder, FIELDS);
    expect(await read(source)).toEqual({ flags: { a: 1 }, app_properties: 'x=1', plain: 'y' });
    expect(await read(source)).toBe('same');
    writeFileSync(join(folder, 'more'), 'z');
    rmSync(join(folder, 'plain'));
    expect(await readNext(source)).toEqual({ flags: { a: 1 }, app_properties: 'x=1', more: 'z' });
    writeFileSync(join(folder, 'flags.yaml'), 'a: 2');
    expect(await readNext(source)).toBe(
      "failed: 'flags.yaml' and another name are both 'flags' in a template",
    );
  });

  it('that a kubelet swaps is never a mix of two versions', async () => {
    const folder = makeFolder();
    let old = '';
    const publish = (version: number): void => {
      const data = `..2026_01_01_00_00_00.${version}`;
      mkdirSync(join(folder, data));
      for (const name of ['a', 'b']) writeFileSync(join(folder, data, name), String(version));
      symlinkSync(data, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
      if (old !== '') rmSync(join(folder, old), { recursive: true });
      old = data;
    };
    publish(1);
    for (const name of ['a', 'b']) symlinkSync(`..data/${name}`, join(folder, name));
    const source = new DirSource(folder, FIELDS);
    expect(await read(source)).toEqual({ a: '1', b: '1' });
    let last: unknown = null;
    for (let version = 2; version < 20 || last === null; version++) {
      const reading = read(source);
      publish(version);
      const found = await reading;
      if (found === 'same') continue;
      last = found;
      const { a, b } = found as { readonly a: string; readonly b: string };
      expect(a).toBe(b);
    }
    publish(1_000);
    expect(await readNext(source)).toEqual({ a: '1000', b: '1000' });
  });

  it('that is not there, or is a file, is told', async () => {
    const folder = join(makeFolder(), 'x');
    expect(await read(new DirSource(folder, FIELDS))).toBe(`failed: there is no folder ${folder}`);
    writeFileSync(folder, '');
    expect(await read(new DirSource(folder, FIELDS))).toMatch(/^failed: ENOTDIR/);
  });
});
