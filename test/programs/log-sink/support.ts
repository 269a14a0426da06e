import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { Intake } from '../../../src/programs/log-sink/intake.ts';
import { Listeners } from '../../../src/programs/log-sink/listeners.ts';
import type { HttpProtocol } from '../../../src/programs/log-sink/options.ts';
import type { FoundLines } from '../../../src/programs/log-sink/window/find-lines.ts';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';

interface SinkSettings {
  readonly keep?: number;
  readonly file?: string | null;
  readonly accepts?: readonly HttpProtocol[];
}

export interface Sink {
  readonly url: string;
  readonly ports: {
    readonly http: number;
    readonly syslog: number;
    readonly udp: number;
    readonly forward: number;
  };
  readonly intake: Intake;
  readonly post: (
    path: string,
    body: string | Uint8Array,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  readonly lines: (query?: string) => Promise<FoundLines>;
  /** Resolves with all lines once there are so many. */
  readonly received: (count: number) => Promise<FoundLines['lines']>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** A sink in the test's own process, until the test's end. */
export const sinkHere = async (settings: SinkSettings = {}): Promise<Sink> => {
  const { keep = 1 << 20, file = null, accepts = ['http', 'loki', 'elasticsearch', 'otlp'] } = settings;
  const [http, syslog, udp, forward] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const at = (port: number): string => `127.0.0.1:${port}`;
  const intake = new Intake({ keep, file });
  const listeners = await Listeners.open(
    {
      ...{ name: 'sink', admin: '', http: at(http), accepts, forward: at(forward), keep, file },
      syslog: { tcp: at(syslog), udp: at(udp) },
    },
    intake,
    { accepts: () => accepts, stats: () => intake.counts.all },
  );
  onTestFinished(() => {
    listeners.drain();
    return intake.close();
  });
  const url = `http://127.0.0.1:${http}`;
  const lines = async (query = ''): Promise<FoundLines> =>
    (await (await fetch(`${url}/lines${query}`)).json()) as FoundLines;
  return {
    ...{ url, ports: { http, syslog, udp, forward }, intake, lines },
    post: async (path, body, headers = {}) => {
      const init = { method: 'POST', body: body, headers } as RequestInit;
      const response = await fetch(`${url}${path}`, init);
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
    received: async (count) => {
      await eventually(`${count} lines`, () => intake.counts.lines >= count);
      return (await lines()).lines;
    },
  };
};

/** A connection of the test's, with what came over it. */
export class TestClient {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);
  isClosed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data]);
    });
    this.socket.on('error', () => undefined);
    this.socket.once('close', () => {
      this.isClosed = true;
    });
    onTestFinished(() => void this.socket.destroy());
  }

  /** Resolves once the kernel has it. */
  send(bytes: string | Uint8Array): Promise<void> {
    return withDeadline('a write', new Promise((resolve) => void this.socket.write(bytes, () => resolve())));
  }

  closed(): Promise<void> {
    return eventually('the end of a connection', () => this.isClosed);
  }
}
