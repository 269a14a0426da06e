import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const NAMES = ['cache', 'db', 'api'];

/** Selects `cache`. Each process has some lines. */
const opened = () => {
  const pod = new FakePod(NAMES.map((name) => processSnapshot({ name })));
  for (const name of NAMES) for (let at = 0; at < 40; at++) pod.write(name, `${name} line ${at}\n`);
  const dashboard = new PureDashboard(pod).press('1');
  dashboard.frame();
  return dashboard;
};

describe('output calls for a new frame', () => {
  test('if the log on the screen is that of its process', () => {
    const dashboard = opened();
    expect(dashboard.hasMore).toBe(false);
    dashboard.pod.write('cache', 'x\n');
    expect(dashboard.hasMore).toBe(true);
    dashboard.frame();
    expect(dashboard.hasMore).toBe(false);
  });

  test('if its process is pinned, or the log is of all processes', () => {
    const pinned = opened().press('2', 'P', '1');
    pinned.frame();
    pinned.pod.write('db', 'x\n');
    expect(pinned.hasMore).toBe(true);
    const merged = opened().press('a');
    merged.frame();
    merged.pod.write('api', 'x\n');
    expect(merged.hasMore).toBe(true);
  });

  test('of a process elsewhere is only counted', () => {
    const dashboard = opened();
    dashboard.pod.write('db', 'x\n');
    expect(dashboard.hasMore).toBe(false);
  });
});

const KEYS = ['j', 'k', 'P', 'tab', 'a', 'f', 'g', 'G', 'L', 'C', 'm', 'w', 't', 'd', '?', 'enter', 'escape'];

test('a frame that is not called for would look the same, whatever the screen shows', () => {
  const pressed = fc.array(fc.constantFrom(...KEYS), { maxLength: 8 });
  const written = fc.array(
    fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('x\n', 'ERROR y\n', 'a\nb\n', 'unfinished')),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(pressed, written), { maxLength: 4 }), (steps) => {
      const dashboard = opened();
      for (const [keys, lines] of steps) {
        const before = dashboard.press(...keys).frame().rows;
        for (const [name, text] of lines) dashboard.pod.write(name, text);
        if (!dashboard.hasMore) expect(dashboard.frame().rows).toEqual(before);
      }
    }),
    { numRuns: 200 },
  );
});
