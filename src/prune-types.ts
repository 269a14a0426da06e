// Run by the build: `node src/prune-types.ts ENTRY` removes the declarations beside and below ENTRY that it does not
// refer to, and empty folders.
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const REFERENCE = /(?:from|import\()\s*['"](\.[^'"]+)\.[jt]s['"]/g;

const reached = new Set<string>();

const follow = (file: string): void => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(REFERENCE))
    follow(join(dirname(file), `${path}.d.ts`));
};

const prune = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path);
    else if (!reached.has(path)) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
};

const entry = process.argv[2];
if (entry === undefined) throw new Error('usage: node src/prune-types.ts ENTRY');
follow(join(entry));
prune(dirname(join(entry)));
