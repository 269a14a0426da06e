import { after, now } from '../../../time/timers.ts';
import { EntryMaker } from '../../log-shipper/lines/entry-maker.ts';
import { LineBatch } from '../../log-shipper/lines/line-batch.ts';
import { LineReader } from '../../log-shipper/lines/line-reader.ts';
import type { FilesFrom } from '../../log-shipper/options.ts';
import { Finder } from '../../log-shipper/tailing/finder.ts';
import { mostOpenOf } from '../../log-shipper/tailing/most-open.ts';
import { Tail } from '../../log-shipper/tailing/tail.ts';
import { volumePlace } from '../../log-shipper/tailing/volume-place.ts';
import type { Lines, LinesContext } from './lines.ts';

const READING = {
  maxLineBytes: 1024 * 1024,
  multiline: null,
  parse: { kind: 'none' },
  redact: [],
} as const;

/** Lines are taken at once, and nothing waits for them: as many fit as are read at a time. */
const ROOM = { events: 1_000, bytes: 1024 * 1024, isEmpty: true };

/** Milliseconds for which lines are read before others have their turn. */
const READS_FOR = 10;

/** A rotated file is looked at for so long after its last line. */
const ROTATE_WAIT = 5_000;

/** Lines of files as they grow, through every rotation. They are read from their beginning: their figures are in memory. */
export class FileLines implements Lines {
  readonly #context: LinesContext;
  readonly #tail: Tail;
  readonly #finder: Finder;
  readonly #lines = new LineBatch(new EntryMaker(READING, Date.now), null);
  #isQueued = false;
  #isOver = false;
  #cancel: () => void = () => undefined;
  readonly missed = 0;
  readonly error = null;

  constructor(from: FilesFrom, context: LinesContext) {
    this.#context = context;
    const tail = new Tail(
      {
        ...{ readFrom: 'beginning', rotateWait: ROTATE_WAIT, eventTimeout: null, positions: null },
        ...{ maxLineBytes: READING.maxLineBytes, mostOpen: mostOpenOf(1), say: context.say },
      },
      new LineReader(READING),
    );
    this.#tail = tail;
    this.#finder = new Finder(volumePlace(from, {}), {
      look: ({ files }) => this.#waking(tail.look(files, now())),
      wake: (path) => this.#waking(tail.wake(path)),
      isLeaving: () => tail.isLeaving,
    });
  }

  start(): void {
    this.#finder.look();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
    this.#finder.stop();
    this.#tail.close();
  }

  #waking(result: boolean): boolean {
    if (!this.#isQueued && !this.#isOver) {
      this.#isQueued = true;
      setImmediate(() => this.#go());
    }
    return result;
  }

  #go(): void {
    this.#isQueued = false;
    if (this.#isOver) return;
    this.#cancel();
    const until = now() + READS_FOR;
    while (now() < until && this.#readSome());
    const due = this.#tail.nextDue;
    if (due === 0) this.#waking(true);
    else if (due !== null) this.#cancel = after(Math.max(1, due - now()), () => this.#go(), { ref: false });
  }

  /** False: there is no more now. */
  #readSome(): boolean {
    const portion = this.#tail.next(ROOM, now());
    if (portion === null) return false;
    const lines = this.#lines;
    lines.clear();
    lines.add(portion);
    for (let index = 0; index < lines.length; index += 1) {
      const { body, source } = lines.entry(index);
      this.#context.onLine(body, { file: String(source.fields['file'] ?? '') });
    }
    portion.passed.file.acknowledge(portion.passed.mark);
    return true;
  }
}
