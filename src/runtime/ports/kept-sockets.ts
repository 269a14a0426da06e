import type { SocketFailure } from '../../model/failures/launch-failure.ts';
import type { PortSpec } from '../../model/pod-spec.ts';
import { type ListeningSocket, openListeningSocket } from './listening-socket.ts';

/** The first descriptor after stdin, stdout and stderr: systemd's SD_LISTEN_FDS_START. */
const FIRST_HANDED_FD = 3;

/** The first of the two descriptors for `notify`, which follow the sockets. */
export const notifyFd = (sockets: readonly HandedSocket[]): number => FIRST_HANDED_FD + sockets.length;

/** A descriptor to hand to an instance, under the name of its port. */
export interface HandedSocket {
  readonly name: string;
  readonly fd: number;
}

type SocketsForLaunch =
  | { readonly ok: true; readonly sockets: readonly HandedSocket[] }
  | { readonly ok: false; readonly failure: SocketFailure };

/** The listening sockets of one process, which outlive its instances. */
export class KeptSockets {
  readonly #sockets = new Map<string, ListeningSocket>();

  /** Prepares the sockets of an instance with these ports: opens missing ones, and closes the others. */
  forLaunch(ports: readonly PortSpec[]): SocketsForLaunch {
    this.keepOnly(ports);
    const sockets: HandedSocket[] = [];
    for (const port of ports.filter(isActivated)) {
      const fd = this.#fdOf(port);
      if (typeof fd === 'string')
        return { ok: false, failure: { kind: 'socket-not-opened', port, code: fd } };
      sockets.push({ name: port.name, fd });
    }
    return { ok: true, sockets };
  }

  /** Closes all sockets except those of these ports. */
  keepOnly(ports: readonly PortSpec[]): void {
    const addresses = new Set(ports.filter(isActivated).map(addressOf));
    for (const [address, socket] of this.#sockets) {
      if (addresses.has(address)) continue;
      socket.close();
      this.#sockets.delete(address);
    }
  }

  /** Returns the descriptor, or the code of the error. */
  #fdOf(port: PortSpec): number | string {
    const address = addressOf(port);
    const kept = this.#sockets.get(address);
    if (kept !== undefined) return kept.fd;
    const opened = openListeningSocket(port.host, port.port);
    if (!opened.ok) return opened.code;
    this.#sockets.set(address, opened.socket);
    return opened.socket.fd;
  }
}

const isActivated = ({ activate }: PortSpec): boolean => activate;

const addressOf = ({ host, port }: PortSpec): string => `${host} ${port}`;
