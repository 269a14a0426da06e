import type { TakenPort } from '../../model/failures/launch-failure.ts';
import type { PortHolder } from '../../model/failures/port-failure.ts';
import { hostsOverlap } from '../../model/ip-address.ts';
import type { PortSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now, sleep } from '../../time/timers.ts';
import { listPids } from '../process-tree/proc-table.ts';
import { isEngineProxy } from './container-engines.ts';
import { checkFixedPorts } from './fixed-ports.ts';
import { askForListeners } from './socket-diag.ts';
import type { SocketRow } from './socket-row.ts';

/**
 * True if another process may have a port of this process by now. It takes 0.1 ms and misses none, but only listening
 * makes sure. Null if the system cannot be asked that fast.
 */
export const mayBeTaken = (ports: readonly PortSpec[]): boolean | null => {
  const asked = ports.filter(isListenedOn);
  if (asked.length === 0) return false;
  const rows = { tcp: listenersFor(asked, 'tcp'), udp: listenersFor(asked, 'udp') };
  if (rows.tcp === null || rows.udp === null) return null;
  const isInTheWay = ({ protocol, port, host }: PortSpec): boolean =>
    rows[protocol]?.some((row) => row.port === port && hostsOverlap(row.address.text, host)) === true;
  return asked.some(isInTheWay);
};

const listenersFor = (ports: readonly PortSpec[], protocol: 'tcp' | 'udp'): readonly SocketRow[] | null => {
  const numbers = ports.filter((port) => port.protocol === protocol).map(({ port }) => port);
  return numbers.length === 0 ? [] : askForListeners(protocol, (port) => numbers.includes(port));
};

/** The kernel closes the sockets of a killed process when it has time, usually within milliseconds. */
export const LET_GO_WITHIN: Milliseconds = 2_000;
const BETWEEN_LOOKS: Milliseconds = 10;

/**
 * Finds a port of a process that another one has taken; null if none is. If no process has the port open any more, an
 * earlier instance has left it: the search waits up to this time for it, unless `signal` ends the wait.
 */
export const findTakenPort = async (
  process: string,
  ports: readonly PortSpec[],
  { patience, signal }: { readonly patience: Milliseconds; readonly signal: AbortSignal },
): Promise<TakenPort | null> => {
  const taken = await firstTaken(process, ports);
  if (taken === null || patience === 0 || !isNobodys(taken.holder)) return taken;
  const until = now() + patience;
  while (now() < until && mayBeTaken(ports) === true && (await sleep(BETWEEN_LOOKS, signal)));
  return signal.aborted ? null : firstTaken(process, ports);
};

const firstTaken = async (process: string, ports: readonly PortSpec[]): Promise<TakenPort | null> => {
  const declared = ports.filter(isListenedOn).map((port) => ({ ...port, process }));
  for (const failure of await checkFixedPorts(declared)) {
    if (failure.kind === 'port-taken' && !isEngines(failure.holder)) return failure;
  }
  return null;
};

/** An owner would have been found among the processes of this user, or of everybody for root. */
const isNobodys = (holder: PortHolder | null): boolean => {
  const own = process.getuid?.();
  return holder === null || (holder.kind === 'user' && (own === 0 || own === holder.uid));
};

/** sidecarctl itself listens on the others. */
const isListenedOn = ({ activate }: PortSpec): boolean => !activate;

/** An engine listens for a container that an earlier process of the pod may have started. */
const isEngines = (holder: PortHolder | null): boolean => {
  if (holder === null || isNobodys(holder) || process.platform !== 'linux') return false;
  const suspects = holder.kind === 'process' ? [holder.pid] : listPids();
  return suspects.some(isEngineProxy);
};
