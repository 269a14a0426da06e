// Run by the build: node src/sidecars/write-json-schema.ts OUTFILE
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../config/schema/json-schema.ts';
import { PRESETS } from './presets.ts';

const outFile = process.argv[2];
if (outFile === undefined) throw new Error('usage: node src/sidecars/write-json-schema.ts OUTFILE');
writeFileSync(outFile, `${JSON.stringify(configJsonSchema(PRESETS), null, 2)}\n`);
