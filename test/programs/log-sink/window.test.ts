import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Intake } from '../../../src/programs/log-sink/intake.ts';
import { findLines } from '../../../src/programs/log-sink/window/find-lines.ts';
import { LogWindow } from '../../../src/programs/log-sink/window/log-window.ts';
import { readQuery } from '../../../src/programs/log-sink/window/query.ts';
import { sinkHere } from './support.ts';

const line = (body: string, more: object = {}) => ({ time: 0, severity: 0, body, fields: {}, ...more });

const ask = (intake: Intake, query: string) => findLines(intake.window, readQuery(query));

describe('the window', () => {
  it('is never larger than it may be, and has all of the newest records', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 }), (sizes) => {
        const window = new LogWindow(4096);
        for (const [index, size] of sizes.entries()) {
          window.add(Buffer.alloc(size, index));
          expect(window.held).toBeLessThanOrEqual(4096);
        }
        expect(window.next).toBe(sizes.length + 1);
        const kept = window.slabs.flatMap((slab) =>
          Array.from({ length: slab.records }, (_, at) => slab.record(slab.first + at)),
        );
        expect(kept.map(({ length }) => length)).toEqual(sizes.slice(window.oldest - 1));
        // What has gone is what had to, and at most a slab more.
        const total = kept.reduce((sum, { length }) => sum + length, 0);
        if (window.oldest > 1) expect(total).toBeGreaterThan(4096 / 4);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the beginning of a line that is too long for it', async () => {
    const intake = new Intake({ keep: 64 * 1024, file: null });
    await intake.take([line('x'.repeat(100_000), { fields: { process: 'web' } })], 'http');
    const { lines } = await ask(intake, '');
    expect(lines).toMatchObject([{ body: 'x'.repeat(1000), process: 'web', cut: true }]);
  });

  it('gets smaller at once when it is told to', async () => {
    const intake = new Intake({ keep: 1 << 20, file: null });
    await intake.take(
      Array.from({ length: 5000 }, (_, index) => line(`line ${index}`)),
      'http',
    );
    await intake.change({ keep: 64 * 1024, file: null });
    expect(intake.window.held).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('GET /lines', () => {
  const filled = async (count: number): Promise<Intake> => {
    const intake = new Intake({ keep: 1 << 20, file: null });
    const lines = Array.from({ length: count }, (_, index) =>
      line(`line ${index}${index % 10 === 0 ? ' "äh"' : ''}`, {
        time: index * 1000,
        severity: [0, 5, 9, 13, 17][index % 5],
        fields: { process: index % 2 === 0 ? 'web' : 'api' },
      }),
    );
    await intake.take(lines, 'http');
    return intake;
  };

  it('has the newest lines, oldest first', async () => {
    const intake = await filled(5000);
    const { lines, next, missed } = await ask(intake, 'limit=3');
    expect([lines.map(({ line }) => line), next, missed]).toEqual([[4998, 4999, 5000], 5001, 0]);
    expect((await ask(intake, '')).lines).toHaveLength(1000);
  });

  it('goes on from where the last answer ended, through all of them', async () => {
    const intake = await filled(2500);
    const seen: number[] = [];
    for (let since = 0, more = true; more; ) {
      const { lines, next } = await ask(intake, `since=${since}&limit=700&process=web`);
      seen.push(...lines.map(({ line }) => line));
      more = lines.length > 0;
      since = next;
    }
    expect(seen).toEqual(Array.from({ length: 1250 }, (_, index) => index * 2 + 1));
    await intake.take([line('more')], 'http');
    expect((await ask(intake, 'since=2501')).lines).toMatchObject([{ line: 2501, body: 'more' }]);
  });

  it.each([
    ['process=api', 50],
    ['level=warn', 40],
    ['level=error', 20],
    ['q="äh"', 10],
    ['q=line%209', 11],
    ['q=process', 0],
    ['since=1970-01-01T00:01:30Z', 10],
    ['process=web&level=info&q=line%202', 4],
    ['process=nobody', 0],
  ])('filters by %s', async (query, count) => {
    expect((await ask(await filled(100), query)).lines).toHaveLength(count);
  });

  it('says how many lines are no longer there', async () => {
    const intake = new Intake({ keep: 64 * 1024, file: null });
    await intake.take(
      Array.from({ length: 5000 }, () => line('x')),
      'http',
    );
    const { oldest } = intake.window;
    expect(await ask(intake, 'since=10&limit=1')).toMatchObject({
      missed: oldest - 10,
      lines: [{ line: oldest }],
    });
  });

  it.each([
    ['sinc=1', "There is no parameter 'sinc'"],
    ['since=x', 'since is'],
    ['level=loud', "level is 'loud', and not one of these: trace"],
    ['limit=0', 'limit is'],
    ['limit=10001', 'limit is'],
  ])('refuses %s', async (query, message) => {
    const { url } = await sinkHere();
    const response = await fetch(`${url}/lines?${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: expect.stringContaining(message) },
    ]);
  });
});

describe('the file', () => {
  const place = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'log-sink-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return join(folder, 'all', 'lines.ndjson');
  };

  it('has every line before it is acknowledged, also those that are no longer kept', async () => {
    const file = place();
    const sink = await sinkHere({ file, keep: 64 * 1024 });
    for (let batch = 0; batch < 3; batch += 1) {
      const body = Array.from(
        { length: 500 },
        (_, index) => `{"message":"line ${batch * 500 + index}","process":"web"}\n`,
      );
      expect((await sink.post('/', body.join(''))).status).toBe(204);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength((batch + 1) * 500);
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
        body: `line ${batch * 500 + 499}`,
        process: 'web',
        by: 'http',
      });
    }
  });

  it('on a full disk is the reason to take nothing', async () => {
    const sink = await sinkHere({ file: '/dev/full' });
    const { status, text, headers } = await sink.post('/', '{"message":"a"}');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(text).error).toContain('/dev/full cannot be written: ENOSPC');
    expect((await sink.lines()).lines).toEqual([]);
  });

  it('is not written through a symlink', async () => {
    const file = place();
    symlinkSync(join(file, '..', '..', 'elsewhere'), join(file, '..', '..', 'link'));
    const sink = await sinkHere({ file: join(file, '..', '..', 'link') });
    expect((await sink.post('/', '{"message":"a"}')).status).toBe(503);
  });
});
