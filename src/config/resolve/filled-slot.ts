import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { Slot } from '../schema/parts.ts';

export interface FilledSlot {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

/** Values that break no rule, for slots whose own value is not known. */
export const standIns: Readonly<Record<Slot, unknown>> = {
  command: ['true'],
  args: [],
  image: 'image',
  path: '.',
  environment: {},
  variable: '',
  http: 'http://127.0.0.1/',
  tcp: 1,
  grpc: 1,
  log: 'x',
  content: '',
};
