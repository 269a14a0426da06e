import { parseTemplate, plainText, type Template, UnknownInterpolation } from './template.ts';

/** Reads text with variables. Text that cannot be read is kept as it is and reported as a loss. */
export const interpolated = (text: string, reportLoss: (sentence: string) => void): string | Template => {
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
export const interpolatedNow = (text: string, reportLoss: (sentence: string) => void): string => {
  const value = interpolated(text, reportLoss);
  if (typeof value === 'string') return value;
  reportLoss(`the variables in '${text}' were replaced with their current values`);
  return fill(value);
};

const fill = ({ parts }: Template): string =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.kind === 'port') return '';
      const value = process.env[part.name];
      const missing = part.operator.startsWith(':') ? !value : value === undefined;
      if (part.operator.endsWith('+')) return missing ? '' : fill(part.word);
      return missing ? fill(part.word) : (value ?? '');
    })
    .join('');
