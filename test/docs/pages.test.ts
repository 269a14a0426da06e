import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { Project } from '../support/project.ts';
import { type DocBlock, type DocSection, readPage } from './doc-page.ts';

const page = (name: string): readonly DocSection[] =>
  readPage(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)));

const NOT_ROOT = 'a user other than root';

const isMissing = (need: string): boolean =>
  need === NOT_ROOT ? process.getuid?.() === 0 : !isInstalled(need);

/** A folder of a reader's, beside which the page may make another. */
const prepare = async (files: Readonly<Record<string, string>>): Promise<Project> => {
  const project = await Project.create({
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`shop/${name}`, text])),
    'bin/sidecarctl': `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`,
  });
  await chmod(project.path('bin/sidecarctl'), 0o755);
  await mkdir(project.path('shop'), { recursive: true });
  return project;
};

/** Runs a block as a reader would, in a shell of its own group that Ctrl-C can be sent to. */
class RunningBlock {
  readonly child: ChildProcess;
  output = '';
  #wake: () => void = () => undefined;

  constructor(project: Project, script: string) {
    const env = cleanEnvironment();
    const node = dirname(process.execPath);
    const path = [project.path('bin'), node, env['PATH']].join(delimiter);
    this.child = spawn('sh', ['-e', '-c', script], {
      cwd: project.path('shop'),
      env: { ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
  }

  async shows(texts: readonly string[]): Promise<void> {
    const wait = async (): Promise<void> => {
      while (!texts.every((text) => this.output.includes(text))) {
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
    };
    await withDeadline(`the output ${texts.join(', ')}`, wait(), () => this.output);
  }

  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), 'SIGINT');
  }

  async exitCode(): Promise<number | null> {
    const [code] = (await withDeadline('the block to end', once(this.child, 'close'), () => this.output)) as [
      number,
    ];
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    process.kill(-(this.child.pid ?? 0), 'SIGTERM');
    await closed;
  }
}

const runBlock = async (project: Project, block: DocBlock): Promise<void> => {
  for (const [name, text] of Object.entries(block.files)) await project.write(`shop/${name}`, text);
  // One that is interrupted has to be what the shell has become, for its exit code to be the shell's.
  const script = block.untilInterrupted ? block.script.replace(/^(?=sidecarctl)/m, 'exec ') : block.script;
  await using running = new RunningBlock(project, script);
  const ended = running.exitCode();
  if (block.untilInterrupted) {
    await Promise.race([running.shows(block.shows), ended]);
    running.interrupt();
  }
  expect(await ended, running.output).toBe(0);
  for (const text of block.shows) expect(running.output).toContain(text);
};

describe.each(['guide.md', 'compared.md'])('%s', (name) => {
  for (const { title, files, blocks } of page(name)) {
    const missing = [...new Set(blocks.flatMap(({ needs }) => needs))].filter(isMissing);
    if (blocks.length > 0) {
      const lacking = missing.length === 0 ? '' : ` (not run here: it needs ${missing.join(', ')})`;
      it.skipIf(missing.length > 0)(`${title}: its commands do what it says${lacking}`, async () => {
        await using project = await prepare({});
        for (const block of blocks) await runBlock(project, block);
      });
    }
    if (blocks.length > 0 && missing.length > 0) {
      it(`${title}: its config is right`, async () => {
        await using project = await prepare(files);
        const script = 'sidecarctl graph';
        await runBlock(project, { script, files, needs: [], untilInterrupted: false, shows: [] });
      });
    }
  }
});
