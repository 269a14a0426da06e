import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { openAuthority } from '../../../../src/certificates/authority.ts';
import { issueAuthority, issueLeaf, type Pair } from '../../../../src/certificates/issue.ts';
import type { ServerTlsOptions } from '../../../../src/programs/proxy/options.ts';
import type { TlsPlace } from '../../../../src/programs/proxy/tls/place.ts';
import { ServerTls } from '../../../../src/programs/proxy/tls/server-tls.ts';
import { DAY, DataFolder } from '../../../certificates/support.ts';
import { serverTlsOptions } from '../support/proxy-options.ts';

/** Days from now at which a certificate begins and ends. */
type Days = readonly [from: number, to: number];

const validity = ([from, to]: Days) => ({
  notBefore: new Date(Date.now() + from * DAY),
  notAfter: new Date(Date.now() + to * DAY),
});

/** An HTTPS server with the TLS of a listener, whose clock the test sets. */
export class TlsRig {
  readonly data: DataFolder;
  readonly said: string[] = [];
  /** Days that the clock is ahead. */
  ahead = 0;
  #tls: ServerTls | undefined;
  #server: Server = createServer();

  private constructor(data: DataFolder) {
    this.data = data;
  }

  static async create(): Promise<TlsRig> {
    return new TlsRig(await DataFolder.create());
  }

  get place(): TlsPlace {
    return {
      ...{ pod: 'shop', name: 'edge', certificates: this.data.folder },
      say: (line) => void this.said.push(line),
      clock: () => Date.now() + this.ahead * DAY,
    };
  }

  async open(changes: Partial<ServerTlsOptions> = {}): Promise<ServerTls> {
    const tls = await ServerTls.open(serverTlsOptions({ alpn: ['http/1.1'], ...changes }), this.place);
    this.#tls = tls;
    return tls;
  }

  async listen(changes: Partial<ServerTlsOptions> = {}): Promise<ServerTls> {
    const tls = await this.open(changes);
    const server = createServer({ ...tls.serverOptions, keepAliveTimeout: 60_000 }, (_, response) =>
      response.end('hello\n'),
    );
    tls.attach(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return tls;
  }

  get tls(): ServerTls {
    if (this.#tls === undefined) throw new Error('not opened');
    return this.#tls;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get authority(): string {
    return this.data.path('ca', 'ca.crt');
  }

  /** Writes a certificate with its key, of the local CA or of another one. */
  async write(
    name: string,
    { dns = ['localhost'], days = [-1, 30], by }: { dns?: readonly string[]; days?: Days; by?: Pair } = {},
  ): Promise<{ cert: string; key: string }> {
    const authority = by ?? (await openAuthority(this.data.folder, Date.now()));
    const names = { dns, ip: ['127.0.0.1'], uri: 'spiffe://shop/other' };
    return this.#writePair(name, await issueLeaf(authority, names, validity(days)));
  }

  /** Has a process find a certificate that was issued to it earlier. */
  async keepLeaf(pod: string, process: string, days: Days): Promise<X509Certificate> {
    const { cert, key } = await issueLeaf(
      await openAuthority(this.data.folder, Date.now()),
      {
        ...{ dns: [`${process}.${pod}.localhost`, 'localhost'], ip: ['127.0.0.1', '::1'] },
        uri: `spiffe://${pod}/${process}`,
      },
      validity(days),
    );
    await this.data.project.write(`sidecarctl/leaves/${pod}/${process}.pem`, `${key}${cert}`, 0o600);
    return new X509Certificate(cert);
  }

  /** Another CA than the user's. */
  async otherAuthority(name: string): Promise<Pair & { readonly file: string }> {
    const pair = await issueAuthority(name, validity([-1, 30]));
    return { ...pair, file: this.#writePair(name, pair).cert };
  }

  /** Connects, and returns what a client sees: the subject's names and the protocol, or why it failed. */
  async see(options: ConnectionOptions = {}): Promise<string> {
    return new Promise((resolve) => {
      const { port } = this;
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () =>
        socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      );
      const names = (): string => socket.getPeerCertificate().subjectaltname ?? '';
      socket.once('data', () => resolve(names()));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(`refused: ${error.code}`));
      socket.once('close', () => resolve('refused: closed'));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tls?.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.data[Symbol.asyncDispose]();
  }

  #writePair(name: string, pair: Pair): { cert: string; key: string } {
    const files = { cert: this.data.project.path(`${name}.crt`), key: this.data.project.path(`${name}.key`) };
    writeFileSync(files.cert, pair.cert);
    writeFileSync(files.key, pair.key);
    return files;
  }
}
