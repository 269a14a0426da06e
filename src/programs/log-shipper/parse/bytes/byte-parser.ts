import type { RequestPlaces } from './request-places.ts';

/** What a line is: text alone, a request of a web server's log, or something that only its parser can tell. */
export type Told = 'text' | 'request' | 'unsure';

/** Tells what a line has without making anything of it. Where it is sure, the parser of texts says the same. */
export interface ByteParser {
  /** Reads a line of UTF-8, from its first byte to before its last one. */
  read(bytes: Uint8Array, start: number, end: number): Told;
  /** Where the fields of the last request are. */
  readonly request: RequestPlaces;
}
