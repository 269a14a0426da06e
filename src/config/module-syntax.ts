import { readFileSync } from 'node:fs';

/** Whether a `.ts` or `.js` file is an ES module by what stands in it, whatever its package says. */
export const isWrittenAsModule = (file: string): boolean => {
  try {
    const source = readFileSync(file, 'utf8');
    return IMPORTS_OR_EXPORTS.test(source) && !ASSIGNS_EXPORTS.test(source);
  } catch {
    // Node says better why it cannot be read.
    return false;
  }
};

const IMPORTS_OR_EXPORTS = /^[ \t]*(?:import(?:\s*["'{*]|\s+[\w$])|export(?:\s*[{*]|\s+[\w$]))/m;
const ASSIGNS_EXPORTS = /^[ \t]*(?:module\.exports|exports\.[\w$]+)\s*=/m;
