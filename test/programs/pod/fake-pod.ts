import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface State {
  readonly folder: string;
  readonly optionsFile: string;
  readonly socket: string;
}

/** A state folder with the run `r1` of a pod, and the record of another one. */
export const stateFolder = (record: object | null): State => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-readiness-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'pods'));
  mkdirSync(join(folder, 'runs/r1/files/edge'), { recursive: true });
  const socket = join(folder, 's');
  writeFileSync(join(folder, 'pods/broken.json'), '{');
  writeFileSync(join(folder, 'pods/other.json'), JSON.stringify({ runId: 'r2', socket: '/nonexistent' }));
  if (record !== null)
    writeFileSync(join(folder, 'pods/this.json'), JSON.stringify({ runId: 'r1', socket, ...record }));
  return { folder, socket, optionsFile: join(folder, 'runs/r1/files/edge/options') };
};

const PROCESS = {
  role: 'primary',
  app: null,
  origin: null,
  pid: 42,
  restarts: 0,
  launchedAt: 1,
  logFile: null,
};

/** What a supervisor serves: a snapshot with one process, and events. */
export class FakePod {
  state = 'ready';
  names = ['web'];
  snapshots = 0;
  /** Bodies of requests. */
  readonly requests: string[] = [];
  /** Paths that are followed, in the order of their requests. */
  readonly paths: string[] = [];
  /** What a request is answered with. */
  outcome: object = { ok: true };
  readonly #followers = new Set<ServerResponse>();
  readonly #meters = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    if (request.url === '/v1/pod') {
      this.snapshots += 1;
      const ports = [{ name: 'http', host: '127.0.0.1', port: 3000, protocol: 'tcp' }];
      const processes = this.names.map((name) => ({ ...PROCESS, name, state: this.state, ports }));
      response.end(`${JSON.stringify({ seq: 7, name: 'shop', processes })}\n`);
    } else if (
      request.url?.startsWith('/v1/usage') ||
      /^\/v1\/(?:events\?since=[07]&follow=1$|logs\?)/.test(request.url ?? '')
    ) {
      const followers = request.url?.startsWith('/v1/usage') ? this.#meters : this.#followers;
      this.paths.push(request.url ?? '');
      followers.add(response);
      response.on('close', () => followers.delete(response));
      response.writeHead(200).flushHeaders();
    } else if (request.url === '/v1/requests') {
      void this.#takeRequest(request, response);
    } else {
      response.writeHead(404).end();
    }
  });

  async listen(socket: string): Promise<void> {
    await once(this.#server.listen(socket), 'listening');
    onTestFinished(() => this.close());
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Writes lines of output to who reads them. */
  write(...texts: readonly string[]): void {
    this.send(...texts);
  }

  send(...texts: readonly string[]): void {
    for (const follower of this.#followers) for (const text of texts) follower.write(text);
  }

  get meters(): number {
    return this.#meters.size;
  }

  measure(processes: object): void {
    for (const meter of this.#meters) meter.write(`${JSON.stringify({ type: 'usage', processes })}\n`);
  }

  async #takeRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of request) body += part;
    this.requests.push(body);
    response.end(`${JSON.stringify(this.outcome)}\n`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
