import { expect, test } from 'vitest';
import { requirementText } from '../../src/report/requirement-text.ts';

const failure = {
  kind: 'no-version',
  process: 'web',
  program: 'sh',
  range: '>=1',
  asked: 'sh -c :',
  within: 10_000,
} as const;

test.each([
  [null, 'no answer within 10s'],
  ['', 'it prints nothing'],
  ['\u001b[2Jhello', '\\x1b[2Jhello'],
])('a program that answers %j to the question for its version is reported with that', (answer, expected) => {
  expect(requirementText({ ...failure, answer })).toBe(
    `web requires sh >=1, but 'sh -c :' tells no version (${expected}); ` +
      'set args of the requirement to the arguments that print it',
  );
});
