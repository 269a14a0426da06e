import type { Server, TLSSocket } from 'node:tls';
import { now } from '../../../time/timers.ts';

/** A reason is said again only after this time: a client may try many times in a second. */
const AGAIN_AFTER = 60_000;

/** `authorizationError` of a socket is the code of OpenSSL's reason, whatever its type says. */
type Refused = Omit<TLSSocket, 'authorizationError'> & { readonly authorizationError?: unknown };

/** Says which certificates of clients are refused, and why: the client sees only that its connection ends. */
export class Refusals {
  readonly #say: (line: string) => void;
  readonly #saidAt = new Map<string, number>();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Also closes connections of clients with a wrong certificate where one is not required: a server would take them. */
  watch(server: Server, isOptional: () => boolean): void {
    server.prependListener('secureConnection', (socket) => {
      if (!isOptional() || socket.authorized || !hasCertificate(socket)) return;
      this.#tell(reasonOf(socket));
      socket.destroy();
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') this.#tell('it has none');
      else if ((socket as Refused).authorizationError) this.#tell(reasonOf(socket));
    });
  }

  #tell(reason: string): void {
    const saidAt = this.#saidAt.get(reason);
    if (saidAt !== undefined && now() - saidAt < AGAIN_AFTER) return;
    this.#saidAt.set(reason, now());
    this.#say(`a client was refused for its certificate: ${reason}`);
  }
}

const hasCertificate = (socket: TLSSocket): boolean => socket.getPeerX509Certificate() !== undefined;

const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is of a CA that is not trusted here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it is of a CA that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it is of a CA that is not trusted here',
  INVALID_PURPOSE: 'it is not for clients',
};

const reasonOf = (socket: TLSSocket): string => {
  const code = String((socket as Refused).authorizationError);
  const words = REASONS[code];
  return words === undefined ? code : `${words} (${code})`;
};
