import type { IpAddress } from '../../model/ip-address.ts';

/** A socket of this machine, as the kernel reports it. */
export interface SocketRow {
  readonly address: IpAddress;
  readonly port: number;
  /** True if a TCP socket waits for connections, or a UDP socket is bound. */
  readonly listening: boolean;
  /** True if a socket on all IPv6 addresses is on all IPv4 addresses as well. */
  readonly takesV4: boolean;
  readonly uid: number;
  /** Inode, or '0' if no process has it open any more. */
  readonly inode: string;
}
