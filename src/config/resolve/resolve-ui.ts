import type { UiSpec } from '../../model/pod-spec.ts';
import type { UiConfig } from '../types.ts';

export const resolveUi = ({ keys = {}, theme = {}, ...choices }: UiConfig = {}): UiSpec => ({
  ...choices,
  keys: Object.fromEntries(Object.entries(keys).map(([action, given]) => [action, listed(given)])),
  theme: typeof theme === 'string' ? { base: theme } : { ...theme },
});

const listed = (keys: string | readonly string[]): readonly string[] =>
  typeof keys === 'string' ? [keys] : keys;
