import { BlockList, connect, createServer, isIPv4, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { PortSpec } from '../../../model/pod-spec.ts';
import type { BridgeNetwork } from './network.ts';

/**
 * Passes connections of containers on to this machine's loopback address: it listens on the same port of the address at
 * which they reach the machine, and takes only what comes from their network.
 */
export class HostRelay {
  readonly #gateway: string;
  readonly #allowed: BlockList;
  readonly #servers = new Map<number, Promise<Server | null>>();
  readonly #connections = new Set<Socket>();

  constructor({ gateway, subnet }: BridgeNetwork) {
    this.#gateway = gateway;
    this.#allowed = addressesIn(subnet);
  }

  /** True if it listens for all of these, or has tried to. */
  covers(ports: readonly PortSpec[]): boolean {
    return ports.every(({ protocol, port }) => protocol !== 'tcp' || this.#servers.has(port));
  }

  /** Listens for these ports too. A port that its process has opened on every address needs no relay. */
  async cover(ports: readonly PortSpec[]): Promise<void> {
    const asked = ports.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port);
    for (const port of asked) if (!this.#servers.has(port)) this.#servers.set(port, this.#listen(port));
    await Promise.all(this.#servers.values());
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) (await server)?.close();
    for (const socket of this.#connections) socket.destroy();
  }

  #listen(port: number): Promise<Server | null> {
    const server = createServer({ allowHalfOpen: true }, (peer) => {
      const from = peer.remoteAddress ?? '';
      if (!isIPv4(from) || !this.#allowed.check(from)) return void peer.destroy();
      this.#pass(peer, connect({ host: '127.0.0.1', port, allowHalfOpen: true }));
    });
    return new Promise((resolve) => {
      server.once('error', () => resolve(null));
      server.listen({ host: this.#gateway, port, exclusive: true }, () => resolve(server));
    });
  }

  #pass(peer: Socket, target: Socket): void {
    for (const one of [peer, target]) {
      this.#connections.add(one);
      one.on('close', () => this.#connections.delete(one));
    }
    // A failure of one destroys both; an end passes on, and the other direction continues.
    pipeline(peer, target, () => undefined);
    pipeline(target, peer, () => undefined);
  }
}

const addressesIn = (subnet: string): BlockList => {
  const [address = '', prefix] = subnet.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(prefix));
  return list;
};
