import { join } from 'node:path';
import { now } from '../../time/timers.ts';
import { EntryMaker } from './lines/entry-maker.ts';
import { LineBatch } from './lines/line-batch.ts';
import { LineReader } from './lines/line-reader.ts';
import type { LogShipperOptions } from './options.ts';
import { newOutput } from './outputs/new-output.ts';
import type { OutputOptions } from './outputs/options.ts';
import { newByteParser } from './parse/bytes/new-byte-parser.ts';
import { DeadLetters } from './pipeline/dead-letters.ts';
import { Lane } from './pipeline/lane.ts';
import { PositionFile, type Positions } from './positions/position-file.ts';
import type { OwnRun } from './processes/own-run.ts';
import { processPlace } from './processes/process-place.ts';
import { Finder } from './tailing/finder.ts';
import type { LogPlace } from './tailing/found-file.ts';
import { mostOpenOf } from './tailing/most-open.ts';
import { Tail } from './tailing/tail.ts';

interface Telling {
  readonly say: (line: string) => void;
  /** Something has changed that a status tells. */
  readonly onChange: () => void;
}

/** Takes lines from files to every destination, each by a lane of its own. */
export class Shipper {
  readonly lanes: readonly Lane[];
  readonly #finder: Finder;
  readonly #telling: Telling;
  #isCutOff = false;

  private constructor(place: LogPlace, lanes: readonly Lane[], telling: Telling) {
    this.lanes = lanes;
    this.#telling = telling;
    this.#finder = new Finder(place, {
      look: ({ files, isCutOff }) => {
        this.#tellCutOff(isCutOff);
        const changed = lanes.map((lane) => lane.tail.look(files, now()));
        for (const lane of lanes) lane.wake();
        return changed.includes(true);
      },
      wake: (path) => {
        const known = lanes.map((lane) => lane.tail.wake(path));
        for (const lane of lanes) lane.wake();
        return known.every(Boolean);
      },
      isLeaving: () => lanes.some(({ tail }) => tail.isLeaving),
    });
  }

  /** Looks for files, and begins to send. */
  static async start(options: LogShipperOptions, run: OwnRun, telling: Telling): Promise<Shipper> {
    const { from, fields } = options;
    const place =
      from.kind === 'files'
        ? // What matches globs is loaded only where there are some.
          (await import('./tailing/volume-place.ts')).volumePlace(from, fields)
        : processPlace(from, options.name, run, fields);
    const folder = options.positions ?? join(run.state, 'positions', options.name);
    const lanes = await Promise.all(
      options.outputs.map((output) => laneOf(output, { options, folder, telling })),
    );
    const shipper = new Shipper(place, lanes, telling);
    shipper.#finder.look();
    await Promise.all(lanes.map((lane) => lane.begin()));
    return shipper;
  }

  /** Bytes that wait in files for the slowest destination. */
  get lag(): number {
    return Math.max(0, ...this.lanes.map(({ tail }) => tail.lag));
  }

  /** Takes no new files in, and sends what is there, for at most so many milliseconds. */
  async drain(limit: number): Promise<void> {
    this.#finder.look();
    // What was cut short is known after it was read, and its rest may be in a copy.
    this.#finder.look();
    this.#finder.stop();
    await Promise.all(this.lanes.map((lane) => lane.drain(limit)));
  }

  async stop(): Promise<void> {
    this.#finder.stop();
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  #tellCutOff(isCutOff: boolean): void {
    if (isCutOff && !this.#isCutOff)
      this.#telling.say('there are more than 10,000 files and folders: those found last are left out');
    this.#isCutOff = isCutOff;
  }
}

interface LaneSurroundings {
  readonly options: LogShipperOptions;
  /** With positions. */
  readonly folder: string;
  readonly telling: Telling;
}

const laneOf = async (
  output: OutputOptions,
  { options, folder, telling }: LaneSurroundings,
): Promise<Lane> => {
  const { readFrom, rotateWait, reading, batch, retry, deadLetter } = options;
  const positions = new PositionFile(join(folder, `${output.name}.json`));
  const tail = new Tail(
    {
      ...{ readFrom, rotateWait, maxLineBytes: reading.maxLineBytes, say: telling.say },
      mostOpen: mostOpenOf(options.outputs.length),
      eventTimeout: reading.multiline?.timeout ?? null,
      positions: loaded(positions, telling),
    },
    new LineReader(reading),
  );
  const entries = new EntryMaker(reading, Date.now);
  const parser = newByteParser(reading);
  return new Lane({
    newLines: () => new LineBatch(entries, parser),
    ...{ tail, positions, batch, retry, ...telling },
    output: await newOutput(output),
    deadLetters: new DeadLetters(deadLetter ?? join(folder, 'dead-letters.ndjson')),
  });
};

/** Without them lines come twice, which is better than not at all. */
const loaded = (file: PositionFile, { say }: Telling): Positions | null => {
  try {
    return file.load();
  } catch (error) {
    say(`the positions cannot be read, and everything is sent again: ${(error as Error).message}`);
    return { files: [], ignored: [] };
  }
};
