import type { PodClient } from '../../control/pod-client.ts';
import type { TerminalSize } from '../../model/terminal-size.ts';
import type { ProgramModes } from './emulator.ts';
import type { Picture } from './picture.ts';
import { ScreenFeed } from './screen-feed.ts';

/** A pane that shows the screen of a process. */
export interface ScreenPane {
  readonly process: string;
  /** Room for the screen: the terminal gets this size. */
  readonly room: TerminalSize;
}

interface ProcessScreensOptions {
  readonly client: PodClient;
  readonly colors: () => boolean;
  /** Called when the picture of a process has changed. */
  readonly onDrawn: (process: string) => void;
}

/** The screens of the processes that are shown. What is not shown is not emulated. */
export class ProcessScreens {
  readonly #options: ProcessScreensOptions;
  readonly #feeds = new Map<string, ScreenFeed>();

  constructor(options: ProcessScreensOptions) {
    this.#options = options;
  }

  /** Shows these screens from now on, and no others. */
  show(panes: readonly ScreenPane[]): void {
    const shown = new Set(panes.map(({ process }) => process));
    for (const [process, feed] of this.#feeds) if (!shown.has(process)) this.#close(process, feed);
    for (const pane of panes) this.#feedOf(pane.process).fit(pane.room);
  }

  /** Null: nothing has been drawn yet, or there is no terminal any more. */
  pictureOf(process: string): Picture | null {
    return this.#feeds.get(process)?.picture ?? null;
  }

  /** Null: it is not shown. */
  modesOf(process: string): ProgramModes | null {
    return this.#feeds.get(process)?.modes ?? null;
  }

  /** The user turns to this process: its terminal gets the size of its pane again. */
  refit(process: string): void {
    this.#feeds.get(process)?.refit();
  }

  close(): void {
    this.show([]);
  }

  #feedOf(process: string): ScreenFeed {
    const known = this.#feeds.get(process);
    if (known !== undefined) return known;
    const { client, colors, onDrawn } = this.#options;
    const feed = new ScreenFeed({ client, process, colors: colors(), onDrawn: () => onDrawn(process) });
    this.#feeds.set(process, feed);
    return feed;
  }

  #close(process: string, feed: ScreenFeed): void {
    this.#feeds.delete(process);
    feed.close();
  }
}
