import { isUtf8 } from 'node:buffer';
import { familyOf } from './family-of.ts';
import { LineMistake } from './line-mistake.ts';
import { parseMetadata } from './parse-metadata.ts';
import { parseSample } from './parse-sample.ts';
import type { ExpositionFormat, Metadata, MetricType, Mistake, Sample } from './sample.ts';

/** Gets what an exposition has, in its order. */
export interface ExpositionReader {
  readonly onSample: (sample: Sample) => void;
  readonly onMetadata?: (metadata: Metadata) => void;
}

/** A longer line is a mistake: no text without an end is kept in memory. */
const LONGEST_LINE = 1024 * 1024;

/** As many mistakes are named. All are counted. */
const NAMED_MISTAKES = 10;

const NEWLINE = 0x0a;
const NONE = Buffer.alloc(0);

/**
 * Reads an exposition as it arrives, piece by piece. A line that means nothing is counted and named, and the others count
 * all the same. In memory are one line and the types of the families.
 */
export class ExpositionParser {
  readonly #format: ExpositionFormat;
  readonly #reader: ExpositionReader;
  readonly #types = new Map<string, MetricType>();
  readonly #named: Mistake[] = [];
  #mistakes = 0;
  #line = 0;
  #rest: Buffer = NONE;
  /** The rest of a line that was too long. */
  #isSkipping = false;
  #hasEnded = false;

  constructor(format: ExpositionFormat, reader: ExpositionReader) {
    this.#format = format;
    this.#reader = reader;
  }

  /** Number of lines that mean nothing. */
  get mistakes(): number {
    return this.#mistakes;
  }

  /** The first of them. */
  get namedMistakes(): readonly Mistake[] {
    return this.#named;
  }

  /** Takes the next piece. */
  write(piece: Buffer): void {
    const last = piece.lastIndexOf(NEWLINE);
    if (last === -1) return this.#keep(piece);
    const first = piece.indexOf(NEWLINE);
    this.#readLine(Buffer.concat([this.#rest, piece.subarray(0, first)]));
    this.#rest = NONE;
    if (last > first) this.#readLines(piece.subarray(first + 1, last));
    this.#keep(piece.subarray(last + 1));
  }

  /** Takes the end. A last line without a line break counts. */
  end(): void {
    if (this.#rest.length > 0 || this.#isSkipping) this.#readLine(this.#rest);
    this.#rest = NONE;
    if (this.#format === 'openmetrics' && !this.#hasEnded)
      this.#mistake('there is no # EOF: the text may have been cut off');
  }

  #keep(piece: Buffer): void {
    if (this.#isSkipping) return;
    this.#rest = Buffer.concat([this.#rest, piece]);
    if (this.#rest.length <= LONGEST_LINE) return;
    this.#isSkipping = true;
    this.#rest = NONE;
  }

  #readLines(lines: Buffer): void {
    if (isUtf8(lines)) {
      for (const line of lines.toString('utf8').split('\n')) this.#read(line);
      return;
    }
    for (let from = 0; from <= lines.length; ) {
      const found = lines.indexOf(NEWLINE, from);
      const to = found === -1 ? lines.length : found;
      this.#readLine(lines.subarray(from, to));
      from = to + 1;
    }
  }

  #readLine(line: Buffer): void {
    if (this.#isSkipping || line.length > LONGEST_LINE) {
      this.#isSkipping = false;
      this.#line += 1;
      this.#mistake(`it has more than ${LONGEST_LINE} bytes`);
    } else if (isUtf8(line)) this.#read(line.toString('utf8'));
    else {
      this.#line += 1;
      this.#mistake('it is not UTF-8');
    }
  }

  #read(line: string): void {
    this.#line += 1;
    try {
      this.#take(line);
    } catch (error) {
      if (!(error instanceof LineMistake)) throw error;
      this.#mistake(error.message);
    }
  }

  #take(line: string): void {
    const text = line.trimStart();
    if (text === '') return;
    if (this.#hasEnded) throw new LineMistake('it stands after # EOF');
    if (text === '# EOF' && this.#format === 'openmetrics') this.#hasEnded = true;
    else if (text.startsWith('#')) this.#takeMetadata(line);
    else this.#takeSample(line);
  }

  #takeMetadata(line: string): void {
    const metadata = parseMetadata(line, this.#format);
    if (metadata === null) return;
    if (metadata.type !== null) this.#types.set(metadata.family, metadata.type);
    this.#reader.onMetadata?.(metadata);
  }

  #takeSample(line: string): void {
    const sample = parseSample(line, this.#format);
    this.#reader.onSample({ ...sample, family: familyOf(sample.name, this.#types) });
  }

  #mistake(problem: string): void {
    this.#mistakes += 1;
    if (this.#named.length < NAMED_MISTAKES) this.#named.push({ line: this.#line, problem });
  }
}
