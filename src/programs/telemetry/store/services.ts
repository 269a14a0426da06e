import type { ServiceFigures } from '../api.ts';
import type { ReceivedSpans } from '../received/received-spans.ts';

const SERVER = 2;
const SECONDS = 60;

/** More services than a pod has: the names of some come from their senders. */
const MOST_SERVICES = 1_000;

/** Durations that differ by less than 5 % are counted as one. */
const STEPS = 1 / Math.log(1.05);

interface Second {
  at: number;
  requests: number;
  errors: number;
  /** How many had a duration of about `1.05 ** step` milliseconds. */
  readonly durations: Map<number, number>;
}

/** Rate, errors and duration of the requests of each service in the last minute, from the spans of their servers. */
export class Services {
  readonly #byName = new Map<string, Second[]>();

  /** `now` in milliseconds since 1970. What ended more than a minute before does not count. */
  add(received: readonly ReceivedSpans[], now: number): void {
    for (const { owner, spans } of received)
      for (const { kind, start, end, isError } of spans)
        if (kind === SERVER)
          this.#count(owner.service, Math.floor(end / 1000), now, { duration: end - start, isError });
  }

  figures(now: number): readonly ServiceFigures[] {
    const first = firstSecond(now);
    return [...this.#byName]
      .map(([name, seconds]) =>
        figuresOf(
          name,
          seconds.filter(({ at }) => at >= first),
        ),
      )
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #count(name: string, at: number, now: number, request: { duration: number; isError: boolean }): void {
    // A clock of another machine may be ahead.
    if (at < firstSecond(now) || at > now / 1000 + 1) return;
    const second = this.#second(name, at);
    if (second === null) return;
    second.requests += 1;
    second.errors += request.isError ? 1 : 0;
    const step = Math.round(Math.log(Math.max(request.duration, 1e-3)) * STEPS);
    second.durations.set(step, (second.durations.get(step) ?? 0) + 1);
  }

  #second(name: string, at: number): Second | null {
    const seconds = this.#byName.get(name);
    if (seconds === undefined && this.#byName.size >= MOST_SERVICES) return null;
    const ring = seconds ?? [];
    if (seconds === undefined) this.#byName.set(name, ring);
    const place = at % (SECONDS + 2);
    const known = ring[place];
    if (known?.at === at) return known;
    const second = { at, requests: 0, errors: 0, durations: new Map() };
    ring[place] = second;
    return second;
  }
}

const firstSecond = (now: number): number => Math.floor(now / 1000) - SECONDS;

const figuresOf = (name: string, seconds: readonly Second[]): ServiceFigures => {
  const durations = new Map<number, number>();
  let [requests, errors] = [0, 0];
  for (const second of seconds) {
    requests += second.requests;
    errors += second.errors;
    for (const [step, count] of second.durations) durations.set(step, (durations.get(step) ?? 0) + count);
  }
  const sorted = [...durations].sort(([one], [other]) => one - other);
  return {
    name,
    requestsPerSecond: requests / SECONDS,
    errorsPerSecond: errors / SECONDS,
    p50: quantile(sorted, requests * 0.5),
    p95: quantile(sorted, requests * 0.95),
  };
};

const quantile = (sorted: ReadonlyArray<readonly [number, number]>, rank: number): number => {
  let count = 0;
  for (const [step, inStep] of sorted) {
    count += inStep;
    if (count >= rank) return Math.exp(step / STEPS);
  }
  return 0;
};
