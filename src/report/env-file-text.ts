import type { EnvFileRemark } from '../model/env-file.ts';
import type { EnvFileError } from '../model/failures/config-problem.ts';

/** Says why an env file cannot be read, and what to write instead. */
export const envFileErrorText = (error: EnvFileError): string => {
  switch (error.kind) {
    case 'unclosed-quote':
      return `the quote that opens the value of ${error.name} is never closed.`;
    case 'bad-name':
      return `'${shortened(error.text)}' does not begin with a variable's name and '='.`;
    case 'bad-template':
      return (
        `the value of ${error.name} has a '$' that begins no variable: '${shortened(error.text)}'. ` +
        'Write $$ for a dollar, or put the value in single quotes.'
      );
    case 'required-variable':
      return `${error.name} must be set${error.message === '' ? '' : `: ${error.message}`}.`;
    default:
      return error satisfies never;
  }
};

/** Says how a line of an env file is read when it looks as if it meant something else. */
export const envFileRemarkText = (remark: EnvFileRemark): string => {
  const { name } = remark;
  switch (remark.kind) {
    case 'comment':
      return `'${shortened(remark.cut)}' after the value of ${name} is read as a comment; quote the value to keep it.`;
    case 'hash-kept':
      return `the '#' is part of ${name}: a comment needs a space before it.`;
    case 'after-quote':
      return `'${shortened(remark.text)}' after the closing quote is not part of ${name}.`;
    case 'inner-quote':
      return `the quotes inside the value of ${name} are part of it; quote the whole value, or leave them out.`;
    case 'backticks':
      return `the backticks are part of ${name}; use single or double quotes.`;
    case 'swallowed-line':
      return `the quoted value of ${name} continues over line ${remark.swallowed}, which looks like a variable; is a closing quote missing?`;
    case 'unset-variable':
      return `${name} refers to ${remark.variable}, which is not set, so it is empty there; single quotes keep a '$' literal.`;
    case 'no-value':
      return `${name} has no value here and is not set in the environment, so it is left out.`;
    case 'set-twice':
      return `${name} is also set in line ${remark.first}; this line wins.`;
    default:
      return remark satisfies never;
  }
};

const LONGEST = 40;

/** A few characters show which line is meant: values may be long, and may be secrets. */
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
