import type { ProgramFailure } from '../../src/model/failures/launch-failure.ts';

/** The failure of a launch whose program does not exist. */
export const notFound = (file = 'app'): ProgramFailure => ({
  kind: 'program',
  file,
  obstacle: { kind: 'not-found' },
});
