import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { READ_CONFIG } from '../../build.ts';
import { SETTLES_WITHIN } from '../../config/load/bounded-evaluation.ts';
import { KILL_AT_MOST } from '../../core/kill-bounds.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { behindShell } from '../../runtime/launch/behind-shell.ts';
import { markBehindShell } from '../../runtime/launch/mark-behind-shell.ts';
import type { Spawnable } from '../../runtime/launch/shell-command.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import type { ProcessTrees, TreeRoot } from '../../runtime/process-tree/process-trees.ts';
import { now, Timers } from '../../time/timers.ts';
import { endText, OUT_OF_MEMORY } from './end-text.ts';
import {
  type FailedLater,
  LOOPS,
  READER_FD,
  type ReadReply,
  type ReadRequest,
  type Refused,
  type ResolveReply,
} from './messages.ts';
import { ValueStream } from './value-stream.ts';

const MARK = 'config:reading';
/** The program has its own limit, and a better message for it. */
const ANSWERS_WITHIN: Milliseconds = SETTLES_WITHIN + 2_000;
const HEAP_MEGABYTES = 512;
/** In KiB, for memory outside the heap. If memory runs out, this program should die, and nothing of the pod. */
const SETUP = 'ulimit -d 2097152 2>/dev/null; { echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null';
const MOST_PRINTED = 1024 * 1024;
const MOST_TOLD = 4 * 1024;
const LINES_TOLD = 5;

/**
 * Reads a config in a process of its own, which can be ended: whatever the config does there, with any amount of time
 * and memory, does not affect the pod. All of its code runs there, including functions and getters; the result is data.
 */
export class ConfigReader {
  readonly #child: ChildProcess;
  readonly #trees: ProcessTrees;
  readonly #root: TreeRoot | null;
  readonly #values: ValueStream;
  readonly #timers = new Timers<'answer'>();
  readonly #failed: Promise<Refused>;
  #fail: (message: string) => void = () => undefined;
  #hasExited = false;
  #toldOfMemory = false;
  #printed = Buffer.alloc(0);
  #printedBytes = 0;

  private constructor(trees: ProcessTrees) {
    this.#trees = trees;
    this.#failed = new Promise((resolve) => {
      this.#fail = (message) => resolve({ ok: false, message });
    });
    this.#child = startReader(trees);
    const { pid, stdout, stderr } = this.#child;
    this.#root = pid === undefined ? null : trees.rootOf(pid, MARK);
    this.#child.on('error', (error) => this.#fail(`the config cannot be read: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#exited(code, signal));
    this.#values = new ValueStream(this.#child.stdio[READER_FD] as Duplex);
    for (const stream of [stdout, stderr]) this.#listen(stream);
  }

  /** Throws if no process can be started. */
  static start(trees: ProcessTrees): ConfigReader {
    return new ConfigReader(trees);
  }

  /** Output of the config. */
  get printed(): string {
    return this.#printed.toString('utf8').trim();
  }

  async read(request: ReadRequest): Promise<ReadReply> {
    const reply = await this.#ask<ReadReply>(request);
    return { files: [], ...reply };
  }

  /** Called once, after the config was read. */
  resolve(ports: AllocatedPorts): Promise<ResolveReply> {
    return this.#ask<ResolveReply>(ports);
  }

  /** Lets the code that the config has begun continue, and reports its failures. */
  async stay(onFailure: (message: string) => void): Promise<void> {
    try {
      for (;;) onFailure(((await this.#values.next()) as FailedLater).message);
    } catch {
      // It has ended, or its output is not a message.
    }
  }

  /** Ends it, whatever it is doing; pending requests are refused. */
  async close(): Promise<void> {
    this.#timers.disarmAll();
    this.#fail('the pod is stopping');
    if (!this.#hasExited && this.#root !== null)
      await this.#trees.kill(this.#root, () => this.#hasExited, KILL_AT_MOST);
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  async #ask<Reply>(question: unknown): Promise<Reply | Refused> {
    const late = `the config was not read within ${ANSWERS_WITHIN / 1_000}s: it loops, waits in a call that blocks, or is far too large`;
    this.#timers.arm('answer', now() + ANSWERS_WITHIN, () => this.#fail(late));
    this.#values.send(question);
    const answer = this.#values.next() as Promise<Reply>;
    // The end of the program, which follows at once, gives the reason.
    const reply = await Promise.race([answer.catch(() => this.#failed), this.#failed]);
    this.#timers.disarmAll();
    return reply;
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#hasExited = true;
    const how = endText(code, signal, this.#toldOfMemory);
    const said =
      signal === null && code !== LOOPS ? this.printed.split('\n').slice(0, LINES_TOLD).join('\n') : '';
    this.#fail(said === '' ? how : `${how}. It printed:\n${said}`);
  }

  #listen(stream: Readable | null): void {
    stream?.on('error', () => undefined);
    stream?.on('data', (chunk: Buffer) => {
      this.#printedBytes += chunk.length;
      this.#toldOfMemory ||= OUT_OF_MEMORY.test(chunk.toString('latin1'));
      if (this.#printed.length < MOST_TOLD)
        this.#printed = Buffer.concat([this.#printed, chunk]).subarray(0, MOST_TOLD);
      if (this.#printedBytes > MOST_PRINTED) this.#fail('the config printed more than 1 MiB');
    });
  }
}

const startReader = (trees: ProcessTrees): ChildProcess => {
  const { NODE_OPTIONS = '', ...rest } = process.env as Record<string, string>;
  const marks = trees.mark({ ...rest, NODE_OPTIONS: NODE_OPTIONS.replaceAll(DEBUGGER, '') }, MARK);
  const { file, args } = markBehindShell(limited(nodeProgram(), marks.env), marks);
  return spawn(file, args, {
    cwd: process.cwd(),
    env: marks.env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
};

const DEBUGGER = /--inspect\S*/g;

/** Node with the options of this process, except those that open a debugger. */
const nodeProgram = (): Spawnable => {
  const options = process.execArgv.filter((option) => !option.startsWith('--inspect'));
  const program = fileURLToPath(new URL(READ_CONFIG, import.meta.url));
  const args = [...options, `--max-old-space-size=${HEAP_MEGABYTES}`, program];
  return { file: process.execPath, args, verbatim: false };
};

const limited = (spawnable: Spawnable, env: Readonly<Record<string, string>>): Spawnable =>
  process.platform === 'linux' ? behindShell(spawnable, env, SETUP, 'sh') : spawnable;
