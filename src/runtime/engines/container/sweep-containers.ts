import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now, sleep } from '../../../time/timers.ts';
import { type CliPlace, ContainerCli, RUN_LABEL } from './container-cli.ts';

const BETWEEN_TRIES: Milliseconds = 100;

/**
 * Ends containers at once and removes them with their anonymous volumes. podman refuses a container whose processes were
 * killed behind its back, and removes it the next time.
 */
export const removeContainers = async (
  cli: ContainerCli,
  names: readonly string[],
  atMost: Milliseconds,
): Promise<void> => {
  const words = ['rm', '--force', '--volumes', ...(cli.engine === 'podman' ? ['--time=0'] : []), ...names];
  for (const deadline = now() + atMost; now() < deadline; await sleep(BETWEEN_TRIES)) {
    const { ok, isMissing, said } = await cli.ask(words, { timeout: deadline - now() });
    if (ok || isMissing || /no such container/i.test(said)) return;
  }
};

/** Removes every container that a run has left, running or not. It has no networks and no named volumes of its own. */
export const sweepContainers = async (
  place: CliPlace,
  runId: string,
  atMost: Milliseconds,
): Promise<void> => {
  const cli = new ContainerCli(place);
  const label = `label=${RUN_LABEL}=${runId}`;
  const found = await cli.ask(['ps', '--all', '--quiet', '--filter', label], { timeout: atMost });
  const ids = found.stdout.split(/\s+/).filter((id) => id !== '');
  if (ids.length > 0) await removeContainers(cli, ids, atMost);
};
