import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { FixedPort, PortHolder } from '../../core/port-failure.ts';

/** Linux: the socket tables give inode and user, the descriptors under /proc the process (17 ms over 200 of them). */
export const findHolderInProc = (port: FixedPort): PortHolder | null => {
  const sockets = [port.protocol, `${port.protocol}6`]
    .flatMap(readSockets)
    .filter((socket) => socket.port === port.port && socket.inode !== '0')
    .sort((a, b) => conflictRank(b, port) - conflictRank(a, port));
  const [first] = sockets;
  if (first === undefined) return null;
  const processes = readProcesses();
  for (const socket of sockets) {
    const pid = processes.find((candidate) => hasSocket(candidate, socket.inode));
    if (pid !== undefined) return { kind: 'process', pid, command: commandOf(pid) };
  }
  return { kind: 'user', uid: first.uid };
};

interface SocketEntry {
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  readonly uid: number;
  readonly inode: string;
}

const readSockets = (table: string): readonly SocketEntry[] =>
  readOrEmpty(`/proc/net/${table}`).split('\n').slice(1, -1).map(parseSocket);

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`, addresses in hexadecimal. */
const parseSocket = (line: string): SocketEntry => {
  const [, local = '', , state, , , , uid, , inode = '0'] = line.trim().split(/\s+/);
  const [address = '', port = ''] = local.split(':');
  // 0A is LISTEN; a bound UDP socket is in 07.
  const listening = state === '0A' || state === '07';
  return { address, port: Number.parseInt(port, 16), listening, uid: Number(uid), inode };
};

/** Several sockets may have one number: first those that listen, of these first those on the same address or on all. */
const conflictRank = (socket: SocketEntry, port: FixedPort): number =>
  (socket.listening ? 2 : 0) + (meets(socket.address, port.host) ? 1 : 0);

const meets = (address: string, host: string): boolean =>
  /^0+$/.test(address) || anyAddress.has(host) || spellings(host).some((end) => address.endsWith(end));

const anyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** How the tables end for that host: a v4 address stands in the v6 table with `::ffff:` in front. */
const spellings = (host: string): readonly string[] => {
  if (host === 'localhost') return [hexOf('127.0.0.1'), v6Loopback];
  if (host === '::1') return [v6Loopback];
  return host.includes(':') ? [] : [hexOf(host)];
};

const v6Loopback = '00000000000000000000000001000000';

/** The kernel prints a word as the machine's own number: on the usual little-endian one the bytes stand reversed. */
const hexOf = (v4: string): string =>
  v4
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

const readProcesses = (): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid));

const hasSocket = (pid: number, inode: string): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
    );
  } catch {
    // Another user's, or gone by now.
    return false;
  }
};

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const commandOf = (pid: number): string => {
  const line = readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return line === '' ? readOrEmpty(`/proc/${pid}/comm`).trim() : line;
};

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
