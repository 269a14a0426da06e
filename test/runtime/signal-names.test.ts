import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { signalName, signalNumber } from '../../src/runtime/signal-names.ts';

describe('a signal', () => {
  test.each(Array.from({ length: 64 }, (_, index) => index + 1))(
    '%i has a name that leads back to it',
    (number) => {
      expect(signalName(number)).toMatch(/^SIG[A-Z0-9]+(\+\d+)?$/);
      expect(signalNumber(signalName(number))).toBe(number);
    },
  );

  test('is called as Node calls it, where it does', () => {
    expect(signalName(constants.signals.SIGTERM)).toBe('SIGTERM');
    expect(signalNumber('SIGHUP')).toBe(constants.signals.SIGHUP);
  });

  test('that is a real-time signal is counted from the first of them', () => {
    expect([34, 36, 64].map(signalName)).toEqual(['SIGRTMIN+0', 'SIGRTMIN+2', 'SIGRTMIN+30']);
  });

  test('that is none has no number', () => {
    expect(signalNumber('SIGNONE')).toBe(0);
  });
});
