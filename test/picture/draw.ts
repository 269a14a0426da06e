// The dashboard of the demo pod, drawn from a real run: `npm run picture` writes docs/dashboard.svg.
import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { toSvg } from './svg.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['/', '/products', '/products/1', '/nowhere'];

await using terminal = new PseudoTerminal(['dev'], { cwd: ROOT, columns: 120, rows: 28 });
await terminal.shows(/ambassador ready/);
const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(terminal.rows.join('\n'))?.[1];
for (const page of PAGES) await fetch(`http://127.0.0.1:${port}${page}`).then((answer) => answer.text());
// Of all, without the lines that name folders of this machine.
terminal.type('a&/: http/\r');
await terminal.shows('filter');
// CPU and memory are sampled once a second.
await terminal.shows(/\d+%/);
await setTimeout(200);
await writeFile(new URL('../../docs/dashboard.svg', import.meta.url), toSvg(terminal.screen));
terminal.type('\u0003');
await terminal.exit();
