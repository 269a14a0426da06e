import { expect, test } from 'vitest';
import { aboveLimitText } from '../../src/report/above-limit-text.ts';

const MEBI = 1024 * 1024;
const memory = { resource: 'memory', used: 600 * MEBI, limit: 512 * MEBI } as const;
const cpu = { resource: 'cpu', used: 1.834, limit: 1 } as const;

test.each([
  [
    'memory at once',
    { ...memory, lasted: 0, action: 'warn' },
    'web uses 600 MiB of memory, above its limit of 512 MiB',
  ],
  [
    'cores for a while',
    { ...cpu, lasted: 10_000, action: 'restart' },
    'web uses 1.83 cores, above its limit of 1 core for 10s: watch restarts it',
  ],
  [
    'a small limit',
    { ...memory, limit: 100_000, lasted: 0, action: 'end' },
    'web uses 600 MiB of memory, above its limit of 0.095 MiB: watch stops it',
  ],
] as const)('a limit of %s', (_, facts, text) => {
  expect(aboveLimitText({ process: 'web', by: 'watch', ...facts })).toBe(text);
});
