import { expect, it } from 'vitest';
import { findSlotProblems } from '../../../src/config/schema/schema-problems.ts';
import { problemsOf } from '../support.ts';

it.each([
  ['an argument', { primary: { command: ['echo', 'a\0b'] } }, 'primary.command'],
  ['a shell line', { primary: { command: 'echo a\0b' } }, 'primary.command'],
  ['a variable of a process', { primary: { command: 'x', env: { A: 'a\0b' } } }, 'primary.env.A'],
  ['a variable of the pod', { env: { A: 'a\0b' }, primary: { command: 'x' } }, 'env.A'],
  ['a folder', { primary: { command: 'x', cwd: 'a\0b' } }, 'primary.cwd'],
  ['a hook', { primary: { command: 'x', preStop: 'a\0b' } }, 'primary.preStop'],
])('a NUL character in %s is refused before anything starts', (_, config, field) => {
  const problems = problemsOf(config);
  expect(problems).toContain(field);
  expect(problems).toContain(
    'contains a NUL character, which no argument, variable or path can contain: remove it.',
  );
});

it('a NUL character in a value that a function returns is refused', () => {
  expect(findSlotProblems('environment', { A: 'a\0b' }, ['primary', 'env'])).toEqual([
    { kind: 'nul-character', path: ['primary', 'env', 'A'] },
  ]);
});

it('a pattern that a function returns may hold one', () => {
  expect(findSlotProblems('log', 'a\0b', ['primary', 'readiness', 'log'])).toEqual([]);
});

it('a log probe may look for a NUL character', () => {
  expect(problemsOf({ primary: { command: 'x', readiness: { log: 'a\0b' } } })).toBe('no problem');
});
