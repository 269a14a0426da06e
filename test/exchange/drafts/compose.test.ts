import { describe, expect, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';
import { draft, type Files, refusal } from './draft.ts';

const file = (yaml: string, more: Files = {}): Files => ({ 'compose.yaml': yaml, ...more });

const CASES: Readonly<Record<string, Case>> = {
  'lines for the images of others do not run on this machine': {
    files: file(`services:
  own: { image: busybox, command: [sh, -c, "chown -R 1000 /home/node"] }
  enter: { image: acme/tool, command: /entrypoint.sh serve }
  flags: { image: traefik, command: [--providers.docker] }
  words: { image: acme/queue, command: install worker }
  api: { build: ., command: node api.js }
`),
    config: { primary: { name: 'api', command: 'node api.js' } },
  },
  'a Dockerfile in a folder of its own is code of that folder': {
    files: file(
      `services:
  back: { build: { context: ., dockerfile: back/Dockerfile }, ports: ["8000:8000"], environment: { A: 1 } }
`,
      {
        'package.json': '{"name":"shop","scripts":{"dev":"vite"}}',
        'back/Dockerfile':
          'FROM python:3\nWORKDIR /app\nCOPY back/ .\nCMD ["python3", "-m", "http.server", "8000"]\n',
      },
    ),
    config: {
      name: 'shop',
      sidecars: {
        back: {
          command: 'python3 -m http.server 8000',
          cwd: 'back',
          env: { A: '1' },
          ports: { main: 8000 },
          restart: 'never',
        },
      },
      primary: { name: 'app', command: 'npm run dev' },
    },
  },
  'a Dockerfile has its target, its variables, and its paths as those of this machine': {
    files: file(
      'services: { web: { build: { context: "${DIR:-app}", target: run }, ports: ["8000:8000"] } }',
      {
        'app/Dockerfile': `FROM python:3 AS run
WORKDIR /srv
ENV FLASK_APP=hello.py FLASK_RUN_PORT=8000 CONFIG=/srv/conf.ini PYTHONUNBUFFERED=1
COPY . .
CMD ["python3", "/srv/start.py"]
FROM run AS test
CMD ["pytest"]
`,
        'app/start.py': '',
      },
    ),
    config: {
      primary: {
        name: 'web',
        command: 'python3 start.py',
        cwd: 'app',
        env: { FLASK_APP: 'hello.py', FLASK_RUN_PORT: '8000', CONFIG: 'conf.ini' },
        ports: { main: 8000 },
      },
    },
  },
  'the package of its folder says how it runs, on a port of its own': {
    files: file('services: { web: { build: ., ports: ["80:80"], environment: { API: http://x } } }', {
      Dockerfile: 'FROM node AS build\nRUN npm ci\nFROM nginx\nENV NODE_ENV=production\n',
      'package.json': '{"scripts":{"dev":"vite"}}',
    }),
    options: { from: 'compose.yaml' },
    config: { primary: { name: 'web', command: 'npm run dev', env: { API: 'http://x' } } },
  },
  'a bind mount says where the code and its folder are': {
    files: file(
      `services:
  api:
    image: node:22
    working_dir: /app/api
    volumes: ["./services/api:/app/api", "node_modules:/app/api/node_modules"]
    command: sh -c "npm i && node /app/api/server.js"
    healthcheck: { test: [CMD, node, /app/api/check.js], interval: 5s }
`,
      { 'services/api/server.js': '' },
    ),
    config: {
      primary: {
        name: 'api',
        command: 'npm i && node /app/api/server.js',
        cwd: 'services/api',
        readiness: { exec: ['node', 'check.js'], period: '5s', timeout: '30s' },
      },
    },
  },
  'a volume within the code is mounted there': {
    files: file(
      `services:
  api: { build: ., command: node api.js, volumes: ["uploads:/app/uploads", "pip-cache:/root/.cache"] }
volumes: { uploads: {}, pip-cache: {} }
`,
      { Dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\n' },
    ),
    config: {
      volumes: { uploads: { persist: true } },
      primary: { name: 'api', command: 'node api.js', mounts: { uploads: './uploads' } },
    },
  },
  'ports with variables are those of now': {
    files: file('services: { api: { build: ., command: node api.js, ports: ["${WEB:-4000}:80"] } }'),
    config: { primary: { name: 'api', command: 'node api.js', ports: { main: 80 } } },
  },
  'two known servers with commands have a port each, and their volumes': {
    files: file(`services:
  cache: { image: "redis:7", command: redis-server --maxmemory 10mb }
  jobs: { image: "valkey/valkey", command: [--appendonly, "yes"], volumes: ["jobs:/data"] }
  api: { build: ., command: node api.js, environment: { CACHE: redis://cache:6379, JOBS: redis://jobs:6379/1 } }
`),
    options: { programs: ['node', 'redis-server', 'valkey-server'] },
    config: {
      volumes: { jobs: { persist: true } },
      sidecars: {
        cache: {
          command: ['redis-server', '--port', '${ports.cache.main}', '--maxmemory', '10mb', '--save', ''],
          ports: { main: 'auto' },
          restart: 'never',
        },
        jobs: {
          command: [
            'valkey-server',
            '--port',
            '${ports.jobs.main}',
            '--appendonly',
            'yes',
            '--dir',
            '${volumes.jobs}',
          ],
          ports: { main: 'auto' },
          restart: 'never',
        },
      },
      primary: {
        name: 'api',
        command: 'node api.js',
        env: {
          CACHE: 'redis://127.0.0.1:${ports.cache.main}',
          JOBS: 'redis://127.0.0.1:${ports.jobs.main}/1',
        },
      },
    },
  },
  'an override, an include and an extended service are one project': {
    files: file(
      `include: [infra/compose.yaml]
services:
  common: { image: node, command: node common.js, environment: [A=1, B=2], profiles: [never] }
  api: { extends: { service: common }, build: ., command: node api.js, profiles: [] }
`,
      {
        'compose.override.yaml': 'services: { api: { environment: { B: 3 }, ports: ["3000:3000"] } }',
        'infra/compose.yaml': 'services: { cache: { image: redis } }',
      },
    ),
    config: {
      sidecars: {
        cache: {
          command: ['redis-server', '--port', '${ports.cache.main}', '--save', ''],
          ports: { main: 'auto' },
          restart: 'never',
        },
        common: { command: 'node common.js', env: { A: '1', B: '2' }, restart: 'never', autostart: false },
      },
      primary: { name: 'api', command: 'node api.js', env: { A: '1', B: '3' }, ports: { main: 3000 } },
    },
  },
  'a host before a variable, and in a default, is this machine': {
    files: file(`services:
  api:
    build: .
    command: node api.js
    environment: { A: "postgres://u:p@db:$DB_PORT/x", DB_HOST: "\${WHERE:-db}", B: "http://\${HOST:-db}:5432/" }
  db: { image: postgres, ports: ["5432:5432"] }
`),
    options: { env: { DB_PORT: '1' } },
    config: {
      primary: {
        name: 'api',
        command: 'node api.js',
        env: { A: 'postgres://u:p@127.0.0.1:1/x', DB_HOST: '127.0.0.1', B: 'http://127.0.0.1:5432/' },
      },
    },
  },
  'a variable that must be set stays one beside others': {
    files: file(
      'services: { api: { build: ., command: node api.js, environment: { A: "${X:?set X}/${Y:-z}" } } }',
    ),
    options: { env: { X: 'x' } },
    config: { primary: { name: 'api', command: 'node api.js', env: { A: 'x/z' } } },
  },
  'a service with the image that another builds runs the same code': {
    files: file(`services:
  web: { build: ., image: shop, command: node web.js }
  jobs: { image: shop, command: node jobs.js }
`),
    config: {
      sidecars: { jobs: { command: 'node jobs.js', restart: 'never' } },
      primary: { name: 'web', command: 'node web.js' },
    },
  },
  'what depends on others is the app, and what only forwards to it is not': {
    files: file(`services:
  front: { build: ./front, command: node front.js, depends_on: [api] }
  api: { build: ./api, command: node api.js }
  nginx: { build: ./nginx, command: node nginx.js, depends_on: [front] }
`),
    config: {
      sidecars: {
        api: { command: 'node api.js', restart: 'never' },
        nginx: { command: 'node nginx.js', dependsOn: ['front'], restart: 'never' },
      },
      primary: { name: 'front', command: 'node front.js', dependsOn: ['api'] },
    },
  },
  'replicas of the app are instances, each with a port of its own': {
    files: file(
      'services: { api: { build: ., command: node api.js, ports: ["3000"], deploy: { replicas: 3 } } }',
    ),
    config: {
      primary: { name: 'api', instances: 3, command: 'node api.js', ports: { main: 'auto' } },
    },
  },
  'a container that is only kept open is no process': {
    files: file(`services:
  box: { image: ubuntu, command: sleep infinity }
  box2: { build: ., command: tail -f /dev/null }
  api: { build: ., command: node api.js }
`),
    config: { primary: { name: 'api', command: 'node api.js' } },
  },
  'a program that reaps for others is not needed': {
    files: file('services: { api: { build: . } }', {
      Dockerfile:
        'FROM node\nWORKDIR /app\nCOPY api.mjs .\nENTRYPOINT ["/sbin/tini", "--"]\nCMD ["node", "api.mjs"]\n',
    }),
    config: { primary: { name: 'api', command: 'node api.mjs' } },
  },
};

describe('a Compose file', () => {
  it.each(Object.entries(CASES))('%s', async (_, each) => {
    await expectDraft(each);
  });

  it('tells a folder that only the image has, and finds one below that of its Dockerfile', async () => {
    const files = {
      Dockerfile: 'FROM node\nWORKDIR /app\nCOPY package.json .\nENV NODE_PATH=/app/lib\n',
      'jobs/jobs.js': '',
    };
    const { config, leftOut } = await draft(
      file(
        `services:
  web: { build: ., working_dir: /srv, command: node web.js }
  jobs: { build: ., working_dir: /app/jobs, command: node jobs.js }
`,
        files,
      ),
    );
    expect(config).toEqual({
      sidecars: {
        jobs: { command: 'node jobs.js', cwd: 'jobs', env: { NODE_PATH: '../lib' }, restart: 'never' },
      },
      primary: { name: 'web', command: 'node web.js', env: { NODE_PATH: 'lib' } },
    });
    expect(leftOut).toEqual(['web: working_dir: /srv is a path in its image']);
  });

  it('groups what its services lose, with a reason for each', async () => {
    const { leftOut } = await draft(
      file(`services:
  a: { build: ., command: node a.js, networks: [x], cap_add: [y] }
  b: { build: ., command: node b.js, networks: [x], cap_add: [y] }
  c: { build: ., command: /opt/c }
  d: { image: acme/d, command: run, ports: ["9000:9000"] }
`),
    );
    expect(leftOut).toEqual([
      'a, b: networks, cap_add: no meaning outside a container',
      "c: '/opt/c' is a path in its image, and no container engine is here; it can stay in Compose",
      "d: 'run' is for the entrypoint of its image, and no container engine is here; it can stay in Compose, at 127.0.0.1:9000",
    ]);
  });

  it.each([
    ['netbox: { image: netbox/netbox }', 'netbox: its command is the one in its image'],
    ['mail: { image: acme/mail }', 'only what apps use: cache'],
  ])('with servers and no app that can run here gives no config: %s', async (service, says) => {
    expect(await refusal(file(`services:\n  ${service}\n  cache: { image: redis }\n`))).toContain(says);
  });
});
