import { ndjsonOf } from '../ndjson.ts';
import type { HttpFormat } from './http-transport.ts';

/** One JSON object a line. */
export const ndjsonFormat: HttpFormat = {
  encode: (entries) => ({ data: Buffer.from(ndjsonOf(entries)), type: 'application/x-ndjson' }),
};
