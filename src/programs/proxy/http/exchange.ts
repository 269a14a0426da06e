import type { ClientListener, Downstream } from './downstream.ts';
import type { Attempt, AttemptFailure, RawHeaders, ResponseSink, Upstream } from './upstream.ts';

/** The life of one request. */
export class Exchange implements ResponseSink, ClientListener {
  readonly #client: Downstream;
  #attempt: Attempt | null = null;
  #hasResponded = false;

  constructor(client: Downstream) {
    this.#client = client;
    client.listener = this;
  }

  start(upstream: Upstream): void {
    const { method, url, scheme, authority, body, trailers } = this.#client;
    this.#attempt = upstream.send(
      { method, path: url, headers: this.#requestHeaders(), scheme, authority, body, trailers },
      this,
    );
  }

  onConnected(): void {}

  onInformation(status: number, headers: RawHeaders): void {
    this.#client.inform(status, headers);
  }

  onHead(status: number, headers: RawHeaders, isWhole: boolean): void {
    this.#hasResponded = true;
    this.#client.respond(status, headers, isWhole);
  }

  onData(chunk: Buffer): boolean {
    return this.#client.write(chunk);
  }

  onEnd(trailers: RawHeaders): void {
    this.#attempt = null;
    this.#client.end(trailers);
  }

  onFailure(failure: AttemptFailure, cause: Error): void {
    this.#attempt = null;
    if (this.#hasResponded) return this.#client.cut();
    const text = Buffer.from(`${failure}: ${cause.message}\n`);
    this.#client.respond(503, ['content-type', 'text/plain', 'content-length', String(text.length)], false);
    this.#client.write(text);
    this.#client.end([]);
  }

  onDrain(): void {
    this.#attempt?.resume();
  }

  onGone(): void {
    this.#attempt?.abort();
    this.#attempt = null;
  }

  #requestHeaders(): RawHeaders {
    const kept: string[] = [];
    const { headers } = this.#client;
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] ?? '';
      if (!/^(connection|keep-alive|transfer-encoding|upgrade|te|proxy-.*)$/i.test(name))
        kept.push(name, headers[at + 1] ?? '');
    }
    return kept;
  }
}
