import type { FixedPort, PortHolder } from '../../model/failures/port-failure.ts';
import { runTool } from '../launch/run-tool.ts';

/** For Windows. */
export const findHolderWithNetstat = async (port: FixedPort): Promise<PortHolder | null> => {
  const pid = pidInNetstat(await runTool('netstat', ['-ano']), port);
  if (pid === null) return null;
  const row = await runTool('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return { kind: 'process', pid, command: /^"([^"]+)"/m.exec(row)?.[1] ?? '' };
};

/**
 * Finds the pid in rows such as `TCP 127.0.0.1:3000 0.0.0.0:0 LISTENING 4711` and `UDP 127.0.0.1:3000 *:* 4711`.
 * Windows translates the state, so a listener is recognized by its empty foreign address.
 */
export const pidInNetstat = (
  output: string,
  port: { readonly protocol: 'tcp' | 'udp'; readonly port: number },
): number | null => {
  for (const line of output.split(/\r?\n/)) {
    const [protocol, local, foreign, ...rest] = line.trim().split(/\s+/);
    const listens = foreign === '*:*' || foreign?.endsWith(':0') === true;
    const matches = protocol?.toLowerCase() === port.protocol && local?.endsWith(`:${port.port}`) === true;
    if (matches && listens) return Number(rest.at(-1));
  }
  return null;
};
