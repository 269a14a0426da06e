import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { decode } from '../../../src/programs/otlp/codec.ts';
import { Journal } from '../../../src/programs/telemetry/journal/journal.ts';
import { readBack } from '../../../src/programs/telemetry/journal/read-back.ts';
import { logs } from './requests.ts';
import { temporaryFolder } from './running-telemetry.ts';

const journalAt = async (path: string, largest?: number): Promise<Journal> => {
  const journal = await Journal.open(path, largest);
  onTestFinished(() => journal.close().catch(() => undefined));
  return journal;
};

test('lines that are appended together are all there, in order', async () => {
  const path = join(temporaryFolder(), 'otlp.jsonl');
  const journal = await journalAt(path);
  await Promise.all(Array.from({ length: 100 }, (_, index) => journal.append(Buffer.from(`line ${index}`))));
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines).toEqual([...Array.from({ length: 100 }, (_, index) => `line ${index}`), '']);
});

test('the half of a line that a crash has left is cut off', async () => {
  const path = join(temporaryFolder(), 'otlp.jsonl');
  writeFileSync(path, 'whole\nha');
  const journal = await journalAt(path);
  await journal.append(Buffer.from('next'));
  expect(readFileSync(path, 'utf8')).toBe('whole\nnext\n');
});

test('two files are kept, and no more', async () => {
  const path = join(temporaryFolder(), 'otlp.jsonl');
  const journal = await journalAt(path, 100);
  for (let index = 0; index < 30; index += 1) await journal.append(Buffer.alloc(40, `${index}....`));
  expect(statSync(path).size).toBeLessThanOrEqual(150);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(150);
  expect(existsSync(`${path}.2`)).toBe(false);
  expect(readFileSync(path, 'utf8')).toContain('29....');
});

test('what waits for the disk is bounded', async () => {
  const journal = await journalAt(join(temporaryFolder(), 'otlp.jsonl'));
  const line = Buffer.alloc(20 * 1024 * 1024, 'x');
  const [first, second, third] = [
    journal.append(Buffer.from('a')),
    journal.append(line),
    journal.append(line),
  ];
  await expect(third).rejects.toMatchObject({ name: 'JournalIsFull' });
  await Promise.all([first, second]);
});

test('requests are read back from both files, and other lines are counted', async () => {
  const path = join(temporaryFolder(), 'otlp.jsonl');
  writeFileSync(`${path}.1`, `${JSON.stringify(logs({ text: 'old' }))}\n`);
  writeFileSync(path, `${JSON.stringify(logs({ text: 'new' }))}\n{"other":1}\nno json\n`);
  appendFileSync(path, '{"resourceLogs":[');
  const bodies: unknown[] = [];
  const read = await readBack(path, async (_, request) => {
    const { resourceLogs } = await decode('logs', request, 'protobuf');
    bodies.push(resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body?.stringValue);
  });
  expect(bodies).toEqual(['old', 'new']);
  expect(read).toEqual({ lines: 4, malformed: 2 });
});
