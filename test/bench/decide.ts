import type { CoreEvent } from '../../src/core/core-event.ts';
import { decide } from '../../src/core/decide.ts';
import { newPod } from '../../src/core/pod-state.ts';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import { type Scenario, specOf } from '../simulation/scenario.ts';
import { type Word, World } from '../simulation/world.ts';
import type { ProcessDescription } from '../support/pod-spec.ts';
import { type Figure, median } from './measure.ts';

const PROCESSES = 50;
const ROUNDS = 40;

interface Past {
  readonly event: CoreEvent;
  readonly now: number;
}

/** What one decision costs, over a minute in the life of a pod of fifty: start, probes, crashes, stop. */
export const benchDecide = (): Promise<Figure[]> => {
  const scenario = bigPod();
  const spec = specOf(scenario);
  const events = recordEvents(scenario, spec);
  for (let round = 0; round < ROUNDS; round++) replay(spec, events);
  const perEvent = Array.from({ length: ROUNDS }, () => replay(spec, events) / events.length);
  return Promise.resolve([
    {
      name: `decide, a pod of ${PROCESSES}, per event`,
      value: `${(median(perEvent) * 1_000).toFixed(1)} µs (${events.length} events)`,
      target: '20 µs',
    },
  ]);
};

/** Each sidecar needs the two before it; every other one has liveness and a hook; every fifth crashes. */
const bigPod = (): Scenario => {
  const names = Array.from({ length: PROCESSES - 1 }, (_, index) => `p${index}`);
  const sidecars = names.map((name, index) => [name, sidecar(index, names)] as const);
  const crashing = names.filter((_, index) => index % 5 === 0);
  return {
    pod: { ...Object.fromEntries(sidecars), app: { readiness: {}, dependsOn: names } },
    runs: Object.fromEntries(names.map((name) => [name, [{ launchTakes: 5, up: 100, dies: 5 }]])),
    happenings: [
      ...crashing.map((process, index) => ({ at: 20_000 + index, what: 'crash' as const, process, end: 1 })),
      { at: 60_000, what: 'stop', grace: null },
    ],
  };
};

const sidecar = (index: number, names: readonly string[]): ProcessDescription => ({
  dependsOn: names.slice(Math.max(0, index - 2), index),
  readiness: {},
  ...(index % 2 === 0 ? { liveness: {}, preStop: true as const } : {}),
});

const recordEvents = (scenario: Scenario, spec: PodSpec): Past[] => {
  const world = new World(scenario, spec);
  const events: Past[] = [];
  let pod = newPod(spec, 0);
  const start: Word = { event: { type: 'start', startTimeout: null }, late: false };
  for (let word: Word | null = start; word !== null; word = world.next()) {
    events.push({ event: word.event, now: world.now });
    const decision = decide(pod, word.event, world.now);
    pod = decision.pod;
    for (const command of decision.commands) world.carryOut(command);
  }
  return events;
};

/** Milliseconds for all of them. */
const replay = (spec: PodSpec, events: readonly Past[]): number => {
  let pod = newPod(spec, 0);
  const startedAt = performance.now();
  for (const { event, now } of events) pod = decide(pod, event, now).pod;
  return performance.now() - startedAt;
};
