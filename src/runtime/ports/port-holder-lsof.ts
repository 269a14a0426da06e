import type { FixedPort, PortHolder } from '../../model/failures/port-failure.ts';
import { runTool } from '../launch/run-tool.ts';

/** For macOS and the BSDs. lsof shows only this user's processes, except to root. */
export const findHolderWithLsof = async (port: FixedPort): Promise<PortHolder | null> => {
  const selection = port.protocol === 'tcp' ? [`-iTCP:${port.port}`, '-sTCP:LISTEN'] : [`-iUDP:${port.port}`];
  const output = await runTool('lsof', ['-nP', ...selection, '-Fp']);
  const pid = Number(/^p(\d+)$/m.exec(output)?.[1]);
  if (Number.isNaN(pid)) return null;
  // lsof cuts the command off after a few characters.
  const command = await runTool('ps', ['-o', 'command=', '-p', `${pid}`]);
  return { kind: 'process', pid, command: command.trim() };
};
