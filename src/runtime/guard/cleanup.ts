// What the guard becomes when its supervisor has died: it ends the run's processes, saves what they wrote last, and
// clears the run's mounts and volumes.
import { sleep } from '../../time/timers.ts';
import { sweepDeadRun } from '../engines/process/sweep-dead-run.ts';
import { isMaybeAlive, ownIdentity, type ProcessIdentity } from '../process-tree/process-identity.ts';
import { removeRunBeside } from '../state/pod-record.ts';
import { clearDeadRuns } from './clear-dead-runs.ts';
import { saveOutput } from './save-output.ts';

// It would open Node's debugger.
process.on('SIGUSR1', () => undefined);

const LOOKS = 200;
const BETWEEN_LOOKS_MS = 5;

/** A dying process closes what it holds a moment before it counts as dead. */
const isDead = async (supervisor: ProcessIdentity): Promise<boolean> => {
  for (let look = 0; look < LOOKS; look++) {
    if (!isMaybeAlive(supervisor)) return true;
    await sleep(BETWEEN_LOOKS_MS);
  }
  return false;
};

const [configFolder = '', runId = '', pid, startTime, cgroup = '', firstFifo, ...logs] =
  process.argv.slice(2);
// It began this guard, so that the two are of one machine and one namespace.
const supervisor = { ...ownIdentity(), pid: Number(pid), startTime: Number(startTime) };
if (await isDead(supervisor)) {
  await sweepDeadRun({ runId, since: supervisor.startTime, cgroup: cgroup === '' ? null : cgroup });
  saveOutput(configFolder, Number(firstFifo), logs);
  await clearDeadRuns(configFolder);
  removeRunBeside(runId);
}
