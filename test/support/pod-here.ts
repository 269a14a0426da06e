import { POD_FAILED, USAGE_ERROR } from '../../src/cli/exit-codes.ts';
import { obstacleTexts } from '../../src/cli/report-failures.ts';
import { formatConfigProblems } from '../../src/report/config-problems.ts';
import { JsonReport } from '../../src/report/json.ts';
import { loadLibc } from '../../src/runtime/native/libc.ts';
import { OutputFifos } from '../../src/runtime/output/output-fifos.ts';
import { openPod, type Pod } from '../../src/supervisor/pod.ts';
import type { PreparationFailure } from '../../src/supervisor/preparation.ts';
import { preparePod } from '../../src/supervisor/prepare-pod.ts';
import { cleanEnvironment } from './command-line.ts';
import { WAIT_LIMIT_MS } from './deadline.ts';
import { type Ended, Run } from './run.ts';

export interface PodHereOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  /** Milliseconds. */
  readonly startTimeout?: number;
}

/**
 * What `up --ui json` runs, in the test's own process: it saves the start of a Node, and is for tests that ask nothing
 * of the command line. The config is given, so the pod has no control socket, and no file is loaded.
 */
export class PodHere extends Run {
  readonly ended: Promise<Ended>;
  readonly #signals: NodeJS.Signals[] = [];
  #pod: Pod | null = null;

  constructor(config: object, folder: string, options: PodHereOptions = {}) {
    super();
    this.ended = this.#run(config, folder, options);
  }

  /** The first one stops the pod, a second one kills what is left. */
  signal(signal: NodeJS.Signals): void {
    this.#signals.push(signal);
    if (this.#pod !== null) this.#obey(this.#pod, this.#signals.length - 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isOver) this.signal('SIGTERM');
    const killer = setTimeout(() => this.signal('SIGKILL'), WAIT_LIMIT_MS);
    await this.ended;
    clearTimeout(killer);
  }

  async #run(config: object, folder: string, options: PodHereOptions): Promise<Ended> {
    try {
      return { code: await this.#runToTheEnd(config, folder, options), signal: null };
    } finally {
      this.over();
    }
  }

  async #runToTheEnd(
    config: object,
    folder: string,
    { env = {}, only = [], without = [], startTimeout }: PodHereOptions,
  ): Promise<number> {
    const prepared = await preparePod(
      {
        origin: { kind: 'given', config, folder },
        mode: 'up',
        label: null,
        only,
        without,
        env: { ...cleanEnvironment(), ...env },
        colors: false,
        primaryCommand: null,
        callerStreams: 'none',
        cache: null,
        primaryArgs: [],
        watching: false,
        purpose: 'run',
      },
      { openFifos: OutputFifos.begin(loadLibc()) },
    );
    if (!prepared.ok) return this.#refuse(prepared.failure);
    const opened = await openPod(prepared.pod, 'library');
    if (!opened.ok) return this.#refuse({ kind: 'storage', failures: opened.failures });
    return this.#supervise(opened.pod, startTimeout ?? null);
  }

  async #supervise(pod: Pod, startTimeout: number | null): Promise<number> {
    pod.attach(new JsonReport(pod.spec, (text) => this.grow('stdout', text.toString())));
    pod.start(startTimeout);
    this.#pod = pod;
    for (const at of this.#signals.keys()) this.#obey(pod, at);
    const code = await pod.ended;
    for (const message of await pod.close()) this.grow('stderr', `${message}\n`);
    return code;
  }

  #obey(pod: Pod, at: number): void {
    const by = this.#signals[at] ?? '';
    pod.send(at === 0 ? { type: 'stop', by, grace: null, id: null } : { type: 'kill', by, id: null });
  }

  #refuse(failure: PreparationFailure): number {
    if (failure.kind === 'config') {
      this.grow('stderr', formatConfigProblems(failure.failure, { color: false }));
      return USAGE_ERROR;
    }
    this.grow('stderr', `${obstacleTexts(failure).join('\n')}\n`);
    return POD_FAILED;
  }
}
