import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/** By path. Nothing else is served, so no path can lead out of the folder. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const FILES = [
  ['', 'index.html', 'text/html; charset=utf-8'],
  ['page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['page.css', 'page.css', 'text/css; charset=utf-8'],
  ['icon.svg', 'icon.svg', 'image/svg+xml'],
] as const;

/** Reads the page from the folder of the build (a URL with a slash at its end). */
export const readPageFiles = (folder: string): PageFiles =>
  new Map(
    FILES.map(([path, file, type]) => {
      const bytes = readFileSync(fileURLToPath(new URL(file, folder)));
      return [path, { bytes, type }];
    }),
  );
