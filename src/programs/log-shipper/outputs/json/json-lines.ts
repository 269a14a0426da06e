import type { ByteParser } from '../../parse/bytes/byte-parser.ts';
import { isSame } from '../../parse/bytes/find-bytes.ts';
import { type ObjectPlaces, OF_MEMBER } from '../../parse/bytes/object-places.ts';
import { REQUEST_FIELDS, type RequestPlaces } from '../../parse/bytes/request-places.ts';
import { isoTime } from '../iso-time.ts';
import type { LogBatch, LogEntry, LogSource, Stretch } from '../output.ts';
import { ByteWriter } from './byte-writer.ts';
import { type JsonShape, type SourceParts, sourceParts } from './json-shape.ts';

/** What lines of a source have in common, as bytes. */
interface SourceBytes extends SourceParts {
  /** From the fields to the end of the line. */
  readonly end: Uint8Array;
  readonly isTaken: (bytes: Uint8Array, start: number, end: number) => boolean;
  /** What stands before each field of a request. */
  readonly names: readonly Uint8Array[];
}

/**
 * Encodes lines as JSON objects, one a line. A line that needs no object is written from the bytes that its file has: without
 * any work for the garbage collector.
 */
export class JsonLines {
  readonly #shape: JsonShape;
  readonly #out = new ByteWriter();
  readonly #sources = new WeakMap<LogSource, SourceBytes>();
  readonly #levels = new Map<number, Uint8Array>();
  readonly #offset: Uint8Array;
  #time = Number.NaN;
  /** The last one that `startOf` has returned, and where its milliseconds are. */
  #start: Uint8Array = new Uint8Array(0);
  readonly #milliseconds: number;

  constructor(shape: JsonShape) {
    this.#shape = shape;
    this.#offset = bytesOf(`,"${shape.offset}":`);
    this.#milliseconds = Buffer.byteLength(`Z","${shape.message}":"`) + 3;
  }

  /** The bytes are there until the next call. */
  encode(batch: LogBatch): Buffer {
    this.#out.clear();
    for (const stretch of batch.stretches)
      if (stretch.parser === null) this.#addEntries(batch, stretch.first, stretch.end);
      else this.#addLines(batch, stretch, stretch.parser);
    return this.#out.written;
  }

  #addEntries(batch: LogBatch, first: number, end: number): void {
    for (let index = first; index < end; index += 1) this.#out.addText(this.#textOf(batch.entry(index)));
  }

  /**
   * `timestamp` and `message`, then what was parsed, then what the source says of every line, which wins. The text is put
   * together by hand: JSON.stringify of an object made for it takes twice as long.
   */
  #textOf({ time, body, severity, offset, source, parsed }: LogEntry): string {
    const { shape, parts } = { shape: this.#shape, parts: this.#partsOf(source) };
    const start = `${shape.before}{"${shape.time}":"${isoTime(time)}","${shape.message}":${JSON.stringify(body)}`;
    const level = severity > 0 ? `,"${shape.level}":${shape.levelValue(severity)}` : '';
    const more = parsed === null ? '' : parsedFields(parsed, parts.taken);
    return `${start}${level}${more},"${shape.offset}":${offset}${parts.fields}}\n`;
  }

  #addLines(batch: LogBatch, stretch: Stretch, parser: ByteParser): void {
    const { bytes } = batch;
    const source = this.#partsOf(stretch.source);
    for (let index = stretch.first; index < stretch.end; index += 1) {
      const [start, end] = [batch.textStart(index), batch.textEnd(index)];
      switch (parser.read(bytes, start, end)) {
        case 'unsure':
          this.#addEntries(batch, index, index + 1);
          continue;
        case 'text':
          this.#addBody(bytes, start, end, stretch.time);
          break;
        case 'request':
          this.#addBody(bytes, start, end, parser.request.time);
          this.#addRequest(bytes, parser.request, source);
          break;
        case 'object':
          this.#addObject(bytes, start, end, parser.object, stretch.time);
          this.#addMembers(bytes, parser.object, source);
      }
      this.#out.add(this.#offset);
      this.#out.addNumber(batch.offset(index));
      this.#out.add(source.end);
    }
  }

  #addBody(bytes: Uint8Array, start: number, end: number, time: number): void {
    this.#out.add(this.#startOf(time));
    this.#out.addJson(bytes, start, end);
    this.#out.addByte(QUOTE);
  }

  #addObject(bytes: Buffer, start: number, end: number, object: ObjectPlaces, fileTime: number): void {
    const { places, message, severity } = object;
    const time = object.time ?? fileTime;
    if (message === -1) this.#addBody(bytes, start, end, time);
    else this.#addMessage(bytes, places, message, time);
    if (severity > 0) this.#out.add(this.#levelOf(severity));
  }

  /** An object's own message stands in the line as it is sent, with its quote. */
  #addMessage(bytes: Buffer, places: Int32Array, message: number, time: number): void {
    const [start, end] = [
      places[OF_MEMBER * message + 2] as number,
      places[OF_MEMBER * message + 3] as number,
    ];
    this.#out.add(this.#startOf(time));
    this.#out.addRange(bytes, start + 1, end);
  }

  /** Those that follow each other at once. */
  #addMembers(bytes: Buffer, { places, length, message }: ObjectPlaces, { isTaken }: SourceBytes): void {
    let [from, to] = [0, 0];
    for (let member = 0; member < length; member += 1) {
      if (member === message) continue;
      const at = OF_MEMBER * member;
      const [start, end] = [places[at] as number, places[at + 3] as number];
      const isRenamed = isTaken(bytes, start, places[at + 1] as number);
      if (isRenamed || from === to || start - 2 !== to) {
        this.#addRest(bytes, from, to);
        [from, to] = isRenamed ? [0, 0] : [start - 1, end];
      } else to = end;
      if (isRenamed) this.#addRenamed(bytes, start, end);
    }
    this.#addRest(bytes, from, to);
  }

  #addRenamed(bytes: Buffer, start: number, end: number): void {
    this.#out.add(PARSED);
    this.#out.addRange(bytes, start, end);
  }

  #addRest(bytes: Buffer, start: number, end: number): void {
    if (start === end) return;
    this.#out.addByte(COMMA);
    this.#out.addRange(bytes, start, end);
  }

  #addRequest(bytes: Uint8Array, { places, severity }: RequestPlaces, { names }: SourceBytes): void {
    this.#out.add(this.#levelOf(severity));
    for (let field = 0; field < names.length; field += 1) {
      const start = places[2 * field] as number;
      if (start === -1) continue;
      this.#out.add(names[field] as Uint8Array);
      this.#out.addJson(bytes, start, places[2 * field + 1] as number);
      if (REQUEST_FIELDS[field]?.isNumber === false) this.#out.addByte(QUOTE);
    }
  }

  /** Up to the text of a line. Many lines have the same time, or one of the same second. */
  #startOf(time: number): Uint8Array {
    if (time === this.#time) return this.#start;
    const rest = time - Math.floor(this.#time / 1000) * 1000;
    this.#time = time;
    if (rest >= 0 && rest < 1000) {
      writeDigits(this.#start, this.#start.length - this.#milliseconds, Math.floor(rest));
      return this.#start;
    }
    const { before, time: name, message } = this.#shape;
    this.#start = bytesOf(`${before}{"${name}":"${isoTime(time)}","${message}":"`);
    return this.#start;
  }

  #levelOf(severity: number): Uint8Array {
    const { level, levelValue } = this.#shape;
    const known = this.#levels.get(severity) ?? bytesOf(`,"${level}":${levelValue(severity)}`);
    this.#levels.set(severity, known);
    return known;
  }

  #partsOf(source: LogSource): SourceBytes {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const parts = sourceParts(source, this.#shape);
    const names = REQUEST_FIELDS.map(({ name, isNumber }) =>
      bytesOf(`,${JSON.stringify(nameOf(name, parts.taken))}:${isNumber ? '' : '"'}`),
    );
    const all = { ...parts, names, isTaken: finderOf(parts.taken), end: bytesOf(`${parts.fields}}\n`) };
    this.#sources.set(source, all);
    return all;
  }
}

const QUOTE = 0x22;

const COMMA = 0x2c;

/** What stands before a member of an object that gets another name. */
const PARSED = Buffer.from(',"parsed.');

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

const writeDigits = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = 0x30 + Math.floor(value / 100);
  bytes[at + 1] = 0x30 + (Math.floor(value / 10) % 10);
  bytes[at + 2] = 0x30 + (value % 10);
};

/** Tells whether bytes are one of the names. */
const finderOf = (names: ReadonlySet<string>) => {
  const byLength: Uint8Array[][] = [];
  for (const name of names) {
    const bytes = bytesOf(name);
    byLength[bytes.length] = [...(byLength[bytes.length] ?? []), bytes];
  }
  return (bytes: Uint8Array, start: number, end: number): boolean => {
    for (const name of byLength[end - start] ?? []) if (isSame(bytes, start, end, name)) return true;
    return false;
  };
};

/** What a line itself calls by a name that is taken is under `parsed.`. */
const nameOf = (name: string, taken: ReadonlySet<string>): string =>
  taken.has(name) ? `parsed.${name}` : name;

const parsedFields = (parsed: NonNullable<LogEntry['parsed']>, taken: ReadonlySet<string>): string => {
  for (const name in parsed) if (taken.has(name)) return renamedFields(parsed, taken);
  // At once: a call for each name and value takes twice as long.
  const text = JSON.stringify(parsed);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
};

const renamedFields = (parsed: NonNullable<LogEntry['parsed']>, taken: ReadonlySet<string>): string =>
  Object.entries(parsed)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `,${JSON.stringify(nameOf(name, taken))}:${JSON.stringify(value)}`)
    .join('');
