import { statSync } from 'node:fs';
import { Project } from '../../support/project.ts';
import { type Life, live } from '../peers/life.ts';
import { passOn, printingWork } from '../peers/output.ts';
import type { Tool } from '../peers/tool.ts';
import type { Panel, Series } from './chart.ts';

const COUNTS = [1, 10, 50, 200, 500, 1_000];
const IDLE_MS = 4_000;
const BYTES = 100e6;
const LENGTHS = [10, 100, 1_000, 10_000, 100_000];
const CHILDREN = [1, 3, 10, 30];
/** Lines of a length, as many as make so many bytes, in blocks as large as a pipe. */
const WRITER = `my ($length, $bytes) = @ARGV;
my $line = 'x' x ($length - 1) . "\\n";
my $block = $line x (65536 / $length > 1 ? 65536 / $length : 1);
for (my $left = $bytes; $left > 0; $left -= length $block) { syswrite STDOUT, $block; }
`;

/** Tools by name, each with what was measured of it, by how much there was of something. */
type Measured<T> = ReadonlyMap<string, ReadonlyMap<number, T>>;

const measureAll = async <T>(
  tools: readonly Tool[],
  amounts: readonly number[],
  measure: (tool: Tool, amount: number) => Promise<T>,
): Promise<Measured<T>> => {
  const all = new Map(tools.map(({ name }) => [name, new Map<number, T>()]));
  for (const amount of amounts)
    for (const tool of tools) {
      process.stderr.write(`${tool.name}: ${amount}\n`);
      const value = await measure(tool, amount).catch(() => null);
      if (value !== null) all.get(tool.name)?.set(amount, value);
    }
  return all;
};

const panelOf = <T>(
  { title, x }: { readonly title: string; readonly x: string },
  measured: Measured<T>,
  y: (value: T, amount: number) => number,
): Panel => {
  const series: Series[] = [...measured].map(([name, values]) => ({
    name,
    points: [...values].map(([amount, value]) => [amount, y(value, amount)] as const),
  }));
  return { title, x, series: series.filter(({ points }) => points.length > 0) };
};

const liveAgain = async (tool: Tool, count: number): Promise<Life> => {
  await using kept = await Project.create();
  await live(tool, count, { kept });
  return await live(tool, count, { kept, idleFor: IDLE_MS });
};

/** What so many processes cost that do nothing. */
export const plotProcesses = async (tools: readonly Tool[]): Promise<readonly Panel[]> => {
  const lives = await measureAll(tools, COUNTS, liveAgain);
  const x = 'processes';
  const panel = (title: string, y: (life: Life) => number) => panelOf({ title, x }, lives, y);
  return [
    panel('all launched, ms', ({ launched }) => launched),
    panel('CPU of the tool until then, ms for each', ({ cpu, count }) => cpu / count),
    panel('memory of the tool, MB PSS', ({ memory }) => memory / 1e6),
    panel('idle CPU, ms/s', ({ idle }) => idle),
  ];
};

/** Megabytes a second through a tool and a pipe. */
export const plotLines = async (tools: readonly Tool[]): Promise<readonly Panel[]> => {
  const printing = tools.filter(({ printsOutput }) => printsOutput);
  const speeds = (amounts: readonly number[], of: (amount: number) => readonly [number, number]) =>
    measureAll(printing, amounts, (tool, amount) => speedOf(tool, of(amount)));
  const byLength = await speeds(LENGTHS, (length) => [length, 1]);
  const byChildren = await speeds(CHILDREN, (children) => [100, children]);
  const itself = (speed: number) => speed;
  return [
    panelOf({ title: 'one child, MB/s', x: 'bytes of a line' }, byLength, itself),
    panelOf({ title: 'lines of 100 bytes, MB/s', x: 'children' }, byChildren, itself),
  ];
};

const speedOf = async (tool: Tool, [length, children]: readonly [number, number]): Promise<number> => {
  const print = `date +%s%3N >$1; perl lines.pl ${length} ${BYTES / children}\nexec sleep 100000\n`;
  const files = { 'print.sh': print, 'lines.pl': WRITER };
  // With what stands before each line, there is more.
  const wrong = (file: string) => Math.max(0, (BYTES - statSync(file).size) / length);
  const printing = { work: printingWork(children), bytes: BYTES, files, wrong };
  const { speed } = await passOn(tool, printing, true);
  if (typeof speed !== 'number') throw new Error(`${tool.name}: ${speed}`);
  return speed;
};
