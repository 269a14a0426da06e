import type { IpAddress } from '../../model/ip-address.ts';

/** A socket of this machine, as the kernel reports it. */
export interface SocketRow {
  readonly address: IpAddress;
  readonly port: number;
  /** A TCP socket waits for connections, or a UDP socket is bound. */
  readonly listening: boolean;
  /** A socket on all IPv6 addresses is on all IPv4 addresses as well. */
  readonly takesV4: boolean;
  readonly uid: number;
  /** '0' when no process has it open any more. */
  readonly inode: string;
}
