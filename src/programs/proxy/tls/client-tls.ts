import { type ConnectionOptions, createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { authorityFile, findAuthority } from '../../../certificates/authority.ts';
import { CertificateError } from '../../../certificates/certificate-error.ts';
import type { Pair } from '../../../certificates/issue.ts';
import type { RenewedLeaf } from '../../../certificates/renewal.ts';
import { every } from '../../../time/timers.ts';
import type { ClientTlsOptions } from '../options.ts';
import { endsSoon, readAuthorities, readPair, stampOf } from './certificate-files.ts';
import { ownLeaf } from './own-leaf.ts';
import { LOOK_EVERY, type TlsPlace } from './place.ts';

/** What counts now. */
interface Loaded {
  readonly options: ClientTlsOptions;
  readonly leaf: RenewedLeaf | null;
  readonly stamp: string;
  /** The CAs of the options' file; null: the public ones, and the local one. */
  readonly ca: string | null;
  readonly pair: Pair | null;
}

/**
 * TLS towards a cluster. Connections that are open keep what they began with.
 *
 * @example
 * const tls = await ClientTls.open(cluster.tls, { pod: 'shop', name: 'out', certificates, say });
 * const socket = connect({ host, port, ...tls.connectionOptions() });
 */
export class ClientTls {
  readonly #place: TlsPlace;
  readonly #stop: () => void;
  #loaded: Loaded;
  /** Made for the first connection, since the public CAs take tens of milliseconds to load. */
  #context: SecureContext | null = null;
  #failure = '';

  private constructor(place: TlsPlace, loaded: Loaded) {
    this.#place = place;
    this.#loaded = loaded;
    this.#stop = every(LOOK_EVERY, () => void this.look());
  }

  /** @throws CertificateError that says which file cannot be used */
  static async open(options: ClientTlsOptions, place: TlsPlace): Promise<ClientTls> {
    const tls: ClientTls = new ClientTls(place, await load(options, place, () => tls.#renewed()));
    return tls;
  }

  /** For a connection that is opened now. Without `servername` in it, the name or address that is connected to counts. */
  connectionOptions(): ConnectionOptions {
    const { serverName, verify } = this.#loaded.options;
    this.#context ??= contextOf(this.#loaded, this.#place);
    return {
      secureContext: this.#context,
      rejectUnauthorized: verify,
      ...(serverName === null ? {} : { servername: serverName }),
    };
  }

  /** Takes other options, or says why they cannot be used; then the old ones go on. */
  async reload(options: ClientTlsOptions): Promise<string | null> {
    try {
      this.#take(await load(options, this.#place, () => this.#renewed()));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Renews what ends, and reads files that have changed. What cannot be used is said once. */
  async look(): Promise<void> {
    await this.#loaded.leaf?.look();
    const { options, stamp } = this.#loaded;
    if (stampOf(filesOf(options, this.#place)) === stamp) return;
    const failure = await this.reload(options);
    if (failure !== null && failure !== this.#failure)
      this.#place.say(`the old certificates stay in use: ${failure}`);
    this.#failure = failure ?? '';
  }

  close(): void {
    this.#stop();
  }

  #renewed(): void {
    this.#take({ ...this.#loaded, pair: this.#loaded.leaf?.leaf ?? null });
  }

  #take(loaded: Loaded): void {
    this.#loaded = loaded;
    this.#context = null;
  }
}

const load = async (options: ClientTlsOptions, place: TlsPlace, onRenewed: () => void): Promise<Loaded> => {
  // It makes the local CA if there is none.
  const leaf = options.certificate === 'local' ? await ownLeaf([], place, onRenewed) : null;
  // Taken before they are read: a change in between is seen at the next look.
  const stamp = stampOf(filesOf(options, place));
  const ca = options.ca === null ? null : readAuthorities(options.ca);
  const loaded = { options, leaf, stamp, ca, pair: leaf?.leaf ?? pairOf(options, place) };
  // Whatever the CAs are: it shows whether OpenSSL takes the key.
  if (ca !== null || loaded.pair !== null) contextOf({ ...loaded, ca: ca ?? loaded.pair?.cert ?? '' }, place);
  return loaded;
};

const pairOf = ({ certificate }: ClientTlsOptions, { clock = Date.now, say }: TlsPlace): Pair | null => {
  if (certificate === null || certificate === 'local') return null;
  const pair = readPair(certificate, clock());
  const warning = endsSoon(pair.certificate, certificate, clock());
  if (warning !== null) say(`warning: ${warning}`);
  return pair;
};

const contextOf = ({ ca, pair }: Loaded, place: TlsPlace): SecureContext => {
  const own = pair === null ? {} : { key: pair.key, cert: pair.cert };
  try {
    return createSecureContext({ ca: ca ?? everybodysAuthorities(place), ...own });
  } catch (error) {
    throw new CertificateError(`TLS towards the upstream cannot be set up: ${(error as Error).message}`);
  }
};

/** What Node trusts, what the system trusts (such as a company's CA), and the local CA. */
const everybodysAuthorities = (place: TlsPlace): string[] => [
  ...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...localAuthority(place)]),
];

/** Calls to public servers go on without a local CA, or with one that cannot be used. */
const localAuthority = ({ certificates, clock = Date.now, say }: TlsPlace): readonly string[] => {
  try {
    const found = findAuthority(certificates, clock());
    return found === null ? [] : [found.cert];
  } catch (error) {
    say(`warning: ${(error as Error).message}`);
    return [];
  }
};

/** All files that the options name, and without a CA of theirs the local one, which may be made later. */
const filesOf = ({ ca, certificate }: ClientTlsOptions, { certificates }: TlsPlace): readonly string[] => [
  ca ?? authorityFile(certificates),
  ...(certificate === null || certificate === 'local' ? [] : [certificate.cert, certificate.key]),
];
