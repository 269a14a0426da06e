import { controlLines } from '../../pod/control-lines.ts';
import { PodConnection } from '../../pod/pod-connection.ts';
import type { ProcessesFrom } from '../options.ts';
import type { Lines, LinesContext } from './lines.ts';

interface LogLine {
  readonly type: string;
  readonly seq?: number;
  readonly process?: string;
  readonly line?: string;
  readonly count?: number;
}

/** What processes write, over the control socket of the pod: from the first line that is kept. */
export class ProcessLines implements Lines {
  readonly #names: readonly string[];
  readonly #context: LinesContext;
  readonly #connection: PodConnection;
  #seq = 0;
  missed = 0;
  error: string | null = null;

  constructor({ processes }: ProcessesFrom, context: LinesContext) {
    this.#names = processes ?? [];
    this.#context = context;
    this.#connection = new PodConnection({
      optionsFile: context.optionsFile,
      read: (socket, signal, answered) => this.#read(socket, signal, answered),
      onLost: () => undefined,
      say: (why) => {
        this.error = why;
        context.say(`the output of the pod cannot be read: ${why}`);
      },
    });
  }

  start(): void {
    void this.#connection.follow();
  }

  stop(): void {
    this.#connection.stop();
  }

  /** After a break, from where it was. */
  async #read(socket: string, signal: AbortSignal, answered: () => void): Promise<void> {
    const names = this.#names.map((name) => `&process=${encodeURIComponent(name)}`);
    const path = `/v1/logs?follow=1&since=${this.#seq}${names.join('')}`;
    for await (const line of controlLines(socket, path, signal)) {
      answered();
      this.error = null;
      this.#take(line as LogLine);
    }
  }

  #take({ type, seq, process = '', line = '', count = 0 }: LogLine): void {
    if (type === 'missed') this.missed += count;
    if (type !== 'log') return;
    this.#seq = seq ?? this.#seq;
    this.#context.onLine(line, { process });
  }
}
