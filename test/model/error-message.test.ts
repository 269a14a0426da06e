import { expect, test } from 'vitest';
import { errorMessage } from '../../src/model/error-message.ts';

test('the message of an error is its own, or its name where it has none', () => {
  expect(errorMessage(new Error('no space left'))).toBe('no space left');
  expect(errorMessage(new RangeError())).toBe('RangeError');
});

test('an AggregateError without a message has those of its errors', () => {
  const errors = [new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')];
  expect(errorMessage(new AggregateError(errors))).toBe(
    'connect ECONNREFUSED ::1:80, connect ECONNREFUSED 127.0.0.1:80',
  );
  expect(errorMessage(new AggregateError(errors, 'All promises were rejected'))).toBe(
    'All promises were rejected',
  );
});

test('what is thrown and is no error has a message too', () => {
  expect(errorMessage('a text')).toBe('a text');
  expect(errorMessage(404)).toBe('it threw 404');
  expect(errorMessage(undefined)).toBe('it threw undefined');
  expect(errorMessage(Object.create(null))).toBe('it threw something that cannot be shown');
});

test('a message that throws, or has no end, is made harmless', () => {
  const trap = new Error('trap');
  Object.defineProperty(trap, 'message', {
    get: () => {
      throw trap;
    },
  });
  expect(errorMessage(trap)).toBe('it threw something that cannot be shown');
  expect(errorMessage(new Error('x'.repeat(1e6)))).toHaveLength(2_000);
  const circle = new AggregateError([]);
  circle.errors.push(circle);
  expect(errorMessage(circle)).toBe('AggregateError');
});
