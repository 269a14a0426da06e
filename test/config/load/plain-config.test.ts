import { expect, test } from 'vitest';
import { plainConfig } from '../../../src/config/load/plain-config.ts';

test('objects and lists are copied, and everything else is what it was', () => {
  const command = () => 'x';
  const log = /ready/;
  const config = { a: [1, null, undefined, { b: 'c' }], command, log, when: new Date(0) };
  const copied = plainConfig(config);
  expect(copied).toEqual({ ok: true, value: config });
  expect(copied.ok && (copied.value as typeof config).command).toBe(command);
  expect(copied.ok && (copied.value as typeof config).log).toBe(log);
});

test('a getter is read once', () => {
  let reads = 0;
  const config = {
    get primary() {
      reads += 1;
      return { command: `${reads}` };
    },
  };
  const copied = plainConfig(config);
  expect(JSON.stringify(copied)).toBe('{"ok":true,"value":{"primary":{"command":"1"}}}');
  expect(reads).toBe(1);
});

test('a key that would change the prototype stays a key', () => {
  const copied = plainConfig(JSON.parse('{"__proto__": {"command": 42}}'));
  expect(copied.ok && Object.keys(copied.value as object)).toEqual(['__proto__']);
});

test('what refers to itself, or is nested without end, is refused', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  for (const config of [circle, deep])
    expect(plainConfig(config)).toEqual({
      ok: false,
      problem: { kind: 'too-large', what: 'depth', limit: 100 },
    });
});

test('more processes than any machine runs are refused before each is looked at', () => {
  const sidecars = Object.fromEntries(
    Array.from({ length: 50_001 }, (_, index) => [`p${index}`, { command: 'x' }]),
  );
  expect(plainConfig({ sidecars })).toEqual({
    ok: false,
    problem: { kind: 'too-large', what: 'processes', limit: 50_000 },
  });
});

test('lists of lists of the same list are counted as what they stand for', () => {
  let bomb: unknown = ['x'];
  for (let level = 0; level < 30; level += 1) bomb = Array.from({ length: 10 }, () => bomb);
  const before = performance.now();
  for (const config of [bomb, new Array(1e9), { list: new Array(2_000_000).fill(0) }])
    expect(plainConfig(config)).toMatchObject({ ok: false, problem: { what: 'values' } });
  expect(performance.now() - before).toBeLessThan(10_000);
});
