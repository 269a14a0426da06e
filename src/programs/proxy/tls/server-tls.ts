import type { Server, TlsOptions } from 'node:tls';
import type { RenewedLeaf } from '../../../certificates/renewal.ts';
import { every } from '../../../time/timers.ts';
import type { ServerTlsOptions } from '../options.ts';
import { stampOf } from './certificate-files.ts';
import { ownLeaf } from './own-leaf.ts';
import { LOOK_EVERY, type TlsPlace } from './place.ts';
import { Refusals } from './refusals.ts';
import { filesOf, type ServerMaterial, serverMaterial } from './server-material.ts';

/** What counts now. */
interface Loaded {
  readonly options: ServerTlsOptions;
  readonly leaf: RenewedLeaf | null;
  readonly material: ServerMaterial;
  readonly stamp: string;
}

/** Node reads these fields at every connection. Its types leave them out. */
type OpenServer = Server & { requestCert: boolean; rejectUnauthorized: boolean };

/**
 * TLS of a listener. Its certificates are read again when their files change, renewed when they end, and replaced by
 * `reload`; connections that are open notice nothing of it.
 *
 * @example
 * const tls = await ServerTls.open(listener.tls, { pod: 'shop', name: 'edge', certificates, say });
 * const server = http2.createSecureServer({ ...tls.serverOptions, allowHTTP1: true });
 * tls.attach(server);
 */
export class ServerTls {
  readonly #place: TlsPlace;
  readonly #servers = new Set<OpenServer>();
  readonly #refusals: Refusals;
  readonly #stop: () => void;
  #loaded: Loaded;
  #failure = '';

  private constructor(place: TlsPlace, loaded: Loaded) {
    this.#place = place;
    this.#loaded = loaded;
    this.#refusals = new Refusals(place.say);
    this.#stop = every(LOOK_EVERY, () => void this.look());
  }

  /** @throws CertificateError that says which file or name cannot be used */
  static async open(options: ServerTlsOptions, place: TlsPlace): Promise<ServerTls> {
    const tls: ServerTls = new ServerTls(place, await load(options, place, () => tls.#renewed()));
    return tls;
  }

  /** For the server that it is attached to. */
  get serverOptions(): TlsOptions {
    return {
      ...this.#loaded.material.context,
      ...clientChecks(this.#loaded.options),
      SNICallback: (name, answer) => answer(null, this.#loaded.material.byName.find(name)),
      ALPNCallback: ({ protocols }) => this.#agreeOn(protocols),
    };
  }

  /** The certificate for clients that name no other server, and the time of its end, for statistics. */
  get facts(): { readonly names: readonly string[]; readonly notAfter: string } {
    const { subjectAltName = '', validToDate } = this.#loaded.material.certificate;
    return { names: subjectAltName.split(', '), notAfter: validToDate.toISOString() };
  }

  /** New connections of the server get what counts by then. */
  attach(server: Server): void {
    this.#servers.add(server as OpenServer);
    server.once('close', () => this.#servers.delete(server as OpenServer));
    this.#refusals.watch(server, () => this.#loaded.options.clientAuth === 'request');
  }

  /** Takes other options, or says why they cannot be used; then the old ones go on. */
  async reload(options: ServerTlsOptions): Promise<string | null> {
    try {
      const next = await load(options, this.#place, () => this.#renewed());
      this.#take(next);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Renews what ends, and reads files that have changed. What cannot be used is said once. */
  async look(): Promise<void> {
    await this.#loaded.leaf?.look();
    const { options, stamp } = this.#loaded;
    const files = filesOf(options);
    if (files.length === 0 || stampOf(files) === stamp) return;
    const failure = await this.reload(options);
    if (failure === null) this.#place.say('certificates were read again: their files have changed');
    else if (failure !== this.#failure) this.#place.say(`the old certificates stay in use: ${failure}`);
    this.#failure = failure ?? '';
  }

  close(): void {
    this.#stop();
  }

  /** The certificate of the local CA is another one now. */
  #renewed(): void {
    const { options, leaf, stamp } = this.#loaded;
    serverMaterial(options, leaf?.leaf ?? null, this.#place).then(
      (material) => {
        this.#take({ options, leaf, material, stamp });
        this.#place.say(`the certificate was renewed: valid until ${this.facts.notAfter}`);
      },
      (error: Error) => this.#place.say(`the old certificate stays in use: ${error.message}`),
    );
  }

  #take(loaded: Loaded): void {
    this.#loaded = loaded;
    for (const server of this.#servers) {
      Object.assign(server, clientChecks(loaded.options));
      server.setSecureContext(loaded.material.context);
    }
  }

  /** Without protocols of its own, the client's first choice counts: what follows is none of the proxy's business. */
  #agreeOn(offered: readonly string[]): string | undefined {
    const { alpn } = this.#loaded.options;
    return alpn.length === 0 ? offered[0] : alpn.find((protocol) => offered.includes(protocol));
  }
}

/** With `request`, a client without a certificate is taken; `Refusals` closes the connection of one with a wrong one. */
const clientChecks = ({ clientAuth }: ServerTlsOptions) => ({
  requestCert: clientAuth !== 'none',
  rejectUnauthorized: clientAuth === 'require',
});

const load = async (options: ServerTlsOptions, place: TlsPlace, onRenewed: () => void): Promise<Loaded> => {
  // Taken before they are read: a change in between is seen at the next look.
  const stamp = stampOf(filesOf(options));
  const leaf = options.files === null ? await ownLeaf(options.names, place, onRenewed) : null;
  return { options, leaf, stamp, material: await serverMaterial(options, leaf?.leaf ?? null, place) };
};
