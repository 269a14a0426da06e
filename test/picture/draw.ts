// The pictures of the docs, drawn from real runs of the demo pod and of fixtures/observability: `npm run picture` writes docs/*.svg.
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/deadline.ts';
import { Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { toSvg } from './svg.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['/', '/products', '/products/1', '/nowhere'];

const DEMO = `export { default } from './demo.ts';`;
const WITH_CONSOLE = `
import demo from './demo.ts';

export default {
  ...demo,
  sidecars: { ...demo.sidecars, console: { command: 'node', tty: true, dependsOn: ['shop'] } },
};
`;

const TYPED = [
  'const shop = `http://127.0.0.1:${process.env.SHOP_SERVICE_PORT}`',
  'const products = await fetch(`${shop}/products`).then((answer) => answer.json())',
  'products.map(({ name }) => name)',
];

const drawDashboard = async (): Promise<void> => {
  await using project = await demoProject(DEMO);
  await using terminal = new PseudoTerminal(['dev'], { cwd: project.folder, columns: 120, rows: 28 });
  await terminal.shows(/ambassador +ready/);
  // The log of all is pinned: its oldest lines, which name folders of this machine, are scrolled away.
  terminal.type('aPa6');
  await terminal.shows(/pinned/);
  await terminal.shows(/https:\/\/127\.0\.0\.1:\d+\/ /);
  const port = /https:\/\/127\.0\.0\.1:(\d+)\/ /.exec(terminal.rows.join('\n'))?.[1];
  for (let round = 0; round < 4; round += 1) await visit(port);
  terminal.type('2');
  await terminal.shows(/collects log lines/);
  process.kill(Number(/pid (\d+), up/.exec(terminal.rows.join('\n'))?.[1]), 'SIGKILL');
  await terminal.shows(/restarted/);
  await visit(port);
  await terminal.shows(/aggregator +ready[\s\S]*restarted/);
  // CPU and memory are sampled once a second.
  await terminal.shows(/pid \d+, up \ds, \d+% cpu/);
  await draw(terminal, 'dashboard.svg', { title: 'The dashboard of the demo pod' });
};

const drawConsole = async (): Promise<void> => {
  await using project = await demoProject(WITH_CONSOLE);
  await using terminal = new PseudoTerminal(['dev'], { cwd: project.folder, columns: 120, rows: 22 });
  await terminal.shows(/console +ready/);
  terminal.type('7I');
  await terminal.shows(/leaves console/);
  await prompt(terminal);
  for (const line of TYPED) {
    terminal.type(`${line}\r`);
    await prompt(terminal);
  }
  terminal.type('products.filter(');
  await terminal.shows(/products\.filter\([\s\S]*waits for input/);
  await draw(terminal, 'interactive.svg', {
    title: 'A Node.js REPL beside the demo pod, with all keys of the dashboard',
    cursor: true,
  });
};

const drawTrace = async (): Promise<void> => {
  await using project = await Project.create({});
  for (const name of ['fixtures', 'node_modules']) await symlink(`${ROOT}/${name}`, project.path(name));
  const args = ['dev', '-c', 'fixtures/observability/sidecars.config.ts'];
  await using terminal = new PseudoTerminal(args, { cwd: project.folder, columns: 120, rows: 22 });
  await terminal.shows(/edge +ready/);
  terminal.type('9');
  await terminal.shows(/── edge ─[\s\S]*http:\/\/127\.0\.0\.1:\d+\/ /);
  const port = /http:\/\/127\.0\.0\.1:(\d+)\/ /.exec(terminal.rows.join('\n'))?.[1];
  // The third one is an error first, and has a span for each try.
  for (const product of [7, 8, 9])
    await fetch(`http://127.0.0.1:${port}/products/${product}`).then((answer) => answer.text());
  terminal.type('W');
  await terminal.shows(/3 traces[\s\S]*GET \/products\/9/);
  terminal.type('\r');
  await terminal.shows(/9 spans[\s\S]*log lines of the trace[\s\S]*INFO counted/);
  for (let down = 0; down < 6; down += 1) terminal.type('j');
  await terminal.shows(/> +stock GET/);
  await draw(terminal, 'trace.svg', {
    title: 'A trace on the dashboard, with the log lines of its services',
  });
};

const demoProject = async (config: string): Promise<Project> => {
  const demo = await readFile(`${ROOT}/sidecars.config.ts`, 'utf8');
  const project = await Project.create({ 'demo.ts': demo, 'sidecars.config.ts': config });
  for (const name of ['fixtures', 'node_modules']) await symlink(`${ROOT}/${name}`, project.path(name));
  return project;
};

const visit = async (port: string | undefined): Promise<void> => {
  for (const path of PAGES) {
    // Nobody here trusts the certificate of the demo.
    const asking = get({ host: '127.0.0.1', port, path, rejectUnauthorized: false });
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
  }
};

const prompt = (terminal: PseudoTerminal): Promise<void> =>
  eventually('an empty prompt', () => {
    const row = terminal.rows[terminal.screen.buffer.active.cursorY] ?? '';
    return /│> *$/.test(row);
  });

const draw = async (
  terminal: PseudoTerminal,
  file: string,
  options: Parameters<typeof toSvg>[1],
): Promise<void> => {
  await writeFile(new URL(`../../docs/${file}`, import.meta.url), toSvg(terminal.screen, options));
  terminal.type('\u001d\u0003');
  await terminal.exit();
};

await drawDashboard();
await drawConsole();
await drawTrace();
