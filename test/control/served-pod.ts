import { connect, type Socket } from 'node:net';
import { Connection } from '../../src/control/client/connection.ts';
import { ControlServer } from '../../src/control/server/control-server.ts';
import { RunningPod } from '../supervisor/running-pod.ts';

/** A pod of the test's own process, with a control socket in its folder. */
export class ServedTestPod {
  readonly running: RunningPod;
  readonly socket: string;
  readonly #server: ControlServer;

  private constructor(running: RunningPod, socket: string, server: ControlServer) {
    this.running = running;
    this.socket = socket;
    this.#server = server;
  }

  static async start(config: object, headersWithin?: number): Promise<ServedTestPod> {
    const running = await RunningPod.start(config);
    const socket = running.project.path('control.sock');
    return new ServedTestPod(running, socket, await ControlServer.open(socket, running.pod, headersWithin));
  }

  get connection(): Connection {
    return new Connection(this.socket);
  }

  /** Bytes as they are, with nothing around them. */
  raw(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.socket, () => resolve(socket));
      socket.on('error', reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.running[Symbol.asyncDispose]();
  }
}

/** What comes until the end of the connection. */
export const textUntilClosed = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
