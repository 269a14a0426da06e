import { readFileSync } from 'node:fs';
import { readAddress } from '../../model/ip-address.ts';
import { askForListeners } from './socket-diag.ts';
import type { SocketRow } from './socket-row.ts';

/** Reads a whole table under /proc/net: megabytes on a machine with many connections. */
export const readSockets = (table: 'tcp' | 'tcp6' | 'udp' | 'udp6'): readonly SocketRow[] => {
  try {
    const lines = readFileSync(`/proc/net/${table}`, 'latin1').split('\n');
    return lines.slice(1).flatMap((line) => parseSocket(line) ?? []);
  } catch {
    // A kernel without IPv6 has no table for it.
    return [];
  }
};

/** Listening TCP sockets of this network namespace. */
export const readListeners = (isAsked: (port: number) => boolean = () => true): readonly SocketRow[] =>
  askForListeners('tcp', isAsked) ??
  [...readSockets('tcp'), ...readSockets('tcp6')].filter(({ listening, port }) => listening && isAsked(port));

/**
 * Parses `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`, with addresses in hexadecimal.
 */
export const parseSocket = (line: string): SocketRow | null => {
  const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/);
  const [hex = '', port = ''] = local.split(':');
  const address = inode === undefined ? null : readAddress(spelled(hex));
  if (address === null || inode === undefined) return null;
  // 0A is LISTEN; a bound UDP socket is in 07.
  const listening = state === '0A' || state === '07';
  return { address, port: Number.parseInt(port, 16), listening, takesV4: true, uid: Number(uid), inode };
};

/** The kernel prints a word as the machine's own number, so on little-endian machines the bytes are reversed. */
const spelled = (hex: string): string => {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (words.length === 1) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  return (bytes.join('').match(/.{4}/g) ?? []).join(':');
};
