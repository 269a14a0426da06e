import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, entries, entry, opened } from './support.ts';

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'file-output-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

const fileAt = (path: string, changes: object = {}) =>
  opened({ kind: 'file', name: 'file', path, size: 1_000_000, keep: 5, ...changes });

const messagesIn = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).message);

describe('a file as destination', () => {
  it('gets one object a line, and nobody else can read it', async () => {
    const path = join(folder(), 'logs', 'all.ndjson');
    const output = await fileAt(path);
    for (const batch of [entries(2), [entry(2)]])
      expect(await deliver(output, batch)).toEqual({ kind: 'taken' });
    expect(messagesIn(path)).toEqual(['line 0', 'line 1', 'line 2']);
    expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it('is rotated before it is larger than its size, and keeps so many', async () => {
    const path = join(folder(), 'all.ndjson');
    const output = await fileAt(path, { size: 300, keep: 2 });
    for (let number = 0; number < 9; number += 2) await deliver(output, [entry(number), entry(number + 1)]);
    expect(readdirSync(join(path, '..')).sort()).toEqual(['all.ndjson', 'all.ndjson.1', 'all.ndjson.2']);
    const files = [`${path}.2`, `${path}.1`, path];
    expect(files.flatMap(messagesIn)).toEqual(['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9']);
    expect(files.every((file) => statSync(file).size <= 300)).toBe(true);
  });

  it('keeps no old file with keep 0', async () => {
    const path = join(folder(), 'all.ndjson');
    const output = await fileAt(path, { size: 200, keep: 0 });
    for (const number of [1, 2, 3]) await deliver(output, [entry(number)]);
    expect(readdirSync(join(path, '..'))).toEqual(['all.ndjson']);
    expect(messagesIn(path)).toEqual(['line 3']);
  });

  it('is made again when somebody has moved or deleted it', async () => {
    const path = join(folder(), 'all.ndjson');
    const output = await fileAt(path);
    await deliver(output, [entry(1)]);
    renameSync(path, `${path}.old`);
    await deliver(output, [entry(2)]);
    rmSync(path);
    await deliver(output, [entry(3)]);
    expect([messagesIn(`${path}.old`), messagesIn(path)]).toEqual([['line 1'], ['line 3']]);
  });

  it('is not written through a symlink', async () => {
    const path = join(folder(), 'all.ndjson');
    symlinkSync(join(path, '..', 'elsewhere'), path);
    expect(await deliver(await fileAt(path), entries(1))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('ELOOP'),
    });
  });

  it('on a full disk is written again later', async () => {
    expect(await deliver(await fileAt('/dev/full'), entries(1))).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('ENOSPC'),
    });
  });
});
