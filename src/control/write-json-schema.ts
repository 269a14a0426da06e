// Run by the build: node src/control/write-json-schema.ts OUTFILE
import { writeFileSync } from 'node:fs';
import { controlJsonSchema } from './output-schemas.ts';

const outFile = process.argv[2];
if (outFile === undefined) throw new Error('usage: node src/control/write-json-schema.ts OUTFILE');
writeFileSync(outFile, `${JSON.stringify(controlJsonSchema(), null, 2)}\n`);
