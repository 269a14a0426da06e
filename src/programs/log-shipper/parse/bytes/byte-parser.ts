import type { ObjectPlaces } from './object-places.ts';
import type { RequestPlaces } from './request-places.ts';

/** What a line is: text alone, a request of a web server's log, an object of JSON, or what only its parser can tell. */
export type Told = 'text' | 'request' | 'object' | 'unsure';

/** Tells what a line has without making anything of it. Where it is sure, the parser of texts says the same. */
export interface ByteParser {
  /** Reads a line of UTF-8, from its first byte to before its last one. */
  read(bytes: Buffer, start: number, end: number): Told;
  /** Where the fields of the last request are, and the members of the last object. */
  readonly request: RequestPlaces;
  readonly object: ObjectPlaces;
}
