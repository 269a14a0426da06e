import type { Socket } from 'node:net';
import { after, now } from '../../../time/timers.ts';
import { Chain } from '../toxics/chain.ts';
import type { End, Flow } from '../toxics/stage.ts';
import type { Toxic } from '../toxics/toxic.ts';

interface LinkOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly toxics: readonly Toxic[];
  readonly onReceived: (bytes: number) => void;
  readonly onSent: (bytes: number) => void;
  /** Called when a toxic ends the connection. */
  readonly onCut: (how: 'close' | 'reset') => void;
}

/** One direction of a connection: reads from one socket, and writes to the other what the toxics let through. */
export class Link {
  readonly #options: LinkOptions;
  readonly #chain: Chain;
  #stopTimer: (() => void) | null = null;
  #isOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#chain = new Chain(options.toxics, Math.random, now());
    const { from, to } = options;
    from.on('data', (data: Buffer) => this.#receive(data));
    from.on('end', () => this.#pass(this.#chain.arrive({ is: 'end', how: 'end' }, now())));
    to.on('drain', () => this.#readOn());
    this.#pass([]);
  }

  add(toxic: Toxic): void {
    this.#chain.add(toxic, now());
    this.#pass([]);
  }

  update(toxic: Toxic): void {
    this.#pass(this.#chain.update(toxic, now()));
  }

  remove(name: string): void {
    this.#pass(this.#chain.remove(name, now()));
  }

  close(): void {
    this.#isOver = true;
    this.#stopTimer?.();
  }

  #receive(data: Buffer): void {
    this.#options.onReceived(data.length);
    const at = now();
    this.#pass(this.#chain.arrive({ is: 'chunk', data, at }, at));
  }

  #pass(flows: readonly Flow[]): void {
    for (const flow of flows) {
      if (this.#isOver) return;
      if (flow.is === 'chunk') this.#write(flow.data);
      else this.#end(flow);
    }
    if (this.#isOver) return;
    if (this.#isFull) this.#options.from.pause();
    else this.#readOn();
    this.#waitForDue();
  }

  #write(data: Buffer): void {
    this.#options.onSent(data.length);
    this.#options.to.write(data);
  }

  #end({ how }: End): void {
    this.close();
    if (how === 'end') this.#options.to.end();
    else this.#options.onCut(how);
  }

  get #isFull(): boolean {
    return this.#options.to.writableNeedDrain || this.#chain.isFull;
  }

  #readOn(): void {
    if (!this.#isFull) this.#options.from.resume();
  }

  #waitForDue(): void {
    this.#stopTimer?.();
    const at = this.#chain.dueAt;
    this.#stopTimer = at === null ? null : after(Math.max(0, at - now()), () => this.#onDue());
  }

  #onDue(): void {
    this.#stopTimer = null;
    this.#pass(this.#chain.due(now()));
  }
}
