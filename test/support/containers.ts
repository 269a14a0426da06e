import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ContainerEngineName } from '../../src/model/container-engines.ts';
import { inFull } from './in-full.ts';
import { isInstalled } from './installed.ts';

const IN_CI = process.env['CI'] !== undefined && process.env['CI'] !== '';

/** Those whose daemon may be missing have none in CI only where it could not be started: DOCKER_HOST says that it was. */
export const canRun = (engine: ContainerEngineName): boolean => {
  if (!isInstalled('busybox')) return false;
  if (IN_CI && (engine === 'podman' || process.env['DOCKER_HOST'] !== undefined)) return true;
  return spawnSync(engine, ['ps', '--quiet'], { stdio: 'ignore' }).status === 0;
};

/** Tests that hold for every engine, and take long, run with both of them in full. `containers.test.ts` always does. */
export const TRIED_ENGINES = inFull ? (['podman', 'docker'] as const) : (['podman'] as const);

/** No registry has it. Files of tests run beside each other, and each removes its own. */
export const IMAGE = `sidecarctl-test:${randomUUID()}`;

const APPLETS = 'sh cat echo sleep wget httpd test touch seq true kill mkdir mv rm nc setsid env nohup'.split(
  ' ',
);

/** Makes an image of Debian's static busybox, in half a second. */
export const makeImage = (engine: ContainerEngineName): void => {
  const root = mkdtempSync(join(tmpdir(), 'sidecarctl-image-'));
  for (const folder of ['bin', 'tmp', 'etc', 'proc', 'dev', 'sys']) mkdirSync(join(root, folder));
  cpSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(root, 'bin', applet));
  const archive = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 100_000_000 });
  const words = ['import', '--change', 'ENV PATH=/bin', '--change', 'VOLUME /anonymous', '-', IMAGE];
  execFileSync(engine, words, { input: archive, stdio: ['pipe', 'ignore', 'pipe'] });
  rmSync(root, { recursive: true });
};

export const removeImage = (engine: ContainerEngineName): void => {
  spawnSync(engine, ['rmi', '--force', IMAGE], { stdio: 'ignore' });
};

/** The image is there during the tests of a file. */
export const withImage = (engine: ContainerEngineName): void => {
  beforeAll(() => makeImage(engine));
  afterAll(() => removeImage(engine));
};

interface ImageContent {
  /** Programs of this machine, with the libraries that they load. */
  readonly programs: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly command?: readonly string[];
}

/** Makes an image of programs that are installed here, before the tests of a file. */
export const withImageOf = (engine: ContainerEngineName, image: string, content: ImageContent): void => {
  const { programs, files = {}, folders = [], command = [] } = content;
  beforeAll(() => {
    const root = mkdtempSync(join(tmpdir(), 'sidecarctl-image-'));
    const put = (source: string, path: string): void => {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      copyFileSync(realpathSync(source), join(root, path));
    };
    for (const folder of ['tmp', 'proc', 'dev', 'sys', ...folders])
      mkdirSync(join(root, folder), { recursive: true });
    for (const program of programs) {
      const path = execFileSync('which', [program], { encoding: 'utf8' }).trim();
      put(path, join('bin', program));
      for (const [library = ''] of execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/\/\S+/g))
        put(library, library);
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const archive = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 200_000_000 });
    const changes = ['ENV PATH=/bin', ...(command.length === 0 ? [] : [`CMD ${JSON.stringify(command)}`])];
    const words = ['import', ...changes.flatMap((change) => ['--change', change]), '-', image];
    execFileSync(engine, words, { input: archive, stdio: ['pipe', 'ignore', 'pipe'] });
    rmSync(root, { recursive: true });
  });
  afterAll(() => {
    spawnSync(engine, ['rmi', '--force', image], { stdio: 'ignore' });
  });
};

/** Containers of a run of sidecarctl, by the process: those of other tests do not count. */
export const containersOf = (engine: ContainerEngineName, runId: string): readonly string[] => {
  const filter = `label=sidecarctl.run=${runId}`;
  const format = '{{.Names}}';
  const words = ['ps', '--all', '--filter', filter, '--format', format];
  return execFileSync(engine, words, { encoding: 'utf8' }).split('\n').filter(Boolean);
};
