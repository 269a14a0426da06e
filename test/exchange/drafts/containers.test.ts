import { expect, test } from 'vitest';
import { draft, type Files } from './draft.ts';

const withEngine = (files: Files) =>
  draft(files, { from: 'deploy/compose.yaml', programs: ['node', 'redis-server', 'podman'] });

test('a service that cannot run here is a container where an engine is', async () => {
  const { config, leftOut } = await withEngine({
    'deploy/compose.yaml': `services:
  web:
    build: ../web
    command: node web.js
    depends_on: [api]
    environment: { DB: "postgres://u@db:5432/x", DB_HOST: db, DB_PORT: 5432 }
  db:
    image: postgres:17
    user: "999"
    volumes: ["data:/var/lib/postgresql/data", "./init:/docker-entrypoint-initdb.d", "./pg.conf:/etc/pg.conf", /tmp]
    environment: { POSTGRES_PASSWORD: x }
    healthcheck: { test: [CMD-SHELL, "pg_isready -U x"], interval: 5s, timeout: 5s }
    networks: [back]
  api:
    build: { context: ../api, dockerfile: prod.Dockerfile, target: run, args: [MODE=a, FROM_HERE] }
    entrypoint: [/run.sh, --]
    command: serve --all "\${MODE:-dev}"
    working_dir: /srv
    ports: ["8080:80"]
    environment: { DB: "postgres://u@db:5432/x", DB_HOST: db, WEB: "http://web:3000" }
    healthcheck: { test: curl -f http://localhost/up, interval: 2s, timeout: 1s }
    depends_on: { db: { condition: service_healthy } }
    env_file: api.env
`,
    'web/web.js': '',
    'deploy/init/a.sql': '',
    'deploy/pg.conf': '',
    'deploy/api.env': '',
    'api/x': '',
  });
  expect(config).toEqual({
    volumes: { data: { persist: true }, init: { path: 'deploy/init' }, project: { path: 'deploy' } },
    sidecars: {
      db: {
        image: 'postgres:17',
        user: '999',
        env: { POSTGRES_PASSWORD: 'x' },
        ports: { main: 5432 },
        anonymousVolumes: ['/tmp'],
        mounts: {
          data: '/var/lib/postgresql/data',
          init: '/docker-entrypoint-initdb.d',
          project: { path: '/etc/pg.conf', subPath: 'pg.conf' },
        },
        readiness: { exec: 'pg_isready -U x', period: '5s', timeout: '5s' },
        restart: 'never',
      },
      api: {
        image: 'api',
        build: { context: 'api', dockerfile: 'api/prod.Dockerfile', target: 'run', args: { MODE: 'a' } },
        command: ['/run.sh', '--'],
        args: ['serve', '--all', 'dev'],
        workingDir: '/srv',
        env: {
          DB: 'postgres://u@127.0.0.1:${ports.db.main}/x',
          DB_HOST: 'host.docker.internal',
          WEB: 'http://127.0.0.1:3000',
        },
        envFile: 'deploy/api.env',
        ports: { main: { port: 8080, target: 80 } },
        dependsOn: ['db'],
        readiness: { http: '/up', period: '2s' },
        restart: 'never',
      },
    },
    primary: {
      name: 'web',
      command: 'node web.js',
      cwd: 'web',
      env: {
        DB: 'postgres://u@127.0.0.1:${ports.db.main}/x',
        DB_HOST: '127.0.0.1',
        DB_PORT: '${ports.db.main}',
      },
      dependsOn: ['api'],
    },
  });
  expect(leftOut).toEqual(['db: networks: a container here has none']);
});

test('an app in an image is the primary', async () => {
  const { config } = await withEngine({
    'deploy/compose.yaml': `services:
  cache: { image: redis }
  cloud: { image: "nextcloud:31", ports: ["8080:80"], environment: { REDIS_HOST: cache }, depends_on: [cache], volumes: ["cloud:/var/www/html"] }
  box: { image: ubuntu, command: sleep infinity }
`,
  });
  expect(config).toEqual({
    volumes: { cloud: { persist: true } },
    sidecars: {
      cache: {
        command: ['redis-server', '--port', '${ports.cache.main}', '--save', ''],
        ports: { main: 6379 },
        restart: 'never',
      },
    },
    primary: {
      name: 'cloud',
      image: 'nextcloud:31',
      env: { REDIS_HOST: 'host.docker.internal' },
      ports: { main: { port: 8080, target: 80 } },
      mounts: { cloud: '/var/www/html' },
      dependsOn: ['cache'],
    },
  });
});
