import { expect, test } from 'vitest';
import { soak } from '../soak/soak.ts';
import { inFull } from '../support/in-full.ts';

const LENGTH = inFull ? { restarts: 150, seconds: 5 } : { restarts: 50, seconds: 2 };

test('a pod whose processes are killed all the time loses no line, holds on to nothing and stops clean', async () => {
  const result = await soak({ seed: 4, writers: 5, ...LENGTH });
  expect(result.wrong).toEqual([]);
  expect({ code: result.code, complaints: result.complaints, left: result.left }).toEqual({
    code: 0,
    complaints: '',
    left: [],
  });
  const [, second = 0, , last] = result.descriptors;
  expect(last).toBeLessThanOrEqual(second);
}, 240_000);
