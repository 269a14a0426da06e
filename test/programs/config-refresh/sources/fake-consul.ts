import { onTestFinished } from 'vitest';
import { serve } from './read.ts';

/**
 * The KV store of Consul, as far as its API documentation describes blocking queries: `X-Consul-Index`, a wait that ends
 * at a change or after its time, 404 for a key that is not there, 403 without a token that is needed, 400 for what it
 * does not know.
 */
export class FakeConsul {
  url = '';
  readonly asked: URL[] = [];
  token: string | null = null;
  #index = 10;
  readonly #values = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  static async start(): Promise<FakeConsul> {
    const consul = new FakeConsul();
    onTestFinished(() => consul.#wake());
    consul.url = await serve(async (request, response) => {
      const url = new URL(request.url ?? '', 'http://consul');
      consul.asked.push(url);
      if (consul.token !== null && request.headers['x-consul-token'] !== consul.token)
        return void response.writeHead(403).end('Permission denied');
      const [index, wait] = [url.searchParams.get('index'), url.searchParams.get('wait')];
      const isKnown = [...url.searchParams.keys()].every((name) =>
        ['index', 'wait', 'recurse', 'dc'].includes(name),
      );
      if (!isKnown || (wait !== null && !/^\d+ms$/.test(wait)))
        return void response.writeHead(400).end('Invalid');
      if (Number(index) >= consul.#index) await consul.#change(Number.parseInt(wait ?? '0', 10));
      const key = decodeURIComponent(url.pathname.replace('/v1/kv/', ''));
      const found = [...consul.#values].filter(([name]) =>
        url.searchParams.has('recurse') ? name.startsWith(key) : name === key,
      );
      response.setHeader('x-consul-index', consul.#index);
      const entries = found.map(([Key, value]) => ({
        ...{ Key, Flags: 0, LockIndex: 0, CreateIndex: 1, ModifyIndex: consul.#index },
        Value: value === '' ? null : Buffer.from(value).toString('base64'),
      }));
      response.statusCode = entries.length === 0 ? 404 : 200;
      response.end(entries.length === 0 ? '' : JSON.stringify(entries));
    });
    return consul;
  }

  put(key: string, value: string): void {
    this.#values.set(key, value);
    this.#index += 1;
    this.#wake();
  }

  /** A restore from a snapshot, or another server: indexes begin anew. */
  loseIndex(): void {
    this.#index = 2;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #change(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, wait);
      this.#waiting.add(wake);
    });
  }
}
