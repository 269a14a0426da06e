import { describe, expect, it } from 'vitest';
import { draft, type Files } from './draft.ts';

const REDIS = {
  command: ['redis-server', '--port', '${ports.redis.main}', '--save', ''],
  ports: { main: 'auto' },
  restart: 'never',
};

const CASES: Readonly<Record<string, readonly [files: Files, config: object]>> = {
  'a Procfile runs the code, in the environment that its service has': [
    {
      Procfile: 'web: node web.js\nrelease: node migrate.js\nworker: QUEUE=fast node worker.js\n',
      'compose.yaml': `services:
  web:
    build: .
    ports: ["8000:8000"]
    environment: { DATABASE_URL: "postgres://u:p@db:5432/x", PORT: 8000 }
    healthcheck: { test: curl -f http://localhost:8000/up }
    depends_on: [db]
  worker: { image: acme/x, command: node other.js }
  db: { image: postgres, ports: ["5433:5432"] }
`,
    },
    {
      env: { DATABASE_URL: 'postgres://u:p@127.0.0.1:5433/x' },
      init: { release: { command: 'node migrate.js' } },
      sidecars: { worker: { command: 'QUEUE=fast node worker.js' } },
      primary: {
        name: 'web',
        command: 'node web.js',
        ports: { main: 8000 },
        readiness: { http: '/up', period: '30s', timeout: '30s' },
      },
    },
  ],
  'a Procfile’s port wins over that of its service': [
    {
      Procfile: 'web: node web.js -p $PORT\nworker: node worker.js\n',
      'compose.yaml': `services:
  web: { build: ., ports: ["3000:3000"], environment: { A: 1 } }
  sidekiq: { build: ., command: node worker.js, environment: { A: 1 } }
`,
    },
    {
      env: { A: '1' },
      sidecars: { worker: { command: 'node worker.js' } },
      primary: { name: 'web', command: 'node web.js -p $PORT', ports: { http: 5000 } },
    },
  ],
  'a service on the port of a process is that process': [
    {
      Procfile: 'web: node web.js --port 3000\nstream: PORT=4000 node stream.js\n',
      'compose.yaml': `services:
  web: { build: ., ports: ["3000:3000"] }
  streaming: { build: { context: ., dockerfile: streaming/Dockerfile }, command: node s.js, ports: ["4000:4000"], env_file: s.env }
`,
      'streaming/Dockerfile': 'FROM node\n',
      's.env': '',
    },
    {
      sidecars: { stream: { command: 'node stream.js', envFile: 's.env', ports: { http: 4000 } } },
      primary: { name: 'web', command: 'node web.js --port 3000', ports: { http: 3000 } },
    },
  ],
  'a script of the package runs the app, and services beside it find it under its name': [
    {
      'package.json': '{"name":"shop","scripts":{"dev":"node server.js"}}',
      'compose.yaml': `services:
  web: { build: ., command: node dist/server.js, ports: ["3000:3000"], environment: { R: "redis://redis:6379" } }
  jobs: { build: ., command: node jobs.js, environment: { APP: "http://web:3000" }, depends_on: [web] }
  redis: { image: redis }
`,
    },
    {
      name: 'shop',
      sidecars: {
        jobs: {
          command: 'node jobs.js',
          env: { APP: 'http://127.0.0.1:${ports.app.main}' },
          dependsOn: ['app'],
          restart: 'never',
        },
        redis: REDIS,
      },
      primary: {
        name: 'app',
        command: 'npm run dev',
        env: { R: 'redis://127.0.0.1:${ports.redis.main}' },
        ports: { main: 3000 },
      },
    },
  ],
  'packages of a workspace run once, with the surroundings of their services': [
    {
      'package.json': '{"name":"mono","workspaces":["apps/*"],"scripts":{"dev":"npm run dev --workspaces"}}',
      'apps/web/package.json': '{"name":"@m/web","scripts":{"dev":"vite"}}',
      'apps/api/package.json': '{"name":"@m/api","scripts":{"dev":"node --watch api.js"}}',
      'compose.yaml': `services:
  api: { build: ./apps/api, ports: ["4000:4000"], environment: { PORT: 4000, R: "redis://redis:6379" }, depends_on: [redis] }
  web: { build: ./apps/web, environment: { API: "http://api:4000" } }
  redis: { image: redis }
`,
    },
    {
      name: 'mono',
      sidecars: { redis: REDIS },
      apps: {
        web: {
          primary: {
            command: 'npm run dev',
            cwd: 'apps/web',
            env: { API: 'http://127.0.0.1:${ports.api.main}' },
          },
        },
        api: {
          primary: {
            command: 'npm run dev',
            cwd: 'apps/api',
            env: { R: 'redis://127.0.0.1:${ports.redis.main}' },
            ports: { main: 4000 },
            dependsOn: ['redis'],
          },
        },
      },
    },
  ],
};

describe('a list of processes beside a Compose file', () => {
  it.each(Object.entries(CASES))('%s', async (_, [files, config]) => {
    expect((await draft(files)).config).toEqual(config);
  });
});
