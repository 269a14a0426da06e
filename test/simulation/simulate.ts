import type { Command } from '../../src/core/command.ts';
import { type Decision, decide } from '../../src/core/decide.ts';
import { newPod, newRecord, type PodState } from '../../src/core/pod-state.ts';
import { Records } from '../../src/core/records.ts';
import type { Milliseconds } from '../../src/model/vocabulary.ts';
import type { Coverage } from './coverage.ts';
import { ANSWERED, ENDS, newInvariants } from './invariants/all.ts';
import type { Invariant, Turn } from './invariants/invariant.ts';
import { type Scenario, specOf } from './scenario.ts';
import { Violation } from './violation.ts';
import { type Word, World } from './world.ts';

/** What still runs so long after the last happening is stopped: every scenario comes to an end. */
const QUIET: Milliseconds = 5_000;
/** No pod of a few processes needs a tenth of it; more is a pod that spins. */
const WORDS_AT_MOST = 20_000;

/**
 * Plays a scenario to its end on a virtual clock, and checks after every event what must hold whatever happens.
 *
 * @throws Violation naming the first invariant that does not hold
 *
 * @example
 * simulate({ pod: { app: {} }, runs: { app: [{ life: 1_000, end: 3 }] } });
 */
export const simulate = (scenario: Scenario, coverage: Coverage | null = null): void => {
  const spec = specOf(scenario);
  const world = new World(scenario, spec);
  world.stopAt(Math.max(0, ...(scenario.happenings ?? []).map(({ at }) => at)) + QUIET);
  const invariants = newInvariants();
  const start: Word = { event: { type: 'start', startTimeout: scenario.startTimeout ?? null }, late: false };
  let pod = newPod(spec, world.now);
  let words = 0;
  for (let word: Word | null = start; word !== null; word = world.next()) {
    if (++words > WORDS_AT_MOST) throw new Violation(ENDS, `not after ${WORDS_AT_MOST} events`);
    coverage?.count(pod, word);
    pod = takeTurn(world, pod, word, invariants, coverage);
  }
  if (world.exitCode === null) throw new Violation(ENDS, 'nothing more will happen');
};

const takeTurn = (
  world: World,
  before: PodState,
  { event, late }: Word,
  invariants: readonly Invariant[],
  coverage: Coverage | null,
): PodState => {
  const { now } = world;
  const { pod: after, commands } = answer(before, event, now);
  const turn: Turn = {
    spec: after.spec,
    world,
    now,
    event,
    late,
    before: withNewcomers(before, event, now),
    after,
    commands,
  };
  for (const command of commands) {
    coverage?.countCommand(command);
    checkCommand(invariants, turn, command);
    world.carryOut(command);
  }
  checkTurn(invariants, turn);
  return after;
};

/** What a reload brings had not been launched before. */
const withNewcomers = (pod: PodState, event: Word['event'], now: Milliseconds): PodState => {
  if (event.type !== 'reload' || pod.stop !== null) return pod;
  const newcomers = [...event.spec.processes].filter(([name]) => !pod.processes.has(name));
  const records = newcomers.map(([name, spec]) => newRecord(spec, now, pod.left.get(name)));
  return { ...pod, processes: Records.of([...pod.processes.values(), ...records]) };
};

const answer = (pod: PodState, event: Word['event'], now: Milliseconds): Decision => {
  try {
    return decide(pod, event, now);
  } catch (cause) {
    throw new Violation(ANSWERED, `${event.type} at ${now}: ${cause}`);
  }
};

const checkCommand = (invariants: readonly Invariant[], turn: Turn, command: Command): void => {
  for (const { name, command: check } of invariants) {
    const wrong = check?.(turn, command) ?? null;
    if (wrong !== null) throw new Violation(name, `${wrong}, at ${turn.now}`);
  }
};

const checkTurn = (invariants: readonly Invariant[], turn: Turn): void => {
  for (const { name, turn: check } of invariants) {
    const wrong = check?.(turn) ?? null;
    if (wrong !== null) throw new Violation(name, `${wrong}, at ${turn.now}`);
  }
};
