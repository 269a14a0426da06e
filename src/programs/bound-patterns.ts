import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 give a regular expression that has backtracked 50,000 times to its other engine, whose time grows only with the
 * text: what a pattern of the config does to a hostile request or line would otherwise take for ever. Patterns with
 * backreferences, lookaround or the flags `i` and `u` stay as they are. Others cost the same as before (measured with those
 * of access logs and routes).
 * Source: https://v8.dev/blog/non-backtracking-regexp
 */
export const boundPatterns = (): void =>
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
