import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { after } from '../../../time/timers.ts';

/** What it takes to open a connection to an endpoint. */
export interface DialOptions {
  readonly address: { readonly host: string; readonly port: number };
  /** Asked at each connection, so that a renewed certificate is used; `null`: no TLS. */
  readonly tls: (() => ConnectionOptions) | null;
  /** Milliseconds, TLS included; 0: as long as the system tries. */
  readonly connectTimeout: number;
  /** Written first, before TLS. */
  readonly preface?: Buffer | null;
  readonly alpn?: readonly string[];
  /** True: its end does not end what goes to it. */
  readonly allowHalfOpen?: boolean;
  /** Takes what is read, of a connection without TLS. */
  readonly onread?: OnReadOpts;
}

export interface DialOutcome {
  readonly onOpen: (socket: Socket) => void;
  readonly onFailure: (failure: 'connect-failure' | 'connect-timeout', cause: Error) => void;
}

/** Opens a connection. Returns a function that gives up on it, after which no outcome is told. */
export const dial = (options: DialOptions, { onOpen, onFailure }: DialOutcome): (() => void) => {
  const { address, connectTimeout, preface = null, allowHalfOpen = false, tls, onread } = options;
  const reading = tls === null && onread !== undefined ? { onread } : {};
  const tcp = connect({ ...address, ...reading, allowHalfOpen, noDelay: true });
  let socket = tcp;
  const settle = (): void => {
    stopTimer();
    for (const each of [tcp, socket]) each.off('error', fail);
    tcp.off('close', closed);
  };
  const giveUp = (): void => {
    settle();
    for (const each of [socket, tcp]) each.on('error', () => undefined).destroy();
  };
  const fail = (cause: Error): void => {
    giveUp();
    onFailure('connect-failure', cause);
  };
  const closed = (): void => fail(new Error('the connection was closed during the handshake'));
  const open = (): void => {
    settle();
    onOpen(socket);
  };
  const stopTimer = timer(connectTimeout, () => {
    giveUp();
    onFailure('connect-timeout', new Error(`no connection within ${connectTimeout} ms`));
  });
  tcp.once('error', fail);
  tcp.once('connect', () => {
    if (preface !== null) tcp.write(preface);
    if (options.tls === null) return open();
    tcp.once('close', closed);
    socket = secure(tcp, options, options.tls());
    socket.once('error', fail).once('secureConnect', open);
  });
  return giveUp;
};

const secure = (
  socket: Socket,
  { address, alpn, allowHalfOpen = false }: DialOptions,
  tls: ConnectionOptions,
): Socket =>
  // A proxy without TLS does not load it.
  process.getBuiltinModule('node:tls').connect({
    ...(isName(address.host) ? { servername: address.host } : {}),
    ...{ host: address.host },
    ...tls,
    ...{ socket, allowHalfOpen },
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  });

/** RFC 6066: an address is no server name. */
const isName = (host: string): boolean => !/^[\d.]+$|:/.test(host);

/** A timer that 0 turns off. */
export const timer = (duration: number, call: () => void): (() => void) =>
  duration === 0 ? () => undefined : after(duration, call);
