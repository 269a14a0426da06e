import type { Labels } from '../../exposition/sample.ts';
import { formatValue } from '../api/format-value.ts';

/** `{{ $labels.job }}` and `{{ $value }}` in a text of a rule: the parts of Prometheus' templates that are here. */
export const filledText = (text: string, labels: Labels, value: number): string =>
  text.replace(/\{\{\s*\$(?:labels\.(\w+)|value)\s*\}\}/g, (_, label?: string) =>
    label === undefined ? formatValue(value) : (labels.get(label) ?? ''),
  );
