import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'src/core',
  'src/model',
  'src/programs/config-refresh',
  'src/programs/proxy',
  'test/core',
  'test/programs/config-refresh/policies.test.ts',
  'test/programs/proxy/policies',
  'test/programs/proxy/simulation',
  'test/simulation',
  'test/support',
];

export interface FailedTest {
  readonly name: string;
  /** Whether a random scenario broke an invariant, or a sentence failed. */
  readonly simulated: boolean;
}

/** Longer than any test run takes: a mutant may well spin. */
const GIVE_UP_AFTER = 120_000;

export interface TestRun {
  readonly failed: readonly FailedTest[];
  /** False: not even the run came to an end, or a file could not be loaded. */
  readonly complete: boolean;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A copy of the state machines and their tests in a temporary folder, to be broken at will. */
export class CopiedTree {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<CopiedTree> {
    const folder = await mkdtemp(join(tmpdir(), 'sidecarctl-mutants-'));
    for (const path of COPIED) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await cp(join(CHECKOUT, path), join(folder, path), { recursive: true });
    }
    await symlink(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
    return new CopiedTree(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Null when a text to be replaced does not stand in the source exactly once. */
  async testMutant(mutant: Mutant, tests: readonly string[]): Promise<TestRun | null> {
    const path = join(this.#folder, mutant.path);
    const source = await readFile(path, 'utf8');
    const broken = breakSource(source, mutant);
    if (broken === null) return null;
    await writeFile(path, broken);
    try {
      return await this.test(tests);
    } finally {
      await writeFile(path, source);
    }
  }

  async test(tests: readonly string[]): Promise<TestRun> {
    const report = join(this.#folder, 'report.json');
    await rm(report, { force: true });
    const vitest = join(CHECKOUT, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...tests];
    const env = { ...process.env, SEED: '1', COUNT: '1000' };
    const child = spawn(process.execPath, args, { cwd: this.#folder, env, stdio: 'ignore' });
    const limit = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_AFTER);
    await once(child, 'close');
    clearTimeout(limit);
    return readReport(report);
  }
}

const breakSource = (source: string, { edits }: Mutant): string | null => {
  let broken = source;
  for (const [from, to] of edits) {
    if (broken.split(from).length !== 2) return null;
    broken = broken.replace(from, () => to);
  }
  return broken;
};

const readReport = async (path: string): Promise<TestRun> => {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return { failed: [], complete: false };
  const { testResults } = JSON.parse(text) as JsonReport;
  const failed = testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => ({ name: fullName.trim(), simulated: file.includes('/simulation/') })),
  );
  const loaded = testResults.every(
    ({ status, assertionResults }) => status === 'passed' || assertionResults.length > 0,
  );
  return { failed, complete: loaded };
};
