import type { TLSSocket } from 'node:tls';
import type { Downstream } from '../http/downstream.ts';
import type { Scope } from '../http/scope.ts';
import type { ListenerOptions } from '../options.ts';
import type { TlsPlace } from '../tls/place.ts';
import type { ServerTls } from '../tls/server-tls.ts';
import type { AutoServiceSettings } from './auto-service.ts';
import { HttpService } from './http-service.ts';
import type { Service } from './service.ts';
import type { InnerService } from './tls-service.ts';

/** A service, and what a reload can change of it while it goes on. */
export interface OpenService {
  readonly service: Service;
  /** `null`: without TLS. */
  readonly tls: ServerTls | null;
}

interface ServiceSettings {
  /** Name of the proxy's process. */
  readonly proxy: string;
  readonly headerBytes: number;
  readonly onRequest: (request: Downstream) => void;
  readonly onRefused: AutoServiceSettings['onRefused'];
  readonly onMalformed: AutoServiceSettings['onMalformed'];
  readonly scope: () => Scope;
  readonly place: TlsPlace;
}

/** What serves the connections of a listener. */
export const openService = async (
  options: ListenerOptions,
  settings: ServiceSettings,
): Promise<OpenService> => {
  const { tls } = options;
  if (tls === null) return { service: await plainService(options, settings), tls: null };
  // A proxy without TLS does not load it.
  const [{ ServerTls: loaded }, { TlsService }, inner] = await Promise.all([
    import('../tls/server-tls.ts'),
    import('./tls-service.ts'),
    innerService(options, settings),
  ]);
  const opened = await loaded.open(tls, settings.place);
  return { service: new TlsService(opened, inner), tls: opened };
};

const plainService = async ({ kind, name }: ListenerOptions, settings: ServiceSettings): Promise<Service> => {
  switch (kind) {
    case 'http':
    case 'redirect':
      return new HttpService(settings);
    case 'tcp':
      return tcpService(settings);
    case 'auto':
      throw new Error(`${name}: 'auto' needs TLS, which tells how its clients speak`);
    case 'forward':
      return new (await import('./forward-service.ts')).ForwardService(settings);
    default:
      throw new Error(`${name}: there is no listener of kind '${kind satisfies never}'`);
  }
};

const innerService = async (options: ListenerOptions, settings: ServiceSettings): Promise<InnerService> => {
  switch (options.kind) {
    case 'auto':
      return new (await import('./auto-service.ts')).AutoService(settings);
    case 'http':
    case 'redirect':
      return new SecureHttpService(settings);
    default:
      return plainService(options, settings);
  }
};

/** TLS has told how the client speaks. */
class SecureHttpService extends HttpService {
  override accept(socket: TLSSocket): void {
    if (socket.alpnProtocol === 'h2') this.acceptHttp2(socket);
    else this.acceptHttp1(socket);
  }
}

/** Most proxies pass no bytes. */
const tcpService = async ({ scope }: ServiceSettings): Promise<Service> =>
  new (await import('./tcp-service.ts')).TcpService({ scope, onUnreachable: null });

/** Whether a listener with other options can go on with the service that it has. */
export const isSameService = (one: ListenerOptions, other: ListenerOptions): boolean =>
  one.kind === other.kind && (one.tls === null) === (other.tls === null);
