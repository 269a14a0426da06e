// Whole-process figures, each beside what it is measured against in the same run: `npm run bench`.
import { benchDecide } from './decide.ts';
import { benchGate } from './gate.ts';
import { printFigures } from './measure.ts';
import { benchOutput } from './output.ts';
import { benchStart } from './start.ts';
import { benchUsage } from './usage.ts';

const runs = Number(process.env['BENCH_RUNS'] ?? 20);
process.stdout.write(
  `node ${process.versions.node}, ${process.platform} ${process.arch}, ${runs} runs, medians\n`,
);
printFigures([
  ...(await benchDecide()),
  ...(await benchStart(runs)),
  ...(await benchGate(runs)),
  ...(await benchUsage()),
  ...(await benchOutput(Math.ceil(runs / 4))),
]);
