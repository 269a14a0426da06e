import { Duplex } from 'node:stream';
import type { Answer } from '../../src/control/answer.ts';
import type {
  LogView,
  PodClient,
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  ProcessSnapshot,
  RequestOutcome,
  ToldEvent,
  Usage,
} from '../../src/control/pod-client.ts';
import { LogRing } from '../../src/logs/log-ring.ts';
import { RingView } from '../../src/logs/ring-view.ts';

/** 2026-11-20, 14:03:07 where the tests run. */
export const NOON = new Date(2026, 10, 20, 14, 3, 7).getTime();

export const processSnapshot = (
  change: Partial<ProcessSnapshot> & { readonly name: string },
): ProcessSnapshot => ({
  role: 'sidecar',
  app: null,
  instance: null,
  description: '',
  origin: null,
  state: 'ready',
  wanted: true,
  pid: 4_000,
  restarts: 0,
  since: NOON - 65_000,
  launchedAt: NOON - 65_000,
  ports: [],
  files: [],
  dependsOn: [],
  waitsFor: [],
  why: null,
  cause: null,
  lastExit: null,
  retryAt: null,
  stop: null,
  survivors: [],
  statusText: null,
  waitsForInput: false,
  terminal: null,
  commands: [],
  logFile: `/shop/.sidecarctl/logs/${change.name}/run.log`,
  ...change,
});

const port = (name: string, number: number) => ({
  name,
  port: number,
  protocol: 'tcp' as const,
  host: '127.0.0.1',
});
const needs = (process: string, condition: 'started' | 'ready' | 'completed') => ({
  process,
  condition,
  restart: false,
  required: true,
});

export const SHOP: readonly ProcessSnapshot[] = [
  processSnapshot({
    name: 'seed',
    role: 'init',
    state: 'completed',
    pid: null,
    launchedAt: null,
    description: 'fills the data volume',
  }),
  processSnapshot({
    name: 'aggregator',
    ports: [port('http', 23_516)],
    description: 'collects and counts log lines',
  }),
  processSnapshot({ name: 'shipper', restarts: 2, dependsOn: [needs('aggregator', 'ready')] }),
  processSnapshot({
    name: 'shop',
    role: 'primary',
    ports: [port('http', 3_000)],
    description: 'the app',
    dependsOn: [needs('seed', 'completed'), needs('aggregator', 'ready')],
  }),
  processSnapshot({
    name: 'ambassador',
    state: 'pending',
    pid: null,
    launchedAt: null,
    dependsOn: [needs('shop', 'ready')],
    waitsFor: ['shop'],
    why: 'waiting for shop to be ready',
  }),
];

/** An event without its number, and with the time of the call unless it has one. */
type Fact = { readonly type: string; readonly name: string; readonly time?: string } & Readonly<
  Record<string, unknown>
>;

/** A terminal that a process could have. */
export class FakeTerminal extends Duplex {
  /** What has been written to it. */
  keys = '';
  /** Held back, as by a program that does not read. */
  held: Array<() => void> | null = null;

  override _read(): void {
    // Tests push.
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
    const take = (): void => {
      this.keys += bytes.toString('latin1');
      done();
    };
    if (this.held === null) take();
    else this.held.push(take);
  }
}

/** A pod that is whatever a test says it is. */
export class FakePod implements PodClient {
  readonly requests: PodRequest[] = [];
  readonly #numbers = { next: 1 };
  readonly #rings = new Map<string, LogRing>();
  readonly #changes = new Set<() => void>();
  readonly #outputs = new Set<() => void>();
  readonly #events: ToldEvent[] = [];
  readonly #listeners = new Set<(event: ToldEvent) => void>();
  readonly #usages = new Set<(usage: ReadonlyMap<string, Usage>) => void>();
  answer: RequestOutcome = { ok: true };
  snapshot: PodSnapshot;

  constructor(processes: readonly ProcessSnapshot[] = SHOP) {
    this.snapshot = {
      seq: 1,
      runId: 'ea732e11',
      name: 'shop',
      pid: 3_999,
      configFile: '/shop/sidecars.config.ts',
      mode: 'dev',
      state: 'running',
      startedAt: NOON - 65_000,
      exitCode: null,
      reason: null,
      ended: [],
      guard: { pid: 4241, replaced: 0 },
      processes,
    };
  }

  change(change: Partial<PodSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change, seq: this.snapshot.seq + 1 };
    for (const listener of this.#changes) listener();
  }

  changeProcess(name: string, change: Partial<ProcessSnapshot>): void {
    this.change({
      processes: this.snapshot.processes.map((process) =>
        process.name === name ? { ...process, ...change } : process,
      ),
    });
  }

  write(process: string, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    const ring = this.#rings.get(process) ?? new LogRing(process, this.#numbers);
    this.#rings.set(process, ring);
    ring.push({ stream, bytes: Buffer.from(text), partial: false });
    for (const listener of this.#outputs) listener();
  }

  sampleUsage(usage: ReadonlyMap<string, Usage>): void {
    for (const listener of this.#usages) listener(usage);
  }

  log(process: string | null): LogView {
    return new RingView(() =>
      [...this.#rings].filter(([name]) => process === null || process === name).map(([, ring]) => ring),
    );
  }

  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => void this.#changes.delete(listener);
  }

  onOutput(listener: () => void): () => void {
    this.#outputs.add(listener);
    return () => void this.#outputs.delete(listener);
  }

  onSentence(): () => void {
    return () => undefined;
  }

  /** Says that something has happened. */
  tell(event: Fact): void {
    const told = {
      time: new Date(Date.now()).toISOString(),
      seq: this.#events.length + 1,
      ...event,
    } as ToldEvent;
    this.#events.push(told);
    for (const listener of this.#listeners) listener(told);
  }

  onEvent(listener: (event: ToldEvent) => void): () => void {
    for (const event of this.#events) listener(event);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onUsage(listener: (usage: ReadonlyMap<string, Usage>) => void): () => void {
    this.#usages.add(listener);
    return () => void this.#usages.delete(listener);
  }

  details(process: string): Promise<ProcessDetails | null> {
    return Promise.resolve({
      name: process,
      command: 'node shop.mjs',
      cwd: '/shop',
      enter: [],
      env: [
        { name: 'PORT', value: '3000', isSecret: false },
        { name: 'API_TOKEN', value: 'hunter2', isSecret: true },
      ],
      tree: [
        { pid: 4_000, parentPid: 3_999, command: 'node shop.mjs' },
        { pid: 4_001, parentPid: 4_000, command: 'node worker.mjs' },
      ],
      probes: [
        {
          probe: 'readiness',
          target: 'http http://127.0.0.1:3000/healthz every 1 s',
          ok: true,
          history: [{ at: NOON - 60_000, ok: true, message: '' }],
        },
      ],
      exits: [{ at: NOON - 65_000, code: 1, signal: null, ranFor: 3_200, text: 'exited with code 1' }],
      explanation: ['shop is ready.', 'ambassador waits for it.'],
      cause: null,
    });
  }

  /** Opened terminals, by process: what is pushed is drawn, and what is written are keys. */
  readonly terminals = new Map<string, FakeTerminal>();

  openTerminal(process: string): Promise<Answer<Duplex>> {
    const terminal = new FakeTerminal();
    this.terminals.set(process, terminal);
    return Promise.resolve({ ok: true, value: terminal });
  }

  request(request: PodRequest): Promise<RequestOutcome> {
    this.requests.push(request);
    return Promise.resolve(this.answer);
  }
}
