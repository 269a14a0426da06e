import type { FixedPort, PortFailure } from '../../model/failures/port-failure.ts';
import { tryListen } from './try-listen.ts';

/** Listens on each port once, to find those that are not available. */
export const checkFixedPorts = async (ports: readonly FixedPort[]): Promise<readonly PortFailure[]> => {
  const byNumber = Map.groupBy(ports, ({ protocol, port }) => `${protocol} ${port}`);
  const failures = await Promise.all([...byNumber.values()].map(checkOneByOne));
  return failures.flat();
};

/** Ports with the same number would conflict: 127.0.0.1 and 0.0.0.0, or an init task's and a sidecar's. */
const checkOneByOne = async (ports: readonly FixedPort[]): Promise<readonly PortFailure[]> => {
  const failures: PortFailure[] = [];
  for (const port of ports) {
    const code = await tryListen(port, false);
    if (code !== null) failures.push(await failureFor(port, code));
  }
  return failures;
};

const failureFor = async (port: FixedPort, code: string): Promise<PortFailure> => {
  if (code === 'EACCES') return { kind: 'port-not-permitted', port };
  if (code !== 'EADDRINUSE') return { kind: 'port-host-unusable', port, code };
  const { findPortHolder } = await import('./port-holder.ts');
  return { kind: 'port-taken', port, holder: await findPortHolder(port) };
};
