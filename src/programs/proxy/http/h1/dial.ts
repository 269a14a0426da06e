import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { after } from '../../../../time/timers.ts';
import type { HostAndPort } from '../../../address.ts';

export interface DialSettings {
  readonly address: HostAndPort;
  /** Read for every connection: certificates are renewed. `null`: without TLS. */
  readonly tls: (() => ConnectionOptions) | null;
  /** Milliseconds, with the handshake of TLS; 0: as long as the system tries. */
  readonly connectTimeout: number;
}

export interface DialOutcome {
  readonly onOpen: (socket: Socket) => void;
  readonly onFailure: (failure: 'connect-failure' | 'connect-timeout', cause: Error) => void;
}

/** Opens a connection, whose bytes then go where `onread` says. */
export const dial = (
  settings: DialSettings,
  onread: OnReadOpts,
  { onOpen, onFailure }: DialOutcome,
): void => {
  const { address, connectTimeout, tls } = settings;
  const socket = tls === null ? connect({ ...address, onread }) : secure(address, onread, tls());
  let failure: 'connect-failure' | 'connect-timeout' = 'connect-failure';
  const onLate = (): void => {
    failure = 'connect-timeout';
    socket.destroy(new Error(`no connection within ${connectTimeout} ms`));
  };
  const disarm = connectTimeout === 0 ? null : after(connectTimeout, onLate);
  const onError = (error: Error): void => {
    disarm?.();
    onFailure(failure, error);
  };
  socket.once('error', onError);
  socket.once(tls === null ? 'connect' : 'secureConnect', () => {
    disarm?.();
    socket.off('error', onError);
    onOpen(socket);
  });
};

/** A program without TLS does not load it. */
const secure = (address: HostAndPort, onread: OnReadOpts, tls: ConnectionOptions): Socket =>
  process
    .getBuiltinModule('node:tls')
    .connect(withReading({ ...tls, ...address, ALPNProtocols: ['http/1.1'] }, onread));

/** Node takes it for connections with TLS too; its types do not know that. */
const withReading = (options: ConnectionOptions, onread: OnReadOpts): ConnectionOptions =>
  Object.assign(options, { onread });
