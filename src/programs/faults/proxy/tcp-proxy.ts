import { createServer, type Server, type Socket } from 'node:net';
import { formatAddress, parseAddress } from '../../address.ts';
import type { CountedFault, HttpFault } from '../http/http-fault.ts';
import type { HttpGate } from '../http/http-gate.ts';
import type { Toxic } from '../toxics/toxic.ts';
import { Connection } from './connection.ts';
import { Traffic } from './traffic.ts';

export interface ProxySettings {
  readonly name: string;
  /** `host:port`; port 0: a free one. */
  readonly listen: string;
  readonly upstream: string;
}

/** An address that cannot be listened on, or is none. */
export class AddressError extends Error {}

/** A listener with its connections, and the toxics on them. */
export class TcpProxy {
  readonly name: string;
  readonly traffic = new Traffic();
  readonly #say: (line: string) => void;
  #listen: string;
  #upstream: string;
  #server: Server | null = null;
  #toxics: readonly Toxic[] = [];
  /** What new connections go through on their way to the upstream, with its address. */
  #gate: { readonly gate: HttpGate; readonly address: string } | null = null;
  readonly #connections = new Set<Connection>();

  constructor({ name, listen, upstream }: ProxySettings, say: (line: string) => void) {
    this.name = name;
    this.#listen = listen;
    this.#upstream = upstream;
    this.#say = say;
  }

  get settings(): ProxySettings {
    return { name: this.name, listen: this.#listen, upstream: this.#upstream };
  }

  get isEnabled(): boolean {
    return this.#server !== null;
  }

  get toxics(): readonly Toxic[] {
    return this.#toxics;
  }

  /** Faults of HTTP requests. */
  get httpFaults(): readonly CountedFault[] {
    return this.#gate?.gate.faults.all ?? [];
  }

  /** Whether any of these can still happen. */
  get hasHttpFaults(): boolean {
    return this.#gate?.gate.faults.isOn ?? false;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  /** Listens, if it does not yet. */
  async start(): Promise<void> {
    if (this.#server !== null) return;
    const at = addressIn(this.#listen, 0);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.#accept(client),
    );
    await listening(server, at);
    this.#server = server;
    const { address, port } = server.address() as { readonly address: string; readonly port: number };
    this.#listen = formatAddress({ host: address, port });
    this.#say(`${this.name} listens on ${this.#listen} for ${this.#upstream}`);
  }

  /** Refuses new connections; those that are open stay. */
  stopListening(): void {
    const server = this.#server;
    this.#server = null;
    // The callback waits for the connections to end.
    server?.close();
  }

  /** Refuses new connections, and closes those that are open. */
  stop(): void {
    if (this.#server === null) return;
    this.stopListening();
    this.closeConnections();
    this.#say(`${this.name} is disabled: connections to ${this.#listen} are refused`);
  }

  closeConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Another address closes what is open. */
  move(listen: string, upstream: string): void {
    addressIn(upstream, 1);
    if (formatAddress(addressIn(listen, 0)) === this.#listen && upstream === this.#upstream) return;
    this.stop();
    this.#listen = listen;
    this.#upstream = upstream;
  }

  /** New connections go to another server. */
  redirect(upstream: string): void {
    this.#upstream = upstream;
  }

  /** New connections are of HTTP/1.1, and their requests have these faults. None: nothing looks at what they carry. */
  async setHttpFaults(faults: readonly HttpFault[]): Promise<void> {
    if (faults.length > 0) this.#gate ??= await this.#openGate();
    if (this.#gate?.gate.faults.replace(faults) !== true) return;
    const which = faults.length === 0 ? 'faults of HTTP requests are off' : 'faults of HTTP requests are on';
    this.#say(`${this.name}: ${which}`);
  }

  async #openGate() {
    // Loaded late: most proxies know nothing of HTTP.
    const { HttpGate } = await import('../http/http-gate.ts');
    const gate = new HttpGate({
      name: this.name,
      upstream: () => addressIn(this.#upstream, 1),
      onOver: () => this.#say(`${this.name}: all faults of HTTP requests have happened`),
      onUnreachable: (error) => this.#onUnreachable(error),
    });
    return { gate, address: await gate.listen() };
  }

  add(toxic: Toxic): void {
    this.#toxics = [...this.#toxics, toxic];
    for (const connection of this.#connections) connection.add(toxic);
    this.#say(`${this.name}: ${wordsOf(toxic)} is on`);
  }

  update(toxic: Toxic): void {
    this.#toxics = this.#toxics.map((each) => (each.name === toxic.name ? toxic : each));
    for (const connection of this.#connections) connection.update(toxic);
    this.#say(`${this.name}: ${wordsOf(toxic)} is on`);
  }

  remove(toxic: Toxic): void {
    this.#toxics = this.#toxics.filter(({ name }) => name !== toxic.name);
    for (const connection of this.#connections) connection.remove(toxic);
    this.#say(`${this.name}: ${toxic.name} is off`);
  }

  get #target(): string {
    return this.httpFaults.length > 0 ? (this.#gate?.address ?? this.#upstream) : this.#upstream;
  }

  #accept(client: Socket): void {
    const connection: Connection = new Connection({
      client,
      upstream: addressIn(this.#target, 1),
      toxics: this.#toxics,
      traffic: this.traffic,
      onClosed: () => this.#connections.delete(connection),
      onUnreachable: (error) => this.#onUnreachable(error),
    });
    this.traffic.connections += 1;
    this.#connections.add(connection);
  }

  #onUnreachable(error: Error): void {
    this.traffic.unreachable += 1;
    this.#say(`${this.name}: no connection to ${this.#upstream}: ${error.message}`);
  }
}

const addressIn = (text: string, leastPort: 0 | 1) => {
  const address = parseAddress(text, leastPort);
  if (address === null) throw new AddressError(`'${text}' is no address: write host:port`);
  return address;
};

const listening = (server: Server, at: { readonly host: string; readonly port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new AddressError(error.message)));
    server.listen(at.host === '' ? { port: at.port } : at, resolve);
  });

const wordsOf = ({ name, attributes, toxicity, stream }: Toxic): string => {
  const values = Object.entries(attributes).map(([attribute, value]) => `${attribute} ${value}`);
  return `${name} (${[stream, ...values, ...(toxicity < 1 ? [`toxicity ${toxicity}`] : [])].join(', ')})`;
};
