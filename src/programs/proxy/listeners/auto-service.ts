import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { H1Downstream } from '../http/h1-downstream.ts';
import { Http1Side } from '../http/http1-side.ts';
import type { Cause } from '../routing/cause.ts';
import { HttpService, type HttpServiceSettings } from './http-service.ts';
import { TcpService, type TcpServiceSettings } from './tcp-service.ts';
import type { InnerService } from './tls-service.ts';

export interface AutoServiceSettings extends HttpServiceSettings, Pick<TcpServiceSettings, 'scope'> {
  /** Answers a request on a connection that no endpoint could be reached for. */
  readonly onRefused: (request: H1Downstream, cause: Cause) => void;
}

/**
 * For clients that speak HTTP over TLS, where nothing of a listener needs HTTP: what they send passes as bytes, at a third
 * of the cost of requests. HTTP/2 is requests all the same, because the endpoint speaks HTTP/1.1; so is what no endpoint
 * can be reached for, because a client is told why.
 */
export class AutoService implements InnerService {
  readonly #http: HttpService;
  readonly #refusing: Http1Side;
  readonly #bytes: TcpService;
  readonly #causes = new WeakMap<Duplex, Cause>();

  constructor(settings: AutoServiceSettings) {
    this.#http = new HttpService(settings);
    this.#refusing = new Http1Side({
      proxy: settings.proxy,
      headerBytes: settings.headerBytes,
      onMalformed: settings.onMalformed,
      onRequest: (request, socket) => {
        request.closeAfterwards();
        settings.onRefused(request, this.#causes.get(socket) ?? { kind: 'no-cluster' });
      },
    });
    this.#bytes = new TcpService({
      scope: settings.scope,
      onUnreachable: (client, cause) => {
        this.#causes.set(client, cause);
        this.#refusing.accept(client);
      },
    });
  }

  get openRequests(): number {
    return this.#http.openRequests + this.#refusing.openRequests + this.#bytes.openRequests;
  }

  accept(client: TLSSocket): void {
    if (client.alpnProtocol === 'h2') this.#http.acceptHttp2(client);
    else this.#bytes.accept(client);
  }

  drain(): void {
    this.#http.drain();
    this.#refusing.drain();
  }

  closeIdle(): void {
    this.#http.closeIdle();
    this.#refusing.closeIdle();
  }
}
