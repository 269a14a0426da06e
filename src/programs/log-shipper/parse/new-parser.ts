import type { ParseOptions, PatternOptions } from '../options.ts';
import { autoParser } from './auto.ts';
import { parseCombined } from './combined.ts';
import { parseJson } from './json.ts';
import { parseLogfmt } from './logfmt.ts';
import type { Parser } from './parsed.ts';
import { patternParser } from './pattern.ts';
import { syslogParser } from './syslog.ts';

/** `null`: lines stay as they are. */
export const newParser = (options: ParseOptions, now: () => number): Parser | null => {
  switch (options.kind) {
    case 'none':
      return null;
    case 'json':
      return parseJson;
    case 'logfmt':
      return parseLogfmt;
    case 'combined':
      return parseCombined;
    case 'syslog':
      return syslogParser(now);
    case 'auto':
      return autoParser(syslogParser(now));
    case 'pattern':
      return patternParser(patternOf(options.pattern));
  }
};

/** A state of its own from call to call would make every other line match. */
export const patternOf = ({ source, flags }: PatternOptions): RegExp =>
  new RegExp(source, flags.replaceAll(/[gy]/g, ''));
