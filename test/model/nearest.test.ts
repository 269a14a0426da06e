import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/model/nearest.ts';

describe('the nearest name', () => {
  it.each([
    ['mian', ['metrics', 'main'], 'main'],
    ['rediss', ['redis', 'web'], 'redis'],
    ['Redis', ['redis', 'web'], 'redis'],
    ['dependson', ['dependsOn', 'description'], 'dependsOn'],
    ['a', ['b'], 'b'],
    ['commnad', ['command', 'comment'], 'command'],
  ])('of %s in %j is %s', (found, known, expected) => {
    expect(nearest(found, known)).toBe(expected);
  });

  it.each([
    ['postgres', ['redis', 'web']],
    ['ab', ['xy']],
    ['redis', []],
  ])('of %s in %j is none', (found, known) => {
    expect(nearest(found, known)).toBeNull();
  });
});
