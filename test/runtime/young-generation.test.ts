import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { inFull } from '../support/in-full.ts';

const MODULE = new URL('../../src/runtime/young-generation.ts', import.meta.url).href;

/** In a process of its own, as V8's flags are the whole process's; `litter` makes objects, of which many survive. */
const PREPARED = `
import { mock } from 'node:test';
import { getHeapSpaceStatistics } from 'node:v8';
import { boundYoungGeneration, holdYoungGeneration } from ${JSON.stringify(MODULE)};
const space = () => getHeapSpaceStatistics().find((one) => one.space_name === 'new_space').space_size / 2 ** 20;
const litter = () => {
  let kept = [];
  for (let at = 0; at < 4_000_000; at++) {
    if (kept.length > 200_000) kept = [];
    kept.push({ at });
  }
};
const growTo = (megabytes) => {
  const kept = [];
  while (space() < megabytes) kept.push({ at: kept.length });
};
const say = () => process.stdout.write(space() + ' ');
`;

/** The megabytes that the script says. */
const sizes = (script: string): number[] => {
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', PREPARED + script], {
    encoding: 'utf8',
  });
  return out.trim().split(' ').map(Number);
};

/** Each of them fills the heap for some seconds. */
describe.runIf(inFull)("the heap's space for new objects", () => {
  test('grows past 32 MiB when nobody bounds it', () => {
    const [grown] = sizes('litter(); litter(); say();');
    expect(grown).toBeGreaterThan(32);
  });

  test('stays as large as it is from 16 MiB on, and grows again when it is let go', () => {
    const [bounded = 0, later = 0, free] = sizes(`
      growTo(16); const free = boundYoungGeneration(); say(); litter(); say(); free(); litter(); litter(); say();`);
    expect(bounded).toBeGreaterThanOrEqual(16);
    expect(later).toBeLessThan(bounded * 1.5);
    expect(free).toBeGreaterThan(bounded * 1.5);
  });

  test('is looked at every five seconds', () => {
    const [early = 0, later] = sizes(`
      mock.timers.enable({ apis: ['setInterval'] });
      boundYoungGeneration(); growTo(16); say(); mock.timers.tick(5_000); litter(); litter(); say();`);
    expect(early).toBeGreaterThanOrEqual(16);
    expect(later).toBeLessThan(early * 1.5);
  });

  test('does not grow while a work is held that litters, and not before the last of them is done', () => {
    const [start = 0, both, one, none] = sizes(`
      const first = holdYoungGeneration(); const second = holdYoungGeneration();
      say(); litter(); say(); first(); litter(); say(); second(); litter(); litter(); say();`);
    // A few pages more or less while it is collected.
    expect(both).toBeLessThan(start + 8);
    expect(one).toBeLessThan(start + 8);
    expect(none).toBeGreaterThan(32);
  });
});
