import type { LossReason } from '../../config/resolve/symbolic/loss.ts';
import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import type { Loss } from '../form/losses.ts';

/** What the functions of a config lose, whatever the format. */
export const functionLosses = ({ losses }: SymbolicPod): readonly Loss[] =>
  losses.map(({ path, because }) => ({ process: null, field: path.join('.'), why: REASONS[because] }));

const REASONS: Readonly<Record<LossReason, string>> = {
  fails: 'the function fails with other ports and folders than those of this machine',
  computes: 'the function computes with a value that is another one elsewhere',
  decides: 'the function decides by a value that is another one elsewhere',
  'depends-on-unset': 'the function depends on whether a variable is set',
  'lists-variables': 'the function reads the whole environment, which is another one elsewhere',
  unresolved: 'the value is known only when a pod starts',
};
