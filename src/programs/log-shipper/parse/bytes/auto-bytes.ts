import type { ByteParser, Told } from './byte-parser.ts';
import { CombinedBytes, findClose } from './combined-bytes.ts';
import { JsonBytes } from './json-bytes.ts';

const BRACE = 0x7b;
const LESS = 0x3c;
const EQUALS = 0x3d;

/** Tells the lines apart that `autoParser` does. Text and most requests and objects need no more; the others have to be decoded. */
export class AutoBytes implements ByteParser {
  readonly #combined = new CombinedBytes();
  readonly #json = new JsonBytes();
  readonly request = this.#combined.request;
  readonly object = this.#json.object;

  read(bytes: Buffer, start: number, end: number): Told {
    const first = bytes[start];
    if (start < end && first === BRACE) return this.#json.read(bytes, start, end);
    if (start < end && first === LESS) return 'unsure';
    if (beginsAsLogfmt(bytes, start, end)) return 'unsure';
    return findClose(bytes, start, end) === -1 ? 'text' : this.#combined.read(bytes, start, end);
  }
}

/** A first word that is a pair, such as `level=info`. */
const beginsAsLogfmt = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (start >= end || !IS_FIRST[bytes[start] as number]) return false;
  let at = start + 1;
  while (at < end && IS_OF_WORD[bytes[at] as number]) at += 1;
  return at < end && bytes[at] === EQUALS;
};

const matching = (pattern: RegExp): readonly boolean[] =>
  Array.from({ length: 256 }, (_, byte) => byte < 128 && pattern.test(String.fromCharCode(byte)));

const IS_FIRST = matching(/[A-Za-z_]/);
const IS_OF_WORD = matching(/[\w.@-]/);
