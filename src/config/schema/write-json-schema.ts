// Run by the build: node src/config/schema/write-json-schema.ts OUTFILE
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from './json-schema.ts';

const outFile = process.argv[2];
if (outFile === undefined) throw new Error('usage: node src/config/schema/write-json-schema.ts OUTFILE');
writeFileSync(outFile, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
