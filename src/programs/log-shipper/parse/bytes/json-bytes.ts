import { LEVEL, MESSAGE, TIME } from '../from-fields.ts';
import { severityOf } from '../severity.ts';
import { timeOf } from '../time.ts';
import type { ByteParser, Told } from './byte-parser.ts';
import { isSame } from './find-bytes.ts';
import { JsonScanner } from './json-scanner.ts';
import { MOST_MEMBERS, newObjectPlaces, OF_MEMBER } from './object-places.ts';
import { newRequestPlaces } from './request-places.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const NINE = 0x39;

type Role = 'message' | 'time' | 'level';

/** A name that means something. Of those of a role, the first one that is there counts. */
interface Meaning {
  readonly name: Uint8Array;
  readonly role: Role;
  readonly rank: number;
}

const meaningsOf = (role: Role, names: readonly string[]): readonly Meaning[] =>
  names.map((name, rank) => ({ name: new TextEncoder().encode(name), role, rank }));

const MEANINGS = [
  ...meaningsOf('message', MESSAGE),
  ...meaningsOf('time', TIME),
  ...meaningsOf('level', LEVEL),
];

/** The meanings of names of each length. */
const BY_LENGTH = Array.from({ length: 16 }, (_, length) =>
  MEANINGS.filter(({ name }) => name.length === length),
);

const NONE = 99;

/** Finds the members of an object of JSON that can be sent with the bytes that it has. What is written otherwise is left to `parseJson`. */
export class JsonBytes implements ByteParser {
  readonly request = newRequestPlaces();
  readonly object = newObjectPlaces();
  readonly #scanner = new JsonScanner((nameStart, nameEnd, valueStart, valueEnd) =>
    this.#add(nameStart, nameEnd, valueStart, valueEnd),
  );
  readonly #ranks = { message: NONE, time: NONE, level: NONE };
  #bytes: Buffer = Buffer.alloc(0);

  read(bytes: Buffer, start: number, end: number): Told {
    const { object } = this;
    this.#bytes = bytes;
    object.length = 0;
    object.message = -1;
    object.time = null;
    object.severity = 0;
    this.#ranks.message = NONE;
    this.#ranks.time = NONE;
    this.#ranks.level = NONE;
    return this.#scanner.read(bytes, start, end) ? 'object' : 'unsure';
  }

  #add(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): boolean {
    const { places, length } = this.object;
    if (length === MOST_MEMBERS) return false;
    const at = OF_MEMBER * length;
    places[at] = nameStart;
    places[at + 1] = nameEnd;
    places[at + 2] = valueStart;
    places[at + 3] = valueEnd;
    this.object.length += 1;
    const meaning = meaningOf(this.#bytes, nameStart, nameEnd);
    return meaning === null || this.#take(meaning, length, valueStart, valueEnd);
  }

  /** False: the value has to be decoded to be understood. */
  #take({ role, rank }: Meaning, member: number, start: number, end: number): boolean {
    if (rank > this.#ranks[role]) return true;
    const isText = this.#bytes[start] === QUOTE;
    if (role === 'message') {
      if (!isText) return true;
      this.object.message = member;
    } else {
      if (isText && !isPlain(this.#bytes, start + 1, end - 1)) return false;
      const value = isText ? this.#text(start + 1, end - 1) : this.#number(start, end);
      if (role === 'time') this.object.time = timeOf(value);
      else this.object.severity = severityOf(value);
    }
    this.#ranks[role] = rank;
    return true;
  }

  /** `null`: it is something else. */
  #number(start: number, end: number): number | null {
    const first = this.#bytes[start] as number;
    return first < MINUS || first > NINE ? null : Number(this.#text(start, end));
  }

  #text(start: number, end: number): string {
    return this.#bytes.toString('latin1', start, end);
  }
}

const meaningOf = (bytes: Uint8Array, start: number, end: number): Meaning | null => {
  for (const meaning of BY_LENGTH[end - start] ?? [])
    if (isSame(bytes, start, end, meaning.name)) return meaning;
  return null;
};

/** Text of ASCII that needs no escape, and is as short as a time or a level. */
const isPlain = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1)
    if ((bytes[at] as number) >= 0x80 || bytes[at] === BACKSLASH) return false;
  return end - start <= 64;
};
