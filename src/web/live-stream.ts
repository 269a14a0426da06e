import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../control/client/connection.ts';
import { LIVE_SOURCES, type LiveEnd, type LiveMark, type LiveSource } from './live-protocol.ts';
import { SAFE_HEADERS } from './response-headers.ts';
import { WholeLines } from './whole-lines.ts';

/** Lines of output that a page gets at first: the whole window of a small pod, and some screens of a large one. */
const FIRST_LINES = 10_000;

const pathOf = (source: LiveSource, since: number | null): string => {
  switch (source) {
    case 'pod':
      return 'pod?follow=1';
    case 'usage':
      return 'usage';
    case 'events':
      return 'events?follow=1';
    case 'logs':
      return since === null ? `logs?follow=1&tail=${FIRST_LINES}` : `logs?follow=1&since=${since}`;
    default:
      return source satisfies never;
  }
};

/**
 * Relays the streams of a pod to one page, as they are. While the page does not read, nothing is read for it, so that
 * what it misses is counted where it is dropped: in the pod's own server.
 */
export class LiveStream {
  readonly #response: ServerResponse;
  readonly #ending = new AbortController();
  readonly #incoming = new Set<IncomingMessage>();
  #last: LiveSource | null = null;
  #isBlocked = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    response.on('drain', () => this.#goOn());
    response.on('error', () => undefined);
    response.on('close', () => this.#stop());
  }

  /** Relays until the page leaves, the pod ends, or `end` is called. */
  async relay(connection: Connection, since: number | null): Promise<void> {
    try {
      await Promise.all(LIVE_SOURCES.map((source) => this.#follow(connection, source, since)));
    } catch {
      // The pod has gone before all streams were open, or it does not answer: the page asks again, or learns of its end.
      this.#response.destroy();
    }
  }

  /** Says why nothing more comes. */
  end(why: LiveEnd): void {
    if (!this.#response.writableEnded) this.#response.end(mark(why));
    this.#stop();
  }

  async #follow(connection: Connection, source: LiveSource, since: number | null): Promise<void> {
    const incoming = await connection.stream(pathOf(source, since), this.#ending.signal);
    if (incoming === null) return;
    if (incoming.statusCode !== 200) {
      incoming.destroy();
      throw new Error(`the pod refuses ${source}`);
    }
    const lines = new WholeLines();
    this.#incoming.add(incoming);
    incoming.on('error', () => undefined);
    incoming.on('close', () => this.#incoming.delete(incoming));
    incoming.on('data', (chunk: Buffer) => this.#write(source, lines.take(chunk)));
    if (this.#isBlocked) incoming.pause();
  }

  #write(source: LiveSource, lines: Buffer): void {
    if (lines.length === 0 || this.#response.writableEnded) return;
    if (source !== this.#last) this.#response.write(mark(source));
    this.#last = source;
    if (this.#response.write(lines)) return;
    this.#isBlocked = true;
    for (const incoming of this.#incoming) incoming.pause();
  }

  #goOn(): void {
    this.#isBlocked = false;
    for (const incoming of this.#incoming) incoming.resume();
  }

  #stop(): void {
    this.#ending.abort();
    for (const incoming of this.#incoming) incoming.destroy();
  }
}

const mark = (from: LiveMark['from']): string => `${JSON.stringify({ from } satisfies LiveMark)}\n`;
