import { expect, test } from 'vitest';
import { endText } from '../../../src/supervisor/reading/end-text.ts';
import { LOOPS } from '../../../src/supervisor/reading/messages.ts';

interface End {
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  readonly toldOfMemory?: boolean;
}

test.each<readonly [what: string, end: End, says: RegExp]>([
  ['loops', { code: LOOPS }, /does not end: it loops/],
  ['exits', { code: 0 }, /exit code 0.*remove what ends it/],
  ['takes all memory that Node has', { signal: 'SIGABRT', toldOfMemory: true }, /needs more memory/],
  ['kills itself', { signal: 'SIGKILL' }, /SIGKILL: by the config itself, or by the system/],
  ['crashes Node', { signal: 'SIGSEGV' }, /SIGSEGV: Node, or a package/],
  ['is sent a signal', { signal: 'SIGTERM' }, /SIGTERM, sent by the config or by something else/],
])('the end of the process that reads a config says what the config did: it %s', (_, end, says) => {
  const { code = null, signal = null, toldOfMemory = false } = end;
  expect(endText(code, signal, toldOfMemory)).toMatch(says);
});
