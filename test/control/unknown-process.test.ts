import { expect, test } from 'vitest';
import { unknownProcessText } from '../../src/control/unknown-process.ts';

const processes = ['db', 'web-1', 'web-2'].map((name) => ({ name, app: name === 'db' ? null : 'web' }));

test('an unknown process is told with the name that was probably meant, and with those that there are', () => {
  expect(unknownProcessText(['wbe', 'dv', 'zookeeper'], processes)).toBe(
    'there is no process wbe (did you mean web?), dv (did you mean db?), zookeeper; there are db, web-1, web-2',
  );
});
