import type { Duplex } from 'node:stream';
import type { PodClient } from '../../control/pod-client.ts';
import type { TerminalSize } from '../../model/terminal-size.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { ownerOf } from '../state/terminal-of.ts';
import { Emulator, type ProgramModes } from './emulator.ts';
import type { Picture } from './picture.ts';

/** Tells this dashboard from others that answer a program: node:crypto would cost 6 ms before the first frame. */
const VIEWER = `${process.pid}.${Math.random().toString(36).slice(2)}`;
/** What comes this soon, also questions, is of the past. */
const PAST_COMES_WITHIN: Milliseconds = 200;
/** A past this long has no beginning: what was drawn there, and not since, is drawn again for a new size only. */
const PROBABLY_CUT_BYTES = 128 * 1024;
/** Two changes of a size at once may be one for the program. */
const SIZE_IS_SEEN_WITHIN: Milliseconds = 100;

/** A flood is not worth its emulation: after as many bytes in this time, the rest of it is left out for a while. */
const FLOOD_BYTES = 256 * 1024;
const FLOOD_WITHIN: Milliseconds = 100;
const FLOOD_PAUSE: Milliseconds = 500;

interface ScreenFeedOptions {
  readonly client: PodClient;
  readonly process: string;
  readonly colors: boolean;
  readonly onDrawn: () => void;
}

/** Feeds the bytes of a process's terminal to an emulator, from the past on. */
export class ScreenFeed {
  readonly #options: ScreenFeedOptions;
  #stream: Duplex | null = null;
  /** Has drawn the past at least. */
  #shown: Emulator | null = null;
  /** Gets the bytes now; null: nobody does. */
  #fed: Emulator | null = null;
  #isClosed = false;
  #openedAt = -Infinity;
  /** Bytes that have come since a time. */
  #come = { since: -Infinity, bytes: 0 };
  /** Size of the emulation, and the one that the newest snapshot tells of the terminal. */
  #size: TerminalSize | null = null;
  #told: TerminalSize | null = null;
  #room: TerminalSize | null = null;
  #fittedLaunch: number | null = null;
  #stopWaiting = (): void => undefined;

  constructor(options: ScreenFeedOptions) {
    this.#options = options;
    this.#open();
  }

  get picture(): Picture | null {
    return this.#shown?.picture ?? null;
  }

  get modes(): ProgramModes | null {
    return this.#shown?.modes ?? null;
  }

  /** Gives the terminal the size of its pane, once for each launch: another client may give it another size later. */
  fit(room: TerminalSize): void {
    const { terminal = null, launchedAt = null } = this.#process() ?? {};
    if (terminal === null) return;
    if (!isSame(terminal, this.#told)) this.#draw(terminal);
    this.#told = terminal;
    const isFitted = isSame(room, this.#room) && launchedAt === this.#fittedLaunch;
    if (launchedAt === null || isFitted) return;
    this.#room = room;
    this.#fittedLaunch = launchedAt;
    if (!isSame(room, terminal)) this.#resize(room);
  }

  /** Gives it the size of its pane again, which another client may have changed. */
  refit(): void {
    this.#fittedLaunch = null;
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#stream?.destroy();
    for (const emulator of [this.#shown, this.#fed]) emulator?.close();
  }

  #process(): ReturnType<typeof ownerOf> {
    const { client, process } = this.#options;
    return ownerOf(process, client.snapshot);
  }

  #open(): void {
    // The pane stays as it is if there is no terminal, or no pod any more.
    this.#connect().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { client, process, colors } = this.#options;
    const size = this.#process()?.terminal ?? null;
    if (size === null) return;
    const onAnswer = (text: string): void => this.#answer(text);
    const [opened, emulator] = await Promise.all([
      client.openTerminal(process),
      Emulator.open({ size, colors, onAnswer }),
    ]);
    if (!opened.ok) return emulator.close();
    if (this.#isClosed) {
      emulator.close();
      return void opened.value.destroy();
    }
    this.#feed(emulator, opened.value);
  }

  #feed(emulator: Emulator, stream: Duplex): void {
    const isFirst = this.#shown === null;
    this.#stream?.destroy();
    this.#stream = stream;
    this.#fed = emulator;
    this.#openedAt = performance.now();
    this.#come = { since: this.#openedAt, bytes: 0 };
    if (this.#size !== null) emulator.resize(this.#size);
    stream.on('error', () => undefined).on('data', (bytes: Buffer) => this.#take(bytes));
    if (isFirst) this.#stopWaiting = after(PAST_COMES_WITHIN, () => this.#redraw(), { ref: false });
  }

  #take(bytes: Buffer): void {
    const emulator = this.#fed;
    if (emulator === null) return;
    emulator.write(bytes, () => this.#drew(emulator));
    const now = performance.now();
    const isPast = now < this.#openedAt + PAST_COMES_WITHIN;
    if (!isPast && now > this.#come.since + FLOOD_WITHIN) this.#come = { since: now, bytes: 0 };
    this.#come.bytes += bytes.length;
    if (this.#come.bytes > (isPast ? 2 : 1) * FLOOD_BYTES) this.#leaveOut();
  }

  #drew(emulator: Emulator): void {
    if (this.#isClosed || (emulator !== this.#fed && emulator !== this.#shown)) return;
    if (this.#shown !== emulator) this.#shown?.close();
    this.#shown = emulator;
    this.#options.onDrawn();
  }

  /** What is left out is of the past when it goes on. */
  #leaveOut(): void {
    this.#fed = null;
    this.#stopWaiting();
    this.#stopWaiting = after(FLOOD_PAUSE, () => this.#open(), { ref: false });
  }

  /** Programs draw their whole screen when its size changes. */
  #redraw(): void {
    const { terminal = null } = this.#process() ?? {};
    if (this.#come.bytes < PROBABLY_CUT_BYTES || terminal === null) return;
    this.#resize({ ...terminal, rows: Math.max(1, terminal.rows - 1) });
    const restore = (): void => this.#resize(this.#room ?? terminal);
    this.#stopWaiting = after(SIZE_IS_SEEN_WITHIN, restore, { ref: false });
  }

  /** The program draws for its new size as soon as it has that: the emulation has it before. */
  #resize(size: TerminalSize): void {
    const { client, process } = this.#options;
    this.#draw(size);
    const restore = (): void => void (this.#told !== null && this.#draw(this.#told));
    client.request({ type: 'resize', process, ...size }).then(({ ok }) => ok || restore(), restore);
  }

  #draw(size: TerminalSize): void {
    this.#size = size;
    for (const emulator of [this.#shown, this.#fed]) emulator?.resize(size);
  }

  #answer(text: string): void {
    const { client, process } = this.#options;
    const late = performance.now() < this.#openedAt + PAST_COMES_WITHIN;
    client.request({ type: 'answer', process, text, viewer: VIEWER, late }).catch(() => undefined);
  }
}

const isSame = (one: TerminalSize, other: TerminalSize | null): boolean =>
  one.columns === other?.columns && one.rows === other.rows;
