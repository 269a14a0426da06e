import type { FixedPort, PortHolder } from '../../model/failures/port-failure.ts';

/** Owner of a port that cannot be listened on, or `null` if the platform does not tell. */
export const findPortHolder = async (port: FixedPort): Promise<PortHolder | null> => {
  switch (process.platform) {
    case 'linux':
      return (await import('./port-holder-proc.ts')).findHolderInProc(port);
    case 'win32':
      return await (await import('./port-holder-netstat.ts')).findHolderWithNetstat(port);
    default:
      return await (await import('./port-holder-lsof.ts')).findHolderWithLsof(port);
  }
};
