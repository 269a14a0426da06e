// npm run docs: writes the pages that are made of the code.
import { writeFileSync } from 'node:fs';
import { generatedPages } from './pages.ts';

for (const { path, make } of generatedPages) writeFileSync(path, await make());
