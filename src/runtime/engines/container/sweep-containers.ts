import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now, sleep } from '../../../time/timers.ts';
import { type CliPlace, ContainerCli, RUN_LABEL } from './container-cli.ts';

const BETWEEN_TRIES: Milliseconds = 100;

/**
 * Removes every container that a run has left, running or not. It has no networks and no named volumes of its own. Resolves
 * with false if some may be left.
 */
export const sweepContainers = (place: CliPlace, runId: string, atMost: Milliseconds): Promise<boolean> =>
  removeContainers(new ContainerCli(place), `label=${RUN_LABEL}=${runId}`, atMost);

/**
 * Ends the containers that a filter finds at once, and removes them with their anonymous volumes, until none is found.
 * podman refuses a container whose processes were killed behind its back, and removes it the next time; and one of several
 * may be removed by its own client meanwhile. Resolves with false if the time was not enough, or the engine does not answer.
 */
export const removeContainers = async (
  cli: ContainerCli,
  filter: string,
  atMost: Milliseconds,
): Promise<boolean> => {
  const atOnce = cli.engine === 'podman' ? ['--time=0'] : [];
  for (const deadline = now() + atMost; now() < deadline; await sleep(BETWEEN_TRIES)) {
    const found = await cli.ask(['ps', '--all', '--quiet', '--filter', filter], {
      timeout: deadline - now(),
    });
    const ids = found.stdout.split(/\s+/).filter((id) => id !== '');
    if (found.isMissing || (found.ok && ids.length === 0)) return true;
    const left = Math.max(1, deadline - now());
    if (ids.length > 0) await cli.ask(['rm', '--force', '--volumes', ...atOnce, ...ids], { timeout: left });
  }
  return false;
};
