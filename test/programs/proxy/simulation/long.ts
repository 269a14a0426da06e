// Many random scenarios: `SEED=7 COUNT=1000000 node test/programs/proxy/simulation/long.ts`.
// SEED: any whole number (default: by the clock, and printed); COUNT: how many steps (1,000,000).
// Prints how it goes; exits with 1 and the shrunk scenario when an invariant does not hold.
import { explore } from './explore.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const COUNT = Number(process.env['COUNT'] ?? 1_000_000);
/** A batch has one seed: small enough to be played again in a normal test run. */
const BATCH = 1_000;
const TELL_EVERY = 60_000;

const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(0);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

say(`seed ${SEED}, ${COUNT} steps, node ${process.versions.node}`);
let [steps, scenarios, toldAt] = [0, 0, startedAt];
for (let batch = 0; steps < COUNT; batch += 1) {
  const exploration = explore(SEED + batch, BATCH);
  steps += exploration.steps;
  scenarios += exploration.scenarios;
  if (exploration.finding !== null) {
    say(exploration.finding.words);
    process.exit(1);
  }
  if (performance.now() - toldAt > TELL_EVERY) {
    toldAt = performance.now();
    say(`${steps} steps after ${seconds()} s`);
  }
}
say(`nothing found in ${steps} steps of ${scenarios} scenarios in ${seconds()} s`);
