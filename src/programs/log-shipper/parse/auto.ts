import { parseCombined } from './combined.ts';
import { parseJson } from './json.ts';
import { parseLogfmt } from './logfmt.ts';
import type { Parsed, Parser } from './parsed.ts';

/** A first word that is a pair: `level=info`. */
const BEGINS_AS_LOGFMT = /^[A-Za-z_][\w.@-]*=/;

/** What may be a request of a web server's log. */
const HAS_REQUEST = /\] "/;

/** Tells the format of each line by its first characters. A line of none is as it is. */
export const autoParser =
  (parseSyslog: Parser): Parser =>
  (line): Parsed | null => {
    switch (line.charCodeAt(0)) {
      case 0x7b: // {
        return parseJson(line);
      case 0x3c: // <
        return parseSyslog(line);
      default:
        if (BEGINS_AS_LOGFMT.test(line)) return parseLogfmt(line);
        return HAS_REQUEST.test(line) ? parseCombined(line) : null;
    }
  };
