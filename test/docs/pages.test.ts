import { chmod, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI } from '../support/command-line.ts';
import { isInstalled } from '../support/installed.ts';
import { Project } from '../support/project.ts';
import { type DocBlock, type DocSection, readPage } from './doc-page.ts';
import { RunningBlock } from './running-block.ts';

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

describe.each([
  ...[
    'guide.md',
    'compared.md',
    'migrating.md',
    'sidecars/ambassador.md',
    'sidecars/certificates.md',
    'sidecars/egress.md',
  ],
  ...['sidecars/faults.md', 'sidecars/metrics-adapter.md', 'sidecars/monitor.md'],
  'sidecars/prometheus.md',
  'sidecars/telemetry.md',
  'web.md',
  'sidecars/config-refresh.md',
  'sidecars/log-shipper.md',
  'sidecars/log-sink.md',
])('%s', (name) => {
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
