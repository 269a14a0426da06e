import type { PodEvent, PodProcess, PodState } from '../pod/pod-state.ts';
import type { PodUsage, ProcessUsage } from '../pod/pod-usage.ts';

/** A process of the pod as it is now. */
export interface Observed extends Pick<PodProcess, 'name' | 'role' | 'state' | 'restarts'> {
  /** Null: it does not run, or has not been measured yet. */
  readonly usage: ProcessUsage | null;
  /** Newest result by name of the probe. */
  readonly probes: ReadonlyMap<string, boolean>;
}

interface Kept extends Pick<PodProcess, 'name' | 'role'> {
  state: string;
  restarts: number;
  readonly probes: Map<string, boolean>;
}

/** In these states nothing runs that could be probed or measured. */
const DOWN: ReadonlySet<string> = new Set(['pending', 'backoff', 'completed', 'failed', 'stopped']);

/**
 * What is known of the processes of a pod. Nothing is left of a process that has left it, nor of a launch that is over.
 *
 * Events come from the beginning of the pod, so that the results of probes are known that have not changed since. Of those
 * that a snapshot includes only these count.
 */
export class ObservedPod {
  #processes = new Map<string, Kept>();
  #usage: Map<string, ProcessUsage> | null = null;
  #seq = 0;
  #isKnown = false;
  #hasReachedSnapshot = false;

  get isKnown(): boolean {
    return this.#isKnown && this.#usage !== null;
  }

  setPod({ seq, processes }: PodState): void {
    this.#seq = seq;
    this.#isKnown = true;
    this.#hasReachedSnapshot = false;
    this.#processes = new Map(
      processes.map(({ name, role, state, restarts }) => [
        name,
        { ...{ name, role, state, restarts }, probes: new Map() },
      ]),
    );
  }

  setUsage(usage: PodUsage): void {
    this.#usage = new Map(Object.entries(usage));
  }

  loseUsage(): void {
    this.#usage = null;
  }

  losePod(): void {
    this.#isKnown = false;
    this.#processes.clear();
  }

  /** False: only a new snapshot can say what the pod is like now. */
  take(event: PodEvent): boolean {
    // What was missed before anything else is older than the snapshot.
    if (event.type === 'missed') return this.#seq > 0 && !this.#hasReachedSnapshot;
    const isNews = (event.seq ?? 0) > this.#seq;
    if (isNews) this.#hasReachedSnapshot = true;
    if (event.type === 'reload') return !isNews;
    if (event.type === 'probe') this.#takeProbe(event);
    return event.type !== 'process' || this.#takeState(event, isNews);
  }

  all(): readonly Observed[] {
    if (!this.#isKnown) return [];
    return [...this.#processes.values()].map((process) => ({
      ...process,
      usage: DOWN.has(process.state) ? null : (this.#usage?.get(process.name) ?? null),
    }));
  }

  #takeProbe({ name = '', probe = '', ok = false }: PodEvent): void {
    this.#processes.get(name)?.probes.set(probe, ok);
  }

  #takeState({ name = '', state = '', restarts }: PodEvent, isNews: boolean): boolean {
    const process = this.#processes.get(name);
    if (process === undefined) return !isNews;
    const isOver = DOWN.has(state) || state === 'starting';
    if (isOver) process.probes.clear();
    if (!isNews) return true;
    if (isOver) this.#usage?.delete(name);
    process.state = state;
    process.restarts = restarts ?? process.restarts;
    return true;
  }
}
