import type { ReadingOptions } from '../../options.ts';
import { AutoBytes } from './auto-bytes.ts';
import type { ByteParser } from './byte-parser.ts';
import { CombinedBytes } from './combined-bytes.ts';
import { JsonBytes } from './json-bytes.ts';
import { newObjectPlaces } from './object-places.ts';
import { newRequestPlaces } from './request-places.ts';

/**
 * `null`: every line is made an entry of, for something in it may be redacted, or its format has to be decoded to be read.
 */
export const newByteParser = ({
  parse,
  redact,
}: Pick<ReadingOptions, 'parse' | 'redact'>): ByteParser | null => {
  if (redact.length > 0) return null;
  switch (parse.kind) {
    case 'none':
      return { read: () => 'text', request: newRequestPlaces(), object: newObjectPlaces() };
    case 'combined':
      return new CombinedBytes();
    case 'auto':
      return new AutoBytes();
    case 'json':
      return new JsonBytes();
    case 'logfmt':
    case 'syslog':
    case 'pattern':
      return null;
  }
};
