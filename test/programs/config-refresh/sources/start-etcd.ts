import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { makeFolder } from './read.ts';

/** Debian's etcd on this machine, until the end of the test. */
export class Etcd {
  readonly url: string;
  readonly #peer: number;
  readonly #data = makeFolder();
  #child: ChildProcess | null = null;

  private constructor(client: number, peer: number) {
    this.url = `http://127.0.0.1:${client}`;
    this.#peer = peer;
  }

  static async start(): Promise<Etcd> {
    const etcd = new Etcd(await freePort(), await freePort());
    onTestFinished(() => etcd.stop());
    await etcd.start();
    return etcd;
  }

  async start(): Promise<void> {
    const peer = `http://127.0.0.1:${this.#peer}`;
    const args = [
      '--data-dir',
      this.#data,
      '--listen-client-urls',
      this.url,
      '--advertise-client-urls',
      this.url,
    ];
    const peers = ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer];
    const cluster = ['--initial-cluster', `default=${peer}`, '--log-level', 'error', '--unsafe-no-fsync'];
    this.#child = spawn('etcd', [...args, ...peers, ...cluster], { stdio: 'ignore' });
    await eventually('etcd to be up', () =>
      this.call('maintenance/status', {}).then(
        () => true,
        () => false,
      ),
    );
  }

  /** Without a word to anybody. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async put(key: string, value: string): Promise<number> {
    const answer = await this.call('kv/put', { key: encoded(key), value: encoded(value) });
    return Number((answer as { readonly header: { readonly revision: string } }).header.revision);
  }

  async remove(key: string): Promise<void> {
    await this.call('kv/deleterange', { key: encoded(key) });
  }

  async call(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const init = { method: 'POST', body: JSON.stringify(body), headers };
    const response = await fetch(`${this.url}/v3/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

const encoded = (text: string): string => Buffer.from(text).toString('base64');
