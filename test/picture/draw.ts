// The pictures of the docs, drawn from real runs of the demo pod: `npm run picture` writes docs/*.svg.
import { readFile, symlink, writeFile } from 'node:fs/promises';
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
  terminal.type('aPa5');
  await terminal.shows(/pinned/);
  const port = /http:\/\/127\.0\.0\.1:(\d+)\/ /.exec(terminal.rows.join('\n'))?.[1];
  await visit(port);
  terminal.type('2');
  await terminal.shows(/│aggregator: batch/);
  process.kill(Number(/pid (\d+), up/.exec(terminal.rows.join('\n'))?.[1]), 'SIGKILL');
  await terminal.shows(/restarted/);
  await visit(port);
  await terminal.shows(/restarted[\s\S]*│aggregator: batch/);
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

const demoProject = async (config: string): Promise<Project> => {
  const demo = await readFile(`${ROOT}/sidecars.config.ts`, 'utf8');
  const project = await Project.create({ 'demo.ts': demo, 'sidecars.config.ts': config });
  for (const name of ['fixtures', 'node_modules']) await symlink(`${ROOT}/${name}`, project.path(name));
  return project;
};

const visit = async (port: string | undefined): Promise<void> => {
  for (const page of PAGES) await fetch(`http://127.0.0.1:${port}${page}`).then((answer) => answer.text());
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
