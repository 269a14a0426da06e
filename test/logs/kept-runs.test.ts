import { appendFile, rm, truncate, utimes } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { Backpressure } from '../../src/logs/backpressure.ts';
import { newestOf, readKeptLines } from '../../src/logs/kept-runs.ts';
import { LOG_LIMITS, LogFile } from '../../src/logs/log-file.ts';
import { Project } from '../support/project.ts';

const START = Date.parse('2026-11-20T10:00:00Z');

/** Writes each text at its second, and gives what is read of it since some. */
const writeAt = async (
  texts: ReadonlyArray<readonly [second: number, text: string]>,
  limits = LOG_LIMITS,
) => {
  const project = await Project.create();
  const folder = project.path('logs', 'app');
  const onFailure = ({ message }: { message: string }) => expect.unreachable(message);
  const file = new LogFile({
    within: project.folder,
    folder,
    run: 'run',
    order: () => ['run'],
    backpressure: new Backpressure(),
    limits,
    onFailure,
  });
  const clock = vi.spyOn(Date, 'now');
  for (const [second, text] of texts) {
    clock.mockReturnValue(START + second * 1_000);
    file.append(Buffer.from(text));
  }
  clock.mockRestore();
  await file.close();
  // The file's own time is the real clock's.
  const end = START / 1_000 + (texts.at(-1)?.[0] ?? 0);
  await utimes(`${folder}/run.log`, end, end);
  const since = (second: number) =>
    readKeptLines(project.path('logs'), 'app', 'run', START + second * 1_000)?.map(({ line }) =>
      String(line),
    ) ?? null;
  const all = () => readKeptLines(project.path('logs'), 'app', 'run', null) ?? [];
  return { folder, since, all, [Symbol.asyncDispose]: () => project[Symbol.asyncDispose]() };
};

describe('the lines of a run since a time', () => {
  test('are those that were written then or later, to the second', async () => {
    await using log = await writeAt([
      [0, 'one\n'],
      [0.5, 'two\n'],
      [10, 'three\n'],
      [3600, 'four\n'],
    ]);
    expect(log.since(-5)).toEqual(['one', 'two', 'three', 'four']);
    expect(log.since(0.9)).toEqual(['one', 'two', 'three', 'four']);
    expect(log.since(5)).toEqual(['three', 'four']);
    expect(log.since(12)).toEqual(['four']);
    expect(log.since(3602)).toEqual([]);
  });

  test('begin with the whole of a line', async () => {
    await using log = await writeAt([
      [0, 'old\nbeg'],
      [10, 'un\nnew\n'],
    ]);
    expect(log.since(5)).toEqual(['begun', 'new']);
  });

  test('are told apart in the files that came before', async () => {
    const limits = { ...LOG_LIMITS, fileBytes: 8 };
    const texts = Array.from({ length: 8 }, (_, at) => [at * 10, `line ${at}\n`] as const);
    await using log = await writeAt(texts, limits);
    expect(log.since(55)).toEqual(['line 6', 'line 7']);
    expect(log.since(35)).toEqual(['line 4', 'line 5', 'line 6', 'line 7']);
  });

  test('have among them what the guard has added after the end of the supervisor', async () => {
    await using log = await writeAt([[0, 'old\n']]);
    await appendFile(`${log.folder}/run.log`, 'saved\n');
    expect(log.since(60)).toEqual(['old', 'saved']);
  });

  test('are not guessed where nothing tells of times, and the last note may be cut off', async () => {
    await using log = await writeAt([
      [0, 'one\n'],
      [10, 'two\n'],
    ]);
    await truncate(`${log.folder}/run.times`, `1 0 ${START}\n1 4 17`.length);
    expect(log.since(5)).toEqual(['one', 'two']);
    await rm(`${log.folder}/run.times`);
    expect(log.since(5)).toBeNull();
  });
});

describe('the newest lines of several processes', () => {
  const at = (...seconds: number[]) =>
    seconds.map((second) => ({ line: Buffer.from(`${second}`), time: START + second * 1_000 }));
  const shown = (count: number) =>
    newestOf(
      new Map([
        ['web', at(0, 2, 4)],
        ['db', at(1, 3, 3, 9)],
      ]),
      count,
    ).map(({ process, line }) => `${process} ${line}`);

  test('are so many in all, in the order of time', () => {
    expect(shown(3)).toEqual(['db 3', 'web 4', 'db 9']);
  });

  test('are all of them if there are fewer, and none of no lines', () => {
    expect(shown(100)).toEqual(['web 0', 'db 1', 'web 2', 'db 3', 'db 3', 'web 4', 'db 9']);
    expect(shown(0)).toEqual([]);
  });
});

test('a kept line has the time of the last note before it, and none if nothing was noted', async () => {
  await using log = await writeAt([
    [0, 'one\ntwo\n'],
    [10, 'three\n'],
  ]);
  const seconds = () =>
    log.all().map(({ line, time }) => [String(line), time === null ? null : time - START]);
  expect(seconds()).toEqual([
    ['one', 0],
    ['two', 0],
    ['three', 10_000],
  ]);
  await rm(`${log.folder}/run.times`);
  expect(seconds()).toEqual([
    ['one', null],
    ['two', null],
    ['three', null],
  ]);
});
