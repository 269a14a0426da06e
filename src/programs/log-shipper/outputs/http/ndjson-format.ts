import { newNdjson } from '../json/ndjson.ts';
import type { HttpFormat } from './http-transport.ts';

/** One JSON object a line. */
export const ndjsonFormat = (): HttpFormat => {
  const lines = newNdjson();
  return { encode: (batch) => ({ data: lines.encode(batch), type: 'application/x-ndjson' }) };
};
