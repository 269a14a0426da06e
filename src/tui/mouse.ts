import { after, atMost } from '../time/timers.ts';
import type { MouseAction } from './state/reduce-mouse.ts';
import type { Cell, Edge } from './state/ui-state.ts';
import { ASK_STATUS, GIVE_MOUSE, mouseAction, STATUS, TAKE_MOUSE } from './terminal/mouse-report.ts';

/** Time between two lines of a log that goes on under a mouse held beyond its edge. */
const HELD_MS = 50;
/** Terminals answer within some milliseconds. */
const ANSWER_MS = 200;
/** More reports come soon after one, as when the wheel is turned. */
const MORE_WITHIN_MS = 200;

/** The mouse of a terminal, which the dashboard takes and leaves to it again. */
export class Mouse {
  readonly #write: (text: string) => void;
  readonly #onAction: (action: MouseAction) => void;
  #isTaken = false;
  #reportedAt = -Infinity;
  #stopHolding = (): void => undefined;
  #onAnswer = (): void => undefined;

  constructor(write: (text: string) => void, onAction: (action: MouseAction) => void) {
    this.#write = write;
    this.#onAction = onAction;
  }

  /** Takes the mouse, or leaves it to the terminal. */
  take(isTaken: boolean): void {
    if (isTaken === this.#isTaken) return;
    this.#isTaken = isTaken;
    this.#stopHolding();
    this.#write(isTaken ? TAKE_MOUSE : GIVE_MOUSE);
  }

  /** Hears a report of the terminal, of the mouse or not. */
  hear(report: string): void {
    if (report === STATUS) return this.#onAnswer();
    const action = mouseAction(report);
    if (action === null) return;
    this.#reportedAt = performance.now();
    if (this.#isTaken) this.#onAction(action);
  }

  /** The terminal reports nothing while a mouse is held still. Beyond an edge of a log that means something. */
  holdAt(edge: Edge, cell: Cell): void {
    this.#stopHolding();
    if (edge === 0) return;
    this.#stopHolding = after(HELD_MS, () => this.#onAction({ ...cell, type: 'hold' }), { ref: false });
  }

  /** True if reports may be on their way. */
  get isInUse(): boolean {
    return performance.now() - this.#reportedAt < MORE_WITHIN_MS;
  }

  /**
   * Waits for reports that were sent before the terminal heard that it has the mouse. A shell would take them for typed.
   * The answer to a question comes after them.
   */
  async quiet(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#onAnswer = resolve;
    });
    this.#write(ASK_STATUS);
    await atMost(ANSWER_MS, answered);
  }
}
