import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columnOf } from '../../src/config/schema/process-fields.ts';

export const watchingPath = fileURLToPath(new URL('../../docs/watching.md', import.meta.url));

const onReload: Readonly<Record<string, string>> = columnOf('onReload');

/** `docs/watching.md`, where a row that begins with fields of a process gets all fields that a reload treats the same. */
export const watchingPage = (): string =>
  readFileSync(watchingPath, 'utf8').replaceAll(/^\| `(\w+)`, (?:`\w+`, )*/gm, (row, first: string) => {
    const alike = Object.keys(onReload).filter((field) => onReload[field] === onReload[first]);
    return first in onReload ? `| ${alike.map((field) => `\`${field}\`, `).join('')}` : row;
  });
