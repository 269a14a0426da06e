import type { Variables } from '../../model/env-file.ts';
import type { ReportLoss } from './losses.ts';
import { parseTemplate, plainText, type Template, UnknownInterpolation } from './template.ts';

/** Reads text with variables. Text that cannot be read is kept as it is and reported as a loss. */
export const interpolated = (text: string, reportLoss: ReportLoss): string | Template => {
  try {
    const template = parseTemplate(text);
    return plainText(template) ?? template;
  } catch (error) {
    if (!(error instanceof UnknownInterpolation)) throw error;
    reportLoss(error.message);
    return text;
  }
};

/** Reads text with variables where a config cannot have any: the current values are used. */
export const interpolatedNow = (text: string, variables: Variables, reportLoss: ReportLoss): string => {
  const value = interpolated(text, reportLoss);
  if (typeof value === 'string') return value;
  const filled = fill(value, variables);
  reportLoss(`the variables in '${text}' are those of now: ${filled === '' ? 'nothing' : filled}`);
  return filled;
};

const fill = ({ parts }: Template, variables: Variables): string =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind !== 'variable') return '';
      const value = variables[part.name] ?? undefined;
      const missing = part.operator.startsWith(':') ? !value : value === undefined;
      if (part.operator.endsWith('+')) return missing ? '' : fill(part.word, variables);
      return missing ? fill(part.word, variables) : (value ?? '');
    })
    .join('');
