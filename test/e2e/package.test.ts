import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../support/command-line.ts';
import { Project } from '../support/project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => join(root, 'node_modules/.bin', name);

const run = async (file: string, args: readonly string[], cwd: string): Promise<string> => {
  const env = { ...cleanEnvironment(), NO_COLOR: '1', npm_config_loglevel: 'error' };
  const { stdout } = await promisify(execFile)(file, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
};

/** What a user gets: nothing is downloaded, as the package depends on nothing. */
describe('the packed package', () => {
  let project: Project;
  let tarball: string;

  beforeAll(async () => {
    project = await Project.create({ 'package.json': '{ "type": "module", "private": true }' });
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project.folder], root);
    const [name = ''] = (await readdir(project.folder)).filter((entry) => entry.endsWith('.tgz'));
    tarball = project.path(name);
    await run(
      'npm',
      ['install', '--offline', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', tarball],
      project.folder,
    );
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test('runs its command in an empty project', async () => {
    await project.write(
      'sidecars.config.ts',
      `import { defineConfig } from 'sidecarctl';
export default defineConfig({ primary: { command: 'echo it runs' } });`,
    );
    const command = project.path('node_modules/.bin/sidecarctl');
    expect(await run(process.execPath, [command, 'up', '--ui', 'plain'], project.folder)).toBe(
      'primary    | it runs\n',
    );
  });

  test('starts a pod from a program, and its types compile there', async () => {
    const program = `import { PodError, startPod } from 'sidecarctl';
const pod = await startPod({ name: 'packed', primary: { name: 'web', command: 'sleep 600', ports: { http: 'auto' }, readiness: false } });
await pod.ready();
const port: number = pod.ports.web.http;
const { exitCode } = await pod.stop();
const error = await startPod({ primary: { command: '' } }).catch((reason: unknown) => reason);
console.log(port > 0, exitCode, error instanceof PodError && error.failure.kind);
`;
    await project.write('program.ts', program);
    expect(await run(process.execPath, ['program.ts'], project.folder)).toBe('true 0 config\n');
    const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
    const strict = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2024,esnext.disposable',
    ];
    const example = /^```ts\n(import \{ startPod \}.*?)^```$/ms.exec(
      await readFile(join(root, 'README.md'), 'utf8'),
    );
    await project.write('readme.ts', example?.[1] ?? 'the README has no example');
    const files = ['program.ts', 'readme.ts'];
    await run(bin('tsc'), [...strict, '--skipLibCheck', 'false', ...types, ...files], project.folder);
  });

  test('has the declarations of what is public, and no others', async () => {
    const files = (await run('tar', ['tzf', tarball], root)).split('\n');
    const declarations = files
      .filter((file) => file.endsWith('.d.ts'))
      .map((file) => file.slice('package/dist/types/'.length));
    expect(declarations.sort()).toEqual([
      'config/infer.d.ts',
      'config/observe/config-refresh.d.ts',
      'config/observe/log-outputs.d.ts',
      'config/observe/log-shipper.d.ts',
      'config/observe/log-sink.d.ts',
      'config/observe/metrics-adapter.d.ts',
      'config/observe/metrics-push.d.ts',
      'config/observe/monitor.d.ts',
      'config/observe/telemetry.d.ts',
      'config/ports-of.d.ts',
      'config/prometheus.d.ts',
      'config/quantities.d.ts',
      'config/ready-made.d.ts',
      'config/traffic.d.ts',
      'config/types.d.ts',
      'config/wiring-types.d.ts',
      'control/pod-event-json.d.ts',
      'control/pod-snapshot.d.ts',
      'index.d.ts',
      'library/pod-error.d.ts',
      'library/running-pod.d.ts',
      'library/start-pod.d.ts',
      'model/above-limit.d.ts',
      'model/alert.d.ts',
      'model/container-engines.d.ts',
      'model/failures/config-problem.d.ts',
      'model/failures/container-failure.d.ts',
      'model/failures/isolation-failure.d.ts',
      'model/failures/log-expectation.d.ts',
      'model/failures/metrics-expectation.d.ts',
      'model/failures/port-failure.d.ts',
      'model/failures/refresh-expectation.d.ts',
      'model/failures/requirement-failure.d.ts',
      'model/failures/shipper-expectation.d.ts',
      'model/failures/storage-failure.d.ts',
      'model/failures/traffic-expectation.d.ts',
      'model/failures/unsupported-failure.d.ts',
      'model/log-layouts.d.ts',
      'model/log-times.d.ts',
      'model/terminal-size.d.ts',
      'model/usage-details.d.ts',
      'model/vocabulary.d.ts',
    ]);
    const internal = files.filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'));
    expect(internal).toEqual([]);
  });

  test('has the docs, and source maps that lead from its code to the sources', async () => {
    const files = (await run('tar', ['tzf', tarball], root)).split('\n');
    for (const file of [
      'docs/guide.md',
      'docs/dashboard.svg',
      'CHANGELOG.md',
      'SECURITY.md',
      'dist/web/page.js',
    ])
      expect(files).toContain(`package/${file}`);
    const folder = project.path('node_modules/sidecarctl/dist/chunks');
    const chunk = (await readdir(folder)).find((name) => /^run-pod-.*\.cjs$/.test(name)) ?? '';
    const lines = (await readFile(join(folder, chunk), 'utf8')).split('\n');
    const map = new SourceMap(JSON.parse(await readFile(join(folder, `${chunk}.map`), 'utf8')));
    const sources = new Set<string>();
    for (const [line, text] of lines.entries())
      for (const { 0: name, index } of text.matchAll(
        /(?<=\.)(?:minimumGrace|failureThreshold|successThreshold)\b/g,
      )) {
        const entry = map.findEntry(line, index);
        if (!('originalSource' in entry)) continue;
        const source = join(root, 'dist/chunks', entry.originalSource);
        const original = (await readFile(source, 'utf8')).split('\n')[entry.originalLine] ?? '';
        expect(original).toContain(name);
        sources.add(source);
      }
    expect(sources.size).toBeGreaterThan(2);
  });

  test('weighs at most 3.1 MB, most of which are these files', async () => {
    const folder = project.path('node_modules/sidecarctl');
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const weights = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [relative(folder, path), gzipSync(await readFile(path)).length] as const;
        }),
    );
    const heaviest = weights.toSorted(([, one], [, other]) => other - one).slice(0, 30);
    const list = heaviest.map(([file, bytes]) => `${bytes} ${file}`).join('\n');
    expect((await stat(tarball)).size, `packed bytes of the heaviest files:\n${list}`).toBeLessThan(
      3_100_000,
    );
    const heavyCode = heaviest.filter(([file, bytes]) => /\.c?js$/.test(file) && bytes > 56_000);
    expect(heavyCode.map(([file]) => file.replace(/-.{8}\.(c?js)$/, '.$1')).sort()).toEqual([
      'dist/chunks/ink-keys.js',
      // X.509 certificates, of the command; below it, those of the programs.
      'dist/chunks/issue.js',
      'dist/chunks/run-pod.cjs',
      // The MCP server.
      'dist/chunks/serve.js',
      'dist/programs/chunks/certificates.js',
      'dist/programs/chunks/certificates.js',
      'dist/programs/chunks/grpc.js',
      'dist/programs/chunks/undici.js',
      'dist/web/page.js',
    ]);
  });

  test('is in order for every way of importing it', async () => {
    await run(bin('publint'), [tarball, '--strict'], root);
    await run(bin('attw'), [tarball, '--profile', 'esm-only'], root);
  });
});
