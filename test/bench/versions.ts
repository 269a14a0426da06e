import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './measure.ts';
import { type Job, launchAndStop, launchOne, sample } from './peers/compare.ts';
import { catThrough, compareOutput } from './peers/output.ts';
import type { Tool } from './peers/tool.ts';
import { OURS, toolOf } from './peers/tools.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const jobs = (runs: number): readonly Job[] => [
  { measure: launchOne, rounds: runs, rehearsed: true },
  { measure: launchAndStop, rounds: Math.ceil(runs / 2), rehearsed: true },
  { measure: catThrough, rounds: Math.ceil(runs / 4), rehearsed: true },
  { measure: compareOutput, rounds: Math.ceil(runs / 4), rehearsed: true },
];

/** The start, fifty processes and output of this tree and of another commit, in turn, and what each pair says. */
export const compareWith = async (
  revision: string,
  runs: number,
): Promise<readonly (readonly string[])[]> => {
  using tree = await BuiltTree.of(revision);
  const other = toolOf(revision, join(tree.folder, 'dist/cli.js'));
  const rows: (readonly string[])[] = [
    ['figure', revision, 'this tree', 'median of the ratios of the pairs'],
  ];
  for (const job of jobs(runs)) {
    const samples = await sample([other, OURS], job);
    for (const [row, ofTools] of samples)
      rows.push(rowOf(row, numbersOf(ofTools, other), numbersOf(ofTools, OURS)));
  }
  return rows;
};

/** A round that failed has no number, and its place keeps the others in their pairs. */
const numbersOf = (ofTools: ReadonlyMap<string, readonly unknown[]>, { name }: Tool): readonly number[] =>
  (ofTools.get(name) ?? []).map((value) => (typeof value === 'number' ? value : Number.NaN));

const rowOf = (row: string, before: readonly number[], after: readonly number[]): readonly string[] => {
  const [work = '', unit = ''] = row.split(' | ');
  const ratios = after.map((value, at) => value / (before[at] ?? Number.NaN)).filter(Number.isFinite);
  const shown = (values: readonly number[]) =>
    `${median(values.filter(Number.isFinite)).toPrecision(4)} ${unit}`;
  return [work, shown(before), shown(after), `${median(ratios).toFixed(3)} (${ratios.length} pairs)`];
};

/** A commit in a folder of its own, built; gone when it has been disposed of, or when this process ends before that. */
class BuiltTree implements Disposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    process.once('exit', this.#remove);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, this.#end);
  }

  static async of(revision: string): Promise<BuiltTree> {
    const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'sidecarctl-bench-'))), 'tree');
    git('worktree', 'add', '--quiet', '--detach', folder, revision);
    const tree = new BuiltTree(folder);
    process.stderr.write(`building ${revision}\n`);
    await tree.#build();
    return tree;
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#end);
    this.#remove();
  }

  /** The packages of this tree will do where the other one asks for the same. */
  async #build(): Promise<void> {
    const lock = 'package-lock.json';
    const isSame = readFileSync(join(this.folder, lock), 'utf8') === readFileSync(join(ROOT, lock), 'utf8');
    const run = promisify(execFile);
    if (isSame) symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    else await run('npm', ['ci', '--ignore-scripts'], { cwd: this.folder });
    await run('npm', ['run', 'build'], { cwd: this.folder, maxBuffer: 2 ** 24 });
  }

  readonly #remove = (): void => {
    git('worktree', 'remove', '--force', this.folder);
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  };

  readonly #end = (): void => process.exit(1);
}

const git = (...args: readonly string[]): void => {
  execFileSync('git', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
};
