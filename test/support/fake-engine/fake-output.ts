import type { OutputSink, OutputTap } from '../../../src/runtime/engines/engine.ts';
import type { OutputStream } from '../../../src/runtime/pod-reader.ts';

/** What comes over the socket is kept while it is held back. */
export class FakeOutput implements OutputTap {
  readonly #sink: OutputSink;
  readonly #waiting: (readonly [OutputStream, Buffer])[] = [];
  #isPaused = false;

  constructor(sink: OutputSink) {
    this.#sink = sink;
    sink.backpressure.join(this);
  }

  take(stream: OutputStream, chunk: Buffer): void {
    if (this.#isPaused) this.#waiting.push([stream, chunk]);
    else this.#sink.take(stream, chunk, null);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.takeWaiting();
  }

  /** Nothing of it waits for anybody to be taken. */
  allow(): void {
    this.takeWaiting();
  }

  takeWaiting(): void {
    for (const [stream, chunk] of this.#waiting.splice(0)) this.#sink.take(stream, chunk, null);
  }

  close(): void {
    this.takeWaiting();
    this.#sink.backpressure.leave(this);
  }
}
