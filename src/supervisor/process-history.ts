import type { ExitSnapshot, ProbeDetails, Timestamp } from '../control/pod-client.ts';
import type { ProbeState } from '../core/process-state.ts';
import type { LastExit } from '../model/exit.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { ProbeName } from '../model/vocabulary.ts';
import { findingText } from '../report/findings.ts';
import { quoted } from '../report/phrases.ts';
import { runEndText } from '../report/wording.ts';

type ProbeChange = ProbeDetails['history'][number];

const MOST = 10;

/** The last exits of each process, and the changes of its probes' results. */
export class ProcessHistory {
  readonly #timeOf: (at: number) => Timestamp;
  readonly #lastExits = new Map<string, LastExit>();
  readonly #exits = new Map<string, readonly ExitSnapshot[]>();
  readonly #probes = new Map<string, readonly ProbeChange[]>();

  /** `timeOf` converts a time on the core's clock to the time of day. */
  constructor(timeOf: (at: number) => Timestamp) {
    this.#timeOf = timeOf;
  }

  /** `lastExit` belongs to the process of the event. */
  event(event: PodEvent, lastExit: LastExit | null): void {
    if (event.type === 'process' && lastExit !== null) this.#takeExit(event.name, lastExit);
    if (event.type !== 'probe') return;
    const { name, probe, ok, finding } = event;
    const before = this.probeChanges(name, probe, null);
    this.#probes.set(
      `${name} ${probe}`,
      [{ at: Date.now(), ok, message: quoted(findingText(finding)) }, ...before].slice(0, MOST),
    );
  }

  /** Exits, newest first. */
  exits(process: string): readonly ExitSnapshot[] {
    return this.#exits.get(process) ?? [];
  }

  /**
   * Changes, newest first. A probe may find something else while it keeps failing: that is the newest entry then, and
   * the change before keeps its own words.
   */
  probeChanges(process: string, probe: ProbeName, last: ProbeState['last']): readonly ProbeChange[] {
    const changes = this.#probes.get(`${process} ${probe}`) ?? [];
    const [newest] = changes;
    if (newest === undefined || last === null || newest.ok !== last.ok) return changes;
    const message = quoted(findingText(last.finding));
    if (message === newest.message) return changes;
    return [{ at: this.#timeOf(last.at), ok: last.ok, message }, ...changes].slice(0, MOST);
  }

  forget(process: string): void {
    this.#lastExits.delete(process);
    this.#exits.delete(process);
    for (const key of this.#probes.keys()) if (key.startsWith(`${process} `)) this.#probes.delete(key);
  }

  #takeExit(process: string, last: LastExit): void {
    if (this.#lastExits.get(process) === last) return;
    this.#lastExits.set(process, last);
    const exit = lastExitSnapshot(last, this.#timeOf);
    this.#exits.set(process, [exit, ...this.exits(process)].slice(0, MOST));
  }
}

export const lastExitSnapshot = (last: LastExit, timeOf: (at: number) => Timestamp): ExitSnapshot =>
  exitSnapshot({ ...last, wasStopped: last.after === 'signal' }, timeOf);

export const exitSnapshot = (
  {
    exit,
    at,
    ranFor,
    wasStopped,
  }: Pick<LastExit, 'exit' | 'at' | 'ranFor'> & { readonly wasStopped: boolean },
  timeOf: (at: number) => Timestamp,
): ExitSnapshot => ({
  at: timeOf(at),
  code: exit.code,
  signal: exit.signal,
  ranFor,
  text: runEndText(exit, wasStopped),
});
