import type { SourceFormat } from '../options.ts';
import { formatOf, keyOf, parseText, plainCopy } from './parse.ts';

/**
 * An object of texts by their names, nested at each `/`: `db/main.json` is `{ db: { main: … } }`. Throws if two names
 * mean the same key.
 */
export const namedValues = async (
  texts: Iterable<readonly [name: string, text: string]>,
  parse: SourceFormat | null,
): Promise<unknown> => {
  const root: Tree = new Map();
  for (const [name, text] of texts) {
    const path = name.split('/').filter((part) => part !== '');
    const last = path.pop();
    if (last === undefined) continue;
    const value = await parsed(name, text, parse);
    const folder = path.reduce<Tree>((tree, part) => folderIn(tree, keyOf(part), name), root);
    const key = keyOf(last);
    if (folder.has(key)) throw new Error(`'${name}' and another name are both '${key}' in a template`);
    folder.set(key, value);
  }
  return plainCopy(objectOf(root));
};

type Tree = Map<string, unknown>;

const parsed = async (name: string, text: string, parse: SourceFormat | null): Promise<unknown> => {
  try {
    return await parseText(text, parse ?? formatOf(name) ?? 'text');
  } catch (error) {
    throw new Error(`'${name}': ${(error as Error).message}`);
  }
};

const folderIn = (tree: Tree, key: string, name: string): Tree => {
  const known = tree.get(key) ?? new Map<string, unknown>();
  if (!(known instanceof Map)) throw new Error(`'${name}' lies below a name that has a value`);
  tree.set(key, known);
  return known;
};

const objectOf = (tree: Tree): object =>
  Object.fromEntries([...tree].map(([key, value]) => [key, value instanceof Map ? objectOf(value) : value]));
