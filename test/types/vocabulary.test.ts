import { expectTypeOf, test } from 'vitest';
import type { ProcessState } from '../../src/core/process-state.ts';
import type { StateName } from '../../src/model/vocabulary.ts';

test('every state has its word, and every word its state', () => {
  expectTypeOf<StateName>().toEqualTypeOf<ProcessState['is']>();
});
