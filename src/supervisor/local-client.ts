import type { Duplex } from 'node:stream';
import type { Answer } from '../control/answer.ts';
import type {
  LogView,
  PodClient,
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  RequestOutcome,
  Sentence,
  ToldEvent,
  Usage,
  UsageWithDetails,
} from '../control/pod-client.ts';
import { newestSentences, sentenceOf } from '../control/sentences.ts';
import { unknownProcessText } from '../control/unknown-process.ts';
import type { Ask } from '../core/core-event.ts';
import { type PodState, recordOf } from '../core/pod-state.ts';
import type { PodLogs } from '../logs/pod-logs.ts';
import type { InputRefusal } from '../model/input-refusal.ts';
import type { Notice } from '../model/notice.ts';
import { DEFAULT_TERMINAL_SIZE, type TerminalSize } from '../model/terminal-size.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { inputRefusalText } from '../report/input-refusal-text.ts';
import { printable } from '../report/printable.ts';
import { becauseText, reloadEntryText } from '../report/wording.ts';
import type { Engine } from '../runtime/engines/engine.ts';
import type { Workload } from '../runtime/engines/workload.ts';
import type { PodLoop } from '../runtime/pod-loop.ts';
import { MOST_OF_TIME_CLOSELY, UsageSampler } from '../runtime/usage/usage-sampler.ts';
import { after, now } from '../time/timers.ts';
import type { Causes } from './cause/causes.ts';
import type { ReloadOutcome } from './config-reload.ts';
import type { EventHistory, NumberedEvent } from './event-history.ts';
import { Listeners } from './listeners.ts';
import { newestEnvironment } from './newest-environment.ts';
import type { PodCommands } from './pod-commands.ts';
import { describeProcess } from './process-details.ts';
import type { ProcessHistory } from './process-history.ts';
import { type Reached, reach } from './reached.ts';
import { type SnapshotFacts, takeSnapshot } from './snapshot.ts';
import type { TerminalAnswers } from './terminal-answers.ts';

interface ClientOptions {
  readonly notice: (notice: Notice) => void;
  readonly reload: (dryRun: boolean) => Promise<ReloadOutcome>;
  /** Name that tells the pod from others of its config, or null. */
  readonly label: string | null;
  readonly loop: PodLoop;
  readonly engine: Engine;
  readonly logs: PodLogs;
  readonly commands: Pick<PodCommands, 'request' | 'reach'>;
  readonly events: EventHistory;
  readonly history: ProcessHistory;
  readonly causeOf: Causes['find'];
  readonly answers: TerminalAnswers;
  readonly facts: Omit<SnapshotFacts, 'terminalSizeOf'>;
}

/** The pod of this process, for clients within it. */
export class LocalClient implements PodClient {
  readonly #options: ClientOptions;
  readonly #changes = new Listeners();
  readonly #outputs = new Listeners();
  readonly #usage: UsageSampler;
  #snapshot: PodSnapshot | null = null;
  #isStale = true;
  /** Processes whose log file is known. */
  readonly #heardOf = new Set<string>();
  readonly #sizes = new Map<string, TerminalSize>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#usage = new UsageSampler(() => options.engine.openMeter());
  }

  get snapshot(): PodSnapshot {
    if (this.#snapshot !== null && !this.#isStale) return this.#snapshot;
    const { events, facts } = this.#options;
    this.#isStale = false;
    const terminalSizeOf = (process: string): TerminalSize => this.#sizeOf(process);
    this.#snapshot = takeSnapshot(this.#pod, events.last, { ...facts, terminalSizeOf }, this.#snapshot);
    return this.#snapshot;
  }

  onChange(listener: () => void): () => void {
    let last = this.snapshot;
    return this.#changes.add(() => {
      const next = this.snapshot;
      if (next === last) return;
      last = next;
      listener();
    });
  }

  log(process: string | null): LogView {
    return this.#options.logs.view(process);
  }

  onOutput(listener: () => void): () => void {
    return this.#outputs.add(listener);
  }

  onUsage(listener: (usage: ReadonlyMap<string, Usage>) => void, details?: UsageWithDetails): () => void {
    if (details === undefined) return this.#usage.listen(listener);
    const { period } = details;
    const closely = new UsageSampler(() => this.#options.engine.openMeter(), {
      period,
      mostOfTime: MOST_OF_TIME_CLOSELY,
      look: (meter) => meter.lookClosely(),
    });
    return closely.listen(listener);
  }

  onSentence(listener: (sentence: Sentence) => void): () => void {
    const { events } = this.#options;
    let seq = events.last;
    for (const sentence of newestSentences(events.since(0))) listener(sentence);
    return events.onEvent(() => {
      for (const event of events.since(seq)) {
        seq = event.seq;
        const sentence = sentenceOf(event);
        if (sentence !== null) listener(sentence);
      }
    });
  }

  onEvent(listener: (event: ToldEvent) => void): () => void {
    const { events } = this.#options;
    let seq = 0;
    const tell = (): void => {
      for (const event of events.since(seq)) {
        seq = event.seq;
        listener(event as NumberedEvent & ToldEvent);
      }
    };
    tell();
    return events.onEvent(tell);
  }

  async details(process: string): Promise<ProcessDetails | null> {
    if (!this.#pod.processes.has(process)) return null;
    const { history, loop, engine, causeOf, facts, label } = this.#options;
    const tree = (await loop.workloadOf(process)?.listTree()) ?? [];
    const cause = await causeOf(process);
    const env = newestEnvironment(loop, process);
    const enter = engine.wordsToEnter(recordOf(this.#pod, process).spec, env);
    const sources = { history, env, enter, tree, cause, causeOf: facts.causeOf, now: now(), label };
    return describeProcess(this.#pod, process, sources);
  }

  async request(request: PodRequest): Promise<RequestOutcome> {
    const { type } = request;
    switch (type) {
      case 'stop-pod':
        return this.#ask({ type: 'stop', by: request.by ?? SOMEBODY, grace: request.grace }, 'stop the pod');
      case 'kill-pod':
        return this.#ask({ type: 'kill', by: request.by ?? SOMEBODY }, 'kill the pod');
      case 'restart-all':
        return this.#ask({ type }, 'restart');
      case 'reload':
        return this.#reload(request.dryRun);
      case 'send':
        return this.#toWorkload(request, (workload) => workload.send(Buffer.from(request.text), request.eof));
      case 'resize':
        return this.#toWorkload(request, (workload) => this.#resize(workload, request));
      case 'above-limit':
        return this.#aboveLimit(request);
      case 'alert':
        return this.#alert(request);
      case 'answer':
        return this.#answer(request);
      case 'run-command':
      case 'stop-command':
        return this.#options.commands.request(request);
      default:
        return this.#ask(
          { ...request, type: 'request', request: type },
          `${type} ${printable(request.process)}`,
        );
    }
  }

  #aboveLimit({ type, ...facts }: PodRequest & { type: 'above-limit' }): RequestOutcome {
    const unknown = [facts.process, facts.by].filter((name) => !this.#pod.processes.has(name));
    if (unknown.length > 0)
      return { ok: false, message: unknownProcessText(unknown.map(printable), this.snapshot.processes) };
    this.#options.notice({ kind: type, ...facts });
    return { ok: true };
  }

  /** What it is about is what a metric says: it may be no process of the pod. */
  #alert({ type, ...facts }: PodRequest & { type: 'alert' }): RequestOutcome {
    const { processes } = this.#pod;
    if (!processes.has(facts.by))
      return { ok: false, message: unknownProcessText([printable(facts.by)], this.snapshot.processes) };
    const process = processes.has(facts.process) ? facts.process : facts.by;
    this.#options.notice({ kind: type, ...facts, process });
    return { ok: true };
  }

  async openTerminal(process: string): Promise<Answer<Duplex>> {
    const reached = this.#reach(process);
    if (reached === null)
      return { ok: false, message: unknownProcessText([process], this.snapshot.processes) };
    const { tape } = reached;
    if (tape === null)
      return { ok: false, message: inputRefusalText('attach', process, 'no-terminal', this.#options.label) };
    // Loaded late: few pods have a terminal that somebody attaches to.
    const { TerminalStream } = await import('./terminal-stream.ts');
    if (tape.isCut) this.#redraw(process);
    return { ok: true, value: new TerminalStream({ tape, workload: () => this.#workloadOf(process) }) };
  }

  /** Programs draw their whole screen when its size changes. */
  #redraw(process: string): void {
    const resize = (fewerRows: number): void => {
      const { columns, rows } = this.#sizeOf(process);
      this.#workloadOf(process)?.resize({ columns, rows: Math.max(1, rows - fewerRows) });
    };
    resize(1);
    after(SIZE_IS_SEEN_WITHIN, () => resize(0), { ref: false });
  }

  #resize(
    workload: Workload,
    { process, columns, rows }: PodRequest & { type: 'resize' },
  ): InputRefusal | null {
    if (!workload.resize({ columns, rows })) return 'no-terminal';
    this.#sizes.set(process, { columns, rows });
    this.changed();
    return null;
  }

  #sizeOf(process: string): TerminalSize {
    return this.#sizes.get(process) ?? DEFAULT_TERMINAL_SIZE;
  }

  /** An answer that the program does not get is no failure: it has another one. */
  #answer(answer: PodRequest & { type: 'answer' }): RequestOutcome {
    const launchedAt = this.#reach(answer.process)?.launchedAt ?? null;
    if (launchedAt === null) return { ok: true };
    if (!this.#options.answers.takes(answer, launchedAt, now())) return { ok: true };
    return this.#toWorkload({ type: 'send', process: answer.process }, (workload) =>
      workload.send(Buffer.from(answer.text), false),
    );
  }

  /** `act`: words that follow "cannot". */
  async #ask(ask: Ask, act: string): Promise<RequestOutcome> {
    const answer = await this.#options.loop.ask(ask);
    if (answer.ok) return { ok: true };
    const isUnknown = answer.because === 'unknown-process' && ask.type === 'request';
    const message = isUnknown
      ? unknownProcessText([ask.process], this.snapshot.processes)
      : `cannot ${act}: ${becauseText(answer.because)}`;
    return { ok: false, message };
  }

  /** For requests that change nothing in the pod. */
  #toWorkload(
    { type, process }: { readonly type: 'send' | 'resize'; readonly process: string },
    act: (workload: Workload) => InputRefusal | null,
  ): RequestOutcome {
    if (this.#reach(process) === null)
      return { ok: false, message: unknownProcessText([printable(process)], this.snapshot.processes) };
    const workload = this.#workloadOf(process);
    const refusal = workload === null ? 'not-running' : act(workload);
    if (refusal === null) return { ok: true };
    return { ok: false, message: inputRefusalText(type, process, refusal, this.#options.label) };
  }

  async #reload(dryRun: boolean): Promise<RequestOutcome> {
    const outcome = await this.#options.reload(dryRun);
    if (!outcome.ok) return outcome;
    const concerned = outcome.plan.filter(({ action }) => action !== 'keep');
    return { ok: true, plan: concerned.map(reloadEntryText) };
  }

  /** The pod may have changed. */
  changed(): void {
    this.#isStale = true;
    this.#changes.callSoon();
  }

  forget(process: string): void {
    this.#heardOf.delete(process);
    this.#sizes.delete(process);
  }

  hasOutput(process: string): void {
    if (!this.#heardOf.has(process)) this.changed();
    this.#heardOf.add(process);
    this.#outputs.callSoon();
  }

  #reach(name: string): Reached | null {
    return reach(this.#options.loop, this.#options.commands, name);
  }

  #workloadOf(name: string): Workload | null {
    return this.#reach(name)?.streams?.workload ?? null;
  }

  get #pod(): PodState {
    return this.#options.loop.pod;
  }
}

/** Two changes of a size at once may be one for the program. */
const SIZE_IS_SEEN_WITHIN: Milliseconds = 100;

/** Name of a client that does not give one: in this process, the dashboard and the library do. */
const SOMEBODY = 'a client of the control socket';
