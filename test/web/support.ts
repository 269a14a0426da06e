import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { Connection } from '../../src/control/client/connection.ts';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import type { PodSnapshot, ProcessSnapshot } from '../../src/control/pod-snapshot.ts';
import type { PageFiles } from '../../src/web/page-files.ts';
import { WebServer } from '../../src/web/web-server.ts';
import { ServedTestPod } from '../control/served-pod.ts';
import { processSnapshot } from '../support/fake-pod.ts';

const FILES = new Map([['', { bytes: Buffer.from('<!doctype html>the page'), type: 'text/html' }]]);

/** What a pod has besides, for the server's eyes: a ready-made sidecar with a port. */
export const withSidecar =
  (use: string, name: string, port: number, change: Partial<ProcessSnapshot> = {}) =>
  (snapshot: PodSnapshot): PodSnapshot => ({
    ...snapshot,
    processes: [
      ...snapshot.processes,
      processSnapshot({
        name: use,
        origin: { use, engine: 'embedded' },
        ports: [{ name, port, protocol: 'tcp', host: '127.0.0.1' }],
        ...change,
      }),
    ],
  });

/** A pod of the test's own process, and the server of its page. */
export class WebTestPod {
  readonly served: ServedTestPod;
  readonly pod: RemotePod;
  readonly web: WebServer;

  private constructor(served: ServedTestPod, pod: RemotePod, web: WebServer) {
    this.served = served;
    this.pod = pod;
    this.web = web;
  }

  /** `change`: what its snapshot has besides, for the server's eyes. */
  static async start(
    config: object,
    change: (snapshot: PodSnapshot) => PodSnapshot = (snapshot) => snapshot,
    files: PageFiles = FILES,
  ): Promise<WebTestPod> {
    const served = await ServedTestPod.start(config);
    const pod = await RemotePod.open(served.socket);
    void pod.gone;
    const connection = new Connection(served.socket);
    const web = await WebServer.open({
      files,
      connection,
      snapshot: () => change(pod.snapshot),
      port: 0,
    });
    return new WebTestPod(served, pod, web);
  }

  get token(): string {
    return this.web.url.split('#token=')[1] ?? '';
  }

  /** The beginning of an answer. A header that is undefined is left out. */
  open(path: string, { method = 'GET', body = '', headers = {} }: Asked = {}): Promise<IncomingMessage> {
    const sent: OutgoingHttpHeaders = { authorization: `Bearer ${this.token}`, ...headers };
    for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.web.port, path, method, headers: sent, agent: false };
      const asking = request(options, resolve);
      asking.on('error', reject);
      asking.end(body);
    });
  }

  async ask(path: string, asked: Asked = {}): Promise<Answered> {
    const response = await this.open(path, asked);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web.close('closed');
    await this.pod[Symbol.asyncDispose]();
    await this.served[Symbol.asyncDispose]();
  }
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: OutgoingHttpHeaders;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}
