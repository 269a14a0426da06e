// The program that the guard becomes when its supervisor has died: it ends the run's processes, saves their last
// output, and removes the run's mounts and volumes.
import { sleep } from '../../time/timers.ts';
import { sweepDeadRun } from '../engines/process/sweep-dead-run.ts';
import { isMaybeAlive, ownIdentity, type ProcessIdentity } from '../process-tree/process-identity.ts';
import { removeSocketOfRun } from '../state/pod-record.ts';
import { clearDeadRuns } from './clear-dead-runs.ts';
import { saveOutput } from './save-output.ts';

// The signal would open Node's debugger.
process.on('SIGUSR1', () => undefined);

const LOOKS = 200;
const BETWEEN_LOOKS_MS = 5;

/** A dying process closes its descriptors a moment before it counts as dead. */
const isDead = async (supervisor: ProcessIdentity): Promise<boolean> => {
  for (let look = 0; look < LOOKS; look++) {
    if (!isMaybeAlive(supervisor)) return true;
    await sleep(BETWEEN_LOOKS_MS);
  }
  return false;
};

const [configFolder = '', runId = '', pid, startTime, cgroup = '', firstFifo, ...logs] =
  process.argv.slice(2);
// The supervisor started this guard, so both are on one machine and in one namespace.
const supervisor = { ...ownIdentity(), pid: Number(pid), startTime: Number(startTime) };
if (await isDead(supervisor)) {
  // Containers are swept with the records, which say where they are.
  const run = { runId, since: supervisor.startTime, cgroup: cgroup === '' ? null : cgroup };
  await sweepDeadRun(run);
  saveOutput(configFolder, Number(firstFifo), logs);
  await clearDeadRuns(configFolder);
  removeSocketOfRun(runId);
}
