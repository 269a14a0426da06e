import type { Socket as UdpSocket } from 'node:dgram';
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { type HostAndPort, parseAddress } from '../address.ts';
import { serveForward } from './forward/serve-forward.ts';
import { serveHttp } from './http/serve-http.ts';
import type { Intake } from './intake.ts';
import type { LogSinkProgramOptions } from './options.ts';
import { serveSyslogTcp, serveSyslogUdp } from './syslog/serve-syslog.ts';

/** Everything that the sink listens with. */
export class Listeners {
  readonly #http: HttpServer;
  readonly #servers: readonly Server[];
  readonly #udp: UdpSocket | null;

  private constructor(http: HttpServer, servers: readonly Server[], udp: UdpSocket | null) {
    this.#http = http;
    this.#servers = servers;
    this.#udp = udp;
  }

  static async open(
    { http, syslog, forward }: LogSinkProgramOptions,
    intake: Intake,
    context: Omit<Parameters<typeof serveHttp>[1], 'intake'>,
  ): Promise<Listeners> {
    const server = await serveHttp(addressOf(http), { intake, ...context });
    const others = [
      ...(syslog === null ? [] : [await serveSyslogTcp(addressOf(syslog.tcp), intake)]),
      ...(forward === null ? [] : [await serveForward(addressOf(forward), intake)]),
    ];
    const udp = syslog === null ? null : await serveSyslogUdp(addressOf(syslog.udp), intake);
    return new Listeners(server, others, udp);
  }

  /** Takes no new connection. Requests that are open come to their end. */
  drain(): void {
    this.#http.close();
    this.#http.closeIdleConnections();
    for (const server of this.#servers) server.close();
    this.#udp?.close();
  }

  /** Resolves with the number of connections that are open. */
  async openConnections(): Promise<number> {
    const counts = await Promise.all([this.#http, ...this.#servers].map(connectionsOf));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((error, count) => resolve(error === null ? count : 0)));

const addressOf = (text: string): HostAndPort => {
  const at = parseAddress(text, 0);
  if (at === null) throw new Error(`'${text}' is no host:port`);
  return at;
};
