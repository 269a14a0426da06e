import { type Figure, median } from './measure.ts';
import { residentUnderLongLines } from './peers/long-lines.ts';
import { catThrough, compareOutput } from './peers/output.ts';
import { CONCURRENTLY, findPeers, OURS, SUPERVISORD } from './peers/tools.ts';

type Values = Readonly<Record<string, number | string | null>>;

const numbers = (rounds: readonly Values[], row: string): readonly number[] =>
  rounds.map((values) => values[row]).filter((value) => typeof value === 'number');

/** What passing lines on takes, beside the peers that do it, and the memory that long lines take. */
export const benchLines = async (runs: number): Promise<Figure[]> => {
  const peers = findPeers(process.env['BENCH_PEERS'] ?? '');
  const [concurrently, supervisord] = [peers.get(CONCURRENTLY) ?? null, peers.get(SUPERVISORD) ?? null];
  const [ours, theirs]: [Values[], Values[]] = [[], []];
  const [ten, tenTheirs]: [Values[], Values[]] = [[], []];
  for (let round = 0; round < runs; round++) {
    ours.push(await catThrough(OURS));
    if (concurrently !== null) theirs.push(await catThrough(concurrently));
    ten.push(await compareOutput(OURS));
    if (supervisord !== null) tenTheirs.push(await compareOutput(supervisord));
  }
  const beside = (row: string, peer: string, [own, other]: readonly [readonly Values[], readonly Values[]]) =>
    besideRow(row, peer, median(numbers(own, row)), median(numbers(other, row)));
  const { usual, most } = await residentUnderLongLines(OURS);
  return [
    ...['into cat', 'to a file'].flatMap((where) => [
      {
        ...beside(`100 MB of lines from one cat, ${where} | MB/s`, CONCURRENTLY, [ours, theirs]),
        target: '1.5 x',
      },
      {
        ...beside(`CPU of the tool for one cat, ${where} | s`, CONCURRENTLY, [ours, theirs]),
        target: '0.6 x',
      },
    ]),
    { ...beside('200 MB of lines from ten children | MB/s', SUPERVISORD, [ten, tenTheirs]), target: '1.1 x' },
    {
      name: 'memory with lines of 200 kB from four',
      value: `${(usual / 1e6).toFixed(0)} MB (at most ${(most / 1e6).toFixed(0)} MB)`,
      target: '120 MB',
    },
  ];
};

const besideRow = (row: string, peer: string, ours: number, theirs: number): Omit<Figure, 'target'> => {
  const [name = '', unit = ''] = row.split(' | ');
  const value = `${ours.toFixed(unit === 's' ? 2 : 0)} ${unit}`;
  if (Number.isNaN(theirs)) return { name, value };
  return { name: `${name} / by ${peer}`, value: `${(ours / theirs).toFixed(2)} x (${value})` };
};
