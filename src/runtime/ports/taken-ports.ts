import { hostsOverlap } from '../../core/ip-address.ts';
import type { PortSpec } from '../../core/pod-spec.ts';
import type { PortFailure, PortHolder } from '../../core/port-failure.ts';
import { shortCommand } from './short-command.ts';
import { askForListeners } from './socket-diag.ts';
import type { SocketRow } from './socket-table.ts';

/**
 * Whether a port of a process may be somebody else's by now. Costs 0.1 ms and never misses one that is; what it finds
 * is only certain once it has been tried. Null where the system cannot be asked that fast.
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

/** Which port of a process is somebody else's, in words; null: none. */
export const findTakenPort = async (process: string, ports: readonly PortSpec[]): Promise<string | null> => {
  const { checkFixedPorts } = await import('./fixed-ports.ts');
  const declared = ports.filter(isListenedOn).map((port) => ({ ...port, process }));
  for (const failure of await checkFixedPorts(declared)) {
    if (failure.kind === 'port-taken' && !(await isEngines(failure.holder))) return takenText(failure);
  }
  return null;
};

/** The others sidecarctl listens on itself. */
const isListenedOn = ({ activate }: PortSpec): boolean => !activate;

/** An engine listens for the container that an earlier process of the pod may have started. */
const isEngines = async (holder: PortHolder | null): Promise<boolean> => {
  if (holder === null || process.platform !== 'linux') return false;
  const [{ isEngineProxy }, { listPids }] = await Promise.all([
    import('./container-engines.ts'),
    import('../process-tree/proc-table.ts'),
  ]);
  const suspects = holder.kind === 'process' ? [holder.pid] : listPids();
  return suspects.some(isEngineProxy);
};

const takenText = ({ port, holder }: Extract<PortFailure, { readonly kind: 'port-taken' }>): string =>
  `port ${port.port} (${port.name}) on ${port.host} is taken by ${holderText(holder)}`;

const holderText = (holder: PortHolder | null): string => {
  if (holder === null) return 'another process';
  if (holder.kind === 'user') return `a process of the user with uid ${holder.uid}`;
  return `pid ${holder.pid}${holder.command === '' ? '' : ` (${shortCommand(holder.command)})`}`;
};
