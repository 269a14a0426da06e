import { after, now } from '../../../time/timers.ts';
import { type Found, findFiles } from './find-files.ts';
import { FolderWatches } from './folder-watches.ts';
import type { LogPlace } from './found-file.ts';
import { nextPoll, SHORTEST_POLL } from './poll.ts';

/** Those who read files. */
export interface Finders {
  /** Takes in what there is. True: something had changed. */
  readonly look: (found: Found) => boolean;
  /** A file may have more. False: it is not known. */
  readonly wake: (path: string) => boolean;
  /** A file was rotated a short time ago. */
  readonly isLeaving: () => boolean;
}

/** Milliseconds between looks when names come and go all the time. */
const AT_LEAST = 20;

/** Looks for files when the system tells of a change, and every now and then. */
export class Finder {
  readonly #place: LogPlace;
  readonly #finders: Finders;
  readonly #watches = new FolderWatches((told) => this.#told(told.path, told.isName));
  #poll = SHORTEST_POLL;
  #wasTold = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isSoon = false;
  #cancel: () => void = () => undefined;

  constructor(place: LogPlace, finders: Finders) {
    this.#place = place;
    this.#finders = finders;
  }

  /** Looks now, and whenever there may be something new from then on. */
  look(): Found {
    this.#cancel();
    this.#isSoon = false;
    const found = findFiles(this.#place);
    this.#watches.watch(found.folders);
    const isNew = this.#finders.look(found);
    const isWatched = this.#watches.isComplete && !this.#finders.isLeaving();
    this.#poll = nextPoll(this.#poll, { isNew, wasTold: this.#wasTold, isWatched });
    this.#wasTold = false;
    this.#lookedAt = now();
    this.#cancel = after(this.#poll, () => void this.look(), { ref: false });
    return found;
  }

  stop(): void {
    this.#cancel();
    this.#watches.close();
  }

  #told(path: string, isName: boolean): void {
    this.#wasTold = true;
    const isKnown = !isName && this.#finders.wake(path);
    if (isKnown || this.#isSoon) return;
    this.#isSoon = true;
    this.#cancel();
    const wait = Math.max(0, this.#lookedAt + AT_LEAST - now());
    this.#cancel = after(wait, () => void this.look(), { ref: false });
  }
}
