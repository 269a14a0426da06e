import type { Downstream } from '../http/downstream.ts';
import type { ListenerOptions } from '../options.ts';
import type { TlsPlace } from '../tls/place.ts';
import type { ServerTls } from '../tls/server-tls.ts';
import { HttpService } from './http-service.ts';
import type { Service } from './service.ts';

/** A service, and what a reload can change of it while it goes on. */
export interface OpenService {
  readonly service: Service;
  /** `null`: without TLS. */
  readonly tls: ServerTls | null;
}

interface ServiceSettings {
  readonly headerBytes: number;
  readonly onRequest: (request: Downstream) => void;
  readonly place: TlsPlace;
}

/** What serves the connections of a listener. */
export const openService = async (
  { kind, name, tls }: ListenerOptions,
  settings: ServiceSettings,
): Promise<OpenService> => {
  if (kind !== 'http' && kind !== 'redirect') throw new Error(`${name}: '${kind}' is not built yet`);
  const service = new HttpService(settings);
  if (tls === null) return { service, tls: null };
  // A proxy without TLS does not load it.
  const [{ ServerTls: loaded }, { TlsService }] = await Promise.all([
    import('../tls/server-tls.ts'),
    import('./tls-service.ts'),
  ]);
  const opened = await loaded.open(tls, settings.place);
  const secure = new TlsService(opened, service, (socket) => {
    if (socket.alpnProtocol === 'h2') service.acceptHttp2(socket);
    else service.acceptHttp1(socket);
  });
  return { service: secure, tls: opened };
};

/** Whether a listener with other options can go on with the service that it has. */
export const isSameService = (one: ListenerOptions, other: ListenerOptions): boolean =>
  one.kind === other.kind && (one.tls === null) === (other.tls === null);
