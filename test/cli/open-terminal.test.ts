import { expect, test } from 'vitest';
import { openTerminal } from '../../src/cli/open-terminal.ts';

test('a call on a terminal that has been closed is no error of the pod', () => {
  openTerminal();
  for (const stream of [process.stdin, process.stdout])
    expect(() => stream.emit('error', new Error('setRawMode EIO'))).not.toThrow();
});
