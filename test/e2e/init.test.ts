import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const FILE = 'sidecars.config.ts';

/** Prints what it was started with and ends. */
const SHOW = 'console.log(JSON.stringify([process.argv.slice(2), process.env.SHOWN ?? null]))';

interface Written extends Outcome {
  readonly config: string;
}

const run = hostCommands();

/** What `init` wrote, which `check` must find right. */
const initialised = async (
  project: Project,
  env: Readonly<Record<string, string>> = {},
): Promise<Written> => {
  const outcome = await run(['init'], project.folder);
  expect(outcome).toMatchObject({ code: 0, stdout: '' });
  const checked = await run(['check'], project.folder, env);
  const config = await readFile(project.path(FILE), 'utf8');
  expect(checked, config).toMatchObject({ code: 0, stderr: '' });
  return { ...outcome, config };
};

/** The start order and what each waits for, as `graph` reads it from the config. */
const graphOf = async (project: Project, env: Readonly<Record<string, string>> = {}) => {
  const { stdout } = await run(['graph', '--format', 'json'], project.folder, env);
  const { processes } = JSON.parse(stdout) as {
    processes: ReadonlyArray<{
      name: string;
      role: string;
      dependsOn: ReadonlyArray<Record<string, unknown>>;
    }>;
  };
  return Object.fromEntries(
    processes.map(({ name, role, dependsOn }) => [
      name,
      `${role}: ${dependsOn.map(({ process, condition }) => `${process} ${condition}`).join(', ')}`,
    ]),
  );
};

const COMPOSE = `
name: Shop_App
x-env: &env
  LOG_LEVEL: \${LOG_LEVEL:-debug}
  QUOTES: 'it''s "quoted" \${NOPE}'
services:
  web:
    build: .
    command: sh -c "echo $$HOME && exec node server.js --title 'a  b'"
    ports: ["21987:21987", "21988:21988/udp"]
    environment:
      <<: *env
      DATABASE_URL: postgres://postgres:\${DB_PASS:-secret}@db.example.com:5432/postgres?sslmode=disable
      REDIS_URL: redis://redis_cache:6379/0
      TEMPLATE: 'literal $\${ports.x.y} and $$5'
      NEEDED: \${NEEDED:?must be set}
    depends_on:
      tools: { condition: service_started, restart: true }
      migrate: { condition: service_completed_successfully }
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:21987/healthz"]
      interval: 1m30s
    networks: [front]
  migrate:
    build: .
    command: ["node", "-e", "console.log(\\"it's \${LOG_LEVEL:-x}\\")"]
    env_file: [missing.env]
  worker_1:
    build: ./worker
    command: >
      node
      worker.js
      --queue "high priority"
    restart: on-failure:3
    profiles: [jobs]
    depends_on: [web]
  tools:
    image: node:22
    command: node -e "setTimeout(() => {}, 1e6)"
    ports: ["21990-21991:21990-21991", "127.0.0.1:8000-8200:8000-8200"]
    stop_grace_period: 1m30s
    develop:
      watch:
        - { path: ./tools, action: sync+restart, target: /app, ignore: [node_modules/] }
        - { path: ./page, action: sync, target: /page }
    volumes: ["tool_data:/data"]
`;

describe('a Compose file', () => {
  it('gives the services that can run here, wired to each other on this machine', async () => {
    await using project = await Project.create({ 'compose.yaml': COMPOSE, 'worker/worker.js': '' });

    const { stderr, config } = await initialised(project, { NEEDED: 'x' });

    expect(await graphOf(project, { NEEDED: 'x' })).toEqual({
      migrate: 'init: ',
      tools: 'sidecar: ',
      web: 'primary: tools started, migrate completed',
      'worker-1': 'sidecar: web ready',
    });
    expect(stderr).toContain('wrote sidecars.config.ts from compose.yaml: primary web');
    for (const said of [
      "the ports '127.0.0.1:8000-8200:8000-8200', a range of 201",
      'web: networks:',
      'tools: its volume tool_data is not at /data here; its folder is ${volumes.tool-data}',
      'migrate: its env file missing.env does not exist yet, and is optional',
    ]) {
      expect(stderr).toContain(said);
      expect(config).toContain(said);
    }
    for (const written of [
      "name: 'Shop_App'",
      '@db.example.com:5432/postgres?sslmode=disable',
      "NEEDED: '${env.NEEDED}'",
      "TEMPLATE: 'literal $${ports.x.y} and $5'",
      "LOG_LEVEL: ({ env }) => env.LOG_LEVEL || 'debug'",
      "readiness: { http: '/healthz', period: '90s', timeout: '30s' }",
      "grace: '90s'",
      "watch: { paths: ['tools'], ignore: ['tools/node_modules/'] }",
      "// 'worker_1' in compose.yaml",
    ]) {
      expect(config).toContain(written);
    }
  });

  it('gives a config whose names and wiring are checked by TypeScript', async () => {
    await using project = await Project.create({
      'compose.yaml': COMPOSE,
      'worker/worker.js': '',
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2024',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
        },
        files: [FILE],
      }),
      'node_modules/.keep': '',
    });
    await initialised(project, { NEEDED: 'x' });
    await symlink(REPOSITORY, project.path('node_modules/sidecarctl'));

    const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
      'package.json',
      'bin/tsc',
    );
    const types = promisify(execFile)(process.execPath, [tsc, '-p', project.folder]);

    await expect(types).resolves.toMatchObject({ stdout: '' });
  });

  it('has its app started with just the words and values that the container had', async () => {
    const words = ['a  b', "it's", '"q"', '$5', '${ports.x.y}', '`x`', 'back\\slash', 'ü'];
    await using project = await Project.create({
      'show.mjs': SHOW,
      'compose.yaml': JSON.stringify({
        services: {
          app: {
            build: '.',
            command: [
              'node',
              'show.mjs',
              ...words.map((word) => word.replaceAll('$', '$$$$')),
              '${UNSET:-x y}',
            ],
            environment: { SHOWN: words.join(' ').replaceAll('$', '$$$$') },
          },
        },
      }),
    });
    await initialised(project);

    const { stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);

    expect(stdout, stderr).toContain(`| ${JSON.stringify([[...words, 'x y'], words.join(' ')])}\n`);
  });

  it('with nothing that can run here is reported, and gives no config', async () => {
    await using project = await Project.create({
      'compose.yaml': 'services: { box: { image: ubuntu, command: sleep infinity } }',
    });

    const { code, stderr } = await run(['init'], project.folder);

    expect(code).toBe(2);
    expect(stderr).toContain('found nothing to start from');
    expect(stderr).toContain('box: it only keeps its container open');
    expect(await treeOf(project.folder)).toEqual(['compose.yaml']);
  });
});

describe('a process-compose file', () => {
  it('gives its processes with their conditions, probes, restarts and stops', async () => {
    await using project = await Project.create({
      'process-compose.yaml': `
version: "0.5"
environment: ["A=1", "URL=http://\${HOST:-localhost}:8080"]
vars: { PORT: 4000 }
processes:
  db_init:
    command: |
      set -euo pipefail
      if [[ -f x ]]; then echo "it's"; fi
  api:
    command: "exec node server.js --port {{.PORT}} --pid $$$$"
    depends_on:
      db_init: { condition: process_completed_successfully }
      cache: { condition: process_log_ready }
    readiness_probe: { http_get: { host: 127.0.0.1, port: 4000, path: healthz }, period_seconds: 5 }
    liveness_probe: { exec: { command: "true" } }
    availability: { restart: on_failure, max_restarts: 3, backoff_seconds: 2, exit_on_end: true }
    shutdown: { signal: 2, timeout_seconds: 5 }
    namespace: backend
  cache:
    command: echo "ready to [serve]"; sleep 100
    watch: { debounce: 500ms, paths: [{ path: ./src, include: ["*.ts", "a/b.js"], exclude: ["*.test.ts"] }] }
    ready_log_line: 'ready to \\[serve\\]'
  off:
    command: sleep 1
    disabled: true
    is_elevated: true
`,
    });

    const { stderr, config } = await initialised(project);

    expect(await graphOf(project)).toEqual({
      'db-init': 'init: ',
      cache: 'sidecar: ',
      off: 'sidecar: ',
      api: 'primary: db-init completed, cache ready',
    });
    expect(stderr).toContain('off: is_elevated: a process runs as you');
    for (const written of [
      "URL: ({ env }) => `http://${env.HOST || 'localhost'}:8080`",
      "command: 'exec node server.js --port 4000 --pid $$'",
      "'bash',",
      'readiness: { log: /ready to \\[serve\\]/u }',
      "readiness: { http: 'http://127.0.0.1:4000/healthz', period: '5s' }",
      "liveness: { exec: 'true', period: '10s' }",
      "stop: { signal: 'SIGINT', grace: '5s' }",
      "paths: ['src/**/*.ts', 'src/a/b.js']",
      "ignore: ['src/**/*.test.ts']",
      "debounce: '500ms'",
      "limit: { restarts: 3, within: '1h' }",
      'autostart: false',
      '// namespace backend',
    ]) {
      expect(config).toContain(written);
    }
  });
});

describe('a Procfile', () => {
  it('gives web as the primary, release as an init task, and the ports that its runners give', async () => {
    await using project = await Project.create({
      Procfile: `# the app\nworker_a: env Q=* node worker.js "it's"\nweb: node server.js -p $PORT\nrelease: node migrate.js\n`,
      '.env': 'X=1\n',
    });

    const { config } = await initialised(project);

    expect(await graphOf(project)).toEqual({
      release: 'init: ',
      'worker-a': 'sidecar: ',
      web: 'primary: release completed, worker-a ready',
    });
    expect(config).toContain("envFile: '.env'");
    expect(config).toContain('ports: { http: 5100 }');
  });

  it.each([
    ['beside other processes', 'web: node server.js -p $PORT\nworker: node worker.js\n'],
    ['alone', 'web: node server.js -p $PORT\n'],
  ])('%s offers HTTPS in front of its app, for who takes the slashes away', async (_, text) => {
    await using project = await Project.create({ Procfile: text });
    const { config } = await initialised(project);
    const offer =
      / {2}\/\/ ((?:sidecars: \{ )?edge: \{ use: 'ambassador', with: \{ to: 'web', tls: true \} \}.*)/;
    expect(config).toMatch(offer);
    await project.write('offered.config.ts', config.replace(offer, '  $1'));
    const { stdout } = await run(['graph', '-c', 'offered.config.ts'], project.folder);
    expect(stdout).toContain('edge (sidecar: ambassador)');
  });

  it('is passed over for the one for development', async () => {
    await using project = await Project.create({ Procfile: 'web: true', 'Procfile.dev': 'web: false\n' });

    expect((await initialised(project)).config).toContain("command: 'false'");
  });
});

describe('a package.json', () => {
  it('gives the app by its script, and what runs beside it, with its package manager', async () => {
    const scripts = {
      build: 'tsc',
      start: 'node dist',
      dev: 'vite',
      worker: 'node worker.js',
      'dev:css': 'tailwind -w',
      'db:migrate': 'x migrate',
      docker: 'docker compose up -d',
      'test:watch': 'vitest',
    };
    await using project = await Project.create({
      'package.json': JSON.stringify({ name: '@acme/shop', scripts }),
      'pnpm-lock.yaml': '',
    });

    await project.write('bin/pnpm', '#!/bin/sh\n', 0o755);
    const env = { PATH: `${project.path('bin')}:${process.env['PATH']}` };

    const { stderr, config } = await initialised(project, env);

    expect(await graphOf(project)).toEqual({ worker: 'sidecar: ', app: 'primary: worker ready' });
    expect(config).toContain("name: 'shop'");
    expect(config).toContain("command: 'pnpm run dev'");
    for (const script of ['dev:css', 'db:migrate', 'docker'])
      expect(stderr).toContain(`the script '${script}'`);
    expect(stderr).not.toContain('test:watch');
  });

  it('is joined with the services of a Compose file, which know the app’s surroundings', async () => {
    await using project = await Project.create({
      'package.json': JSON.stringify({ scripts: { dev: 'node server.js' } }),
      'compose.yml': `
services:
  app: { build: ., command: node dist/server.js, environment: { TOOLS: 'http://tools:21992/' }, depends_on: [tools] }
  tools: { image: node, command: node tools.js, ports: ['21992:21992'] }
`,
    });

    const { config } = await initialised(project);

    expect(await graphOf(project)).toEqual({ tools: 'sidecar: ', app: 'primary: tools ready' });
    expect(config).toContain("command: 'npm run dev'");
    expect(config).toContain("TOOLS: 'http://127.0.0.1:${ports.tools.main}/'");
  });
});

describe('a config that is there', () => {
  it.each([
    [FILE, 'export default {};'],
    ['.sidecarsrc.yaml', '{}'],
    ['package.json', '{"sidecars":{},"scripts":{"dev":"x"}}'],
  ])('is not written over: %s', async (name, text) => {
    await using project = await Project.create({ Procfile: 'web: a', [name]: text });

    const { code, stdout, stderr } = await run(['init'], project.folder);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`there is already a config: ${name}; --force overwrites it`);
    expect(await readFile(project.path(name), 'utf8')).toBe(text);
    expect(await treeOf(project.folder)).toHaveLength(2);
  });

  it('is written over with --force', async () => {
    await using project = await Project.create({ Procfile: 'web: a', [FILE]: 'old' });

    expect(await run(['init', '--force'], project.folder)).toMatchObject({ code: 0 });
    expect(await readFile(project.path(FILE), 'utf8')).toContain("command: 'a'");
  });

  it('further up is another pod’s', async () => {
    await using project = await Project.create({ [FILE]: 'export default {};', 'api/Procfile': 'web: a' });

    expect(await run(['init', '--cwd', 'api'], project.folder)).toMatchObject({ code: 0 });
    expect(await readFile(project.path('api', FILE), 'utf8')).toContain("command: 'a'");
  });
});

describe('init', () => {
  it('prints the config with --dry-run and writes nothing', async () => {
    await using project = await Project.create({ Procfile: 'web: a' });

    const { code, stdout, stderr } = await run(['init', '--dry-run'], project.folder);

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('would write sidecars.config.ts'),
    });
    expect(stdout).toContain("command: 'a'");
    expect(await treeOf(project.folder)).toEqual(['Procfile']);
  });

  it('takes only the file of --from, with paths seen from the folder of the config', async () => {
    await using project = await Project.create({
      Procfile: 'web: a',
      'deploy/services.yaml': 'services: { api: { build: ./api, command: node api.js, env_file: api.env } }',
      'deploy/api/api.js': '',
      'deploy/api.env': '',
    });

    const outcome = await run(['init', '--from', 'deploy/services.yaml'], project.folder);
    const config = await readFile(project.path(FILE), 'utf8');

    expect(outcome).toMatchObject({ code: 0 });
    expect(config).toContain("cwd: 'deploy/api'");
    expect(config).toContain("envFile: 'deploy/api.env'");
    expect(await run(['check'], project.folder)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['nothing to start from', {}, [], 'found nothing to start from'],
    [
      'a source that is not there',
      {},
      ['--from', 'no.yaml'],
      'no.yaml cannot be read: there is no such file',
    ],
    ['a source that is no YAML', { 'compose.yaml': 'a: [' }, [], 'compose.yaml cannot be read: '],
    ['a package.json that is no JSON', { 'package.json': '{' }, [], 'package.json cannot be read: '],
  ])('refuses %s', async (_what, files, args, says) => {
    await using project = await Project.create(files);

    const { code, stdout, stderr } = await run(['init', ...args], project.folder);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(await treeOf(project.folder)).toEqual(Object.keys(files));
  });
});
