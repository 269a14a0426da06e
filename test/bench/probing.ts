import { createServer } from 'node:net';
import { configFile } from '../support/project.ts';
import type { Figure } from './measure.ts';
import { cpuOf, pause, Run, sleepingWork } from './peers/run.ts';
import { OURS } from './peers/tools.ts';

const PROBES = 50;
const MEASURED_MS = 10_000;
/** By then a supervisor has loaded what a start does without, and V8 has collected what that left behind. */
const START_MS = 12_000;

/** Fifty processes, each probed by TCP once a second. */
export const benchProbing = async (): Promise<Figure[]> => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port));
  });
  const probing = {
    ...OURS,
    prepare: async (...[project, work]: Parameters<typeof OURS.prepare>) => {
      const launch = await OURS.prepare(project, work);
      const names = [...work.lines].map(([name, line]) => [
        name,
        { command: line.split(' '), readiness: { tcp: port } },
      ]);
      const primary = { command: ['sleep', '100000'] };
      await project.write(
        'sidecars.config.mjs',
        configFile({ sidecars: Object.fromEntries(names), primary }),
      );
      return launch;
    },
  };
  await using run = await Run.start(probing, sleepingWork(PROBES));
  await run.started(PROBES);
  await pause(START_MS);
  const supervisor = await run.main();
  const [cpu, probed] = [cpuOf(supervisor), connections];
  await pause(MEASURED_MS);
  const share = (cpuOf(supervisor) - cpu) / MEASURED_MS;
  const perSecond = (connections - probed) / (MEASURED_MS / 1_000);
  server.close();
  const value = `${(share * 100).toFixed(2)} % of a core (${perSecond.toFixed(0)} probes/s)`;
  return [{ name: `cost of ${PROBES} tcp probes a second`, value, target: '1 %' }];
};
