import type { Socket } from 'node:net';
import type { Scope } from '../http/scope.ts';
import type { Cause } from '../routing/cause.ts';
import { TcpConnection } from '../streams/tcp/tcp-connection.ts';
import type { Service } from './service.ts';

export interface TcpServiceSettings {
  /** Asked for each connection: a reload replaces it. */
  readonly scope: () => Scope;
  /** Takes a client that no endpoint could be reached for; `null`: it is reset. */
  readonly onUnreachable: ((client: Socket, cause: Cause) => void) | null;
}

/** Passes bytes between clients and the endpoints of one cluster. */
export class TcpService implements Service {
  readonly #settings: TcpServiceSettings;
  openRequests = 0;

  constructor(settings: TcpServiceSettings) {
    this.#settings = settings;
  }

  accept(client: Socket): void {
    const { scope, onUnreachable } = this.#settings;
    this.openRequests += 1;
    new TcpConnection(client, {
      ...{ scope: scope(), onUnreachable },
      onEnd: () => {
        this.openRequests -= 1;
      },
    }).start();
  }

  /** A connection of bytes goes on until it ends by itself. Nobody but its peers knows when nothing is under way on it. */
  drain(): void {}

  closeIdle(): void {}
}
