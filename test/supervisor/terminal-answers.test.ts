import { expect, test } from 'vitest';
import { TerminalAnswers } from '../../src/supervisor/terminal-answers.ts';

const NOW = 100_000;

const answering = () => {
  const answers = new TerminalAnswers();
  const answer = (viewer: string, { now = NOW, late = false, launchedAt = 0 } = {}) =>
    answers.takes({ process: 'shell', viewer, late }, launchedAt, now);
  return { answers, answer };
};

test('of two viewers who answer a program, one is heard, and the other one once that has gone', () => {
  const { answer } = answering();
  expect(answer('one')).toBe(true);
  expect(answer('other')).toBe(false);
  expect(answer('one')).toBe(true);
  expect(answer('other', { now: NOW + 3_000 })).toBe(true);
  expect(answer('one', { now: NOW + 3_000 })).toBe(false);
});

test('no viewer answers while a terminal is attached, which answers by itself', () => {
  const { answers, answer } = answering();
  const detach = answers.attach('shell');
  expect(answer('one')).toBe(false);
  detach();
  expect(answer('one')).toBe(true);
});

test('a question from before anybody looked is answered soon after the launch, and once', () => {
  const { answer } = answering();
  const launchedAt = NOW - 2_000;
  expect(answer('one', { late: true, launchedAt })).toBe(true);
  expect(answer('other', { late: true, launchedAt, now: NOW + 3_000 })).toBe(false);
  expect(answer('other', { late: true, launchedAt: NOW + 2_000, now: NOW + 3_000 })).toBe(true);
});

test('a question from long before anybody looked has no answer any more', () => {
  expect(answering().answer('one', { late: true })).toBe(false);
});
