import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';

/** True if the content of a `.ts` or `.js` file is an ES module, whatever its package says. */
export const isWrittenAsModule = (file: string): boolean => {
  try {
    const source = readFileSync(file, 'utf8');
    return isModule(extname(file) === '.ts' ? stripTypeScriptTypes(source) : source);
  } catch {
    // Node explains better why it cannot be read, or is not TypeScript.
    return false;
  }
};

/**
 * Decides as Node does for a package without a type: code that fails as CommonJS because of module syntax is a module.
 */
const isModule = (source: string): boolean => {
  // Loaded late: few configs need this check.
  const { compileFunction } = process.getBuiltinModule('node:vm');
  try {
    compileFunction(source.replace(HASHBANG, ''), COMMONJS_NAMES);
    return false;
  } catch (error) {
    return ONLY_IN_MODULES.test((error as Error).message);
  }
};

const HASHBANG = /^#!.*/;
const COMMONJS_NAMES = ['exports', 'require', 'module', '__filename', '__dirname'];
const ONLY_IN_MODULES =
  /^(?:Cannot use import statement|Unexpected token 'export'|Cannot use 'import\.meta'|await is only valid)|^Identifier '(?:exports|require|module|__filename|__dirname)' has already/;
