import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from './agenda.ts';
import { Coverage } from './coverage.ts';
import { asTest, randomScenario } from './random-scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const SOME = fc.sample(randomScenario, { seed: 1, numRuns: 20 });

const play = (scenario: Scenario): Coverage => {
  const coverage = new Coverage();
  simulate(scenario, coverage);
  return coverage;
};

test('what is on the agenda comes in the order of its time, and of its entry where that is the same', () => {
  const order = fc.property(fc.array(fc.nat({ max: 9 })), (times) => {
    const agenda = new Agenda<number>();
    for (const [index, at] of times.entries()) agenda.add(at, index);
    const came: number[] = [];
    for (let entry = agenda.next(); entry !== null; entry = agenda.next()) came.push(entry.what);
    const due = times
      .map((at, index) => ({ at, index }))
      .toSorted((a, b) => a.at - b.at || a.index - b.index);
    expect(came).toEqual(due.map(({ index }) => index));
  });
  fc.assert(order, { seed: 1 });
});

test('a scenario is played the same way each time', () => {
  for (const scenario of SOME) expect(play(scenario)).toEqual(play(scenario));
});

test('a scenario printed as a test is the same scenario', () => {
  for (const scenario of SOME) {
    const [, argument = ''] = /simulate\(([\s\S]*)\);\n\}\);$/.exec(asTest(scenario, 'a title')) ?? [];
    expect(play(JSON.parse(argument) as Scenario)).toEqual(play(scenario));
  }
});
