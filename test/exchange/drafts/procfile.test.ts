import { describe, expect, it } from 'vitest';
import { draft, type Files, refusal } from './draft.ts';

const RAILS = 'web: bin/rails server\ncss: bin/rails tailwindcss:watch\n';

const CASES: Readonly<Record<string, readonly [files: Files, config: object]>> = {
  'the port of a command is declared': [
    { 'Procfile.dev': 'web: bin/rails s -p 3000\njs: yarn build --watch\n' },
    {
      sidecars: { js: { command: 'yarn build --watch' } },
      primary: { name: 'web', command: 'bin/rails s -p 3000', ports: { http: 3000 } },
    },
  ],
  'a variable before the command is a port too': [
    { Procfile: 'web: PORT=4100 node web.js\n' },
    { primary: { name: 'web', command: 'node web.js', ports: { http: 4100 } } },
  ],
  'bin/dev has the port, and says that no env file counts': [
    {
      'Procfile.dev': RAILS,
      'bin/dev':
        '#!/bin/sh\nexport PORT="${PORT:-3000}"\nexec foreman start -f Procfile.dev --env /dev/null "$@"\n',
      '.env': 'PORT=9000\n',
    },
    {
      sidecars: { css: { command: 'bin/rails tailwindcss:watch' } },
      primary: { name: 'web', command: 'bin/rails server', ports: { http: 3000 } },
    },
  ],
  'the runner’s own option in bin/dev wins': [
    { 'Procfile.dev': RAILS, 'bin/dev': 'PORT=1\nforeman start -p 3010 -f Procfile.dev\n' },
    {
      sidecars: { css: { command: 'bin/rails tailwindcss:watch' } },
      primary: { name: 'web', command: 'bin/rails server', ports: { http: 3010 } },
    },
  ],
  '.foreman has a port, an env file and instances': [
    {
      Procfile: 'web: node web.js -p $PORT\nworker: node worker.js\n',
      '.foreman': 'port: 3500\nenv: config/dev.env\nformation: web=1,worker=2\n',
      'config/dev.env': 'A=1',
    },
    {
      envFile: 'config/dev.env',
      apps: {
        web: { primary: { command: 'node web.js -p $PORT', ports: { http: 3500 } } },
        worker: { primary: { command: 'node worker.js', instances: 2 } },
      },
    },
  ],
  '.overmind.env has a port, its steps and ends': [
    {
      Procfile: 'web: node web.js $PORT\napi: node api.js $PORT\n',
      '.overmind.env':
        'OVERMIND_PORT=3000\nOVERMIND_PORT_STEP=10\nOVERMIND_CAN_DIE=api\nOVERMIND_STOP_SIGNALS=api=INT\nOVERMIND_TIMEOUT=20\n',
    },
    {
      stop: { grace: '20s' },
      sidecars: {
        api: {
          command: 'node api.js $PORT',
          ports: { http: 3010 },
          restart: 'never',
          stop: { signal: 'SIGINT' },
        },
      },
      primary: { name: 'web', command: 'node web.js $PORT', ports: { http: 3000 } },
    },
  ],
  'a PORT in the .env is where foreman starts': [
    { Procfile: 'web: node web.js\nmail: node mail.js\n', '.env': 'PORT=4000\n' },
    {
      envFile: '.env',
      sidecars: { mail: { command: 'node mail.js' } },
      primary: { name: 'web', command: 'node web.js', env: { PORT: 4000 } },
    },
  ],
  'another Procfile may be the usual one': [
    {
      Procfile: 'web: node web.js\n',
      'Procfile.local': 'web: node local.js\nui: vite --port 5173\n',
      '.foreman': 'procfile: Procfile.local\nport: 4444\n',
    },
    {
      sidecars: { ui: { command: 'vite --port 5173' } },
      primary: { name: 'web', command: 'node local.js', env: { PORT: 4444 } },
    },
  ],
  'without a web, the app is guessed': [
    { Procfile: 'redis: redis-server --port 6380\nbot: node bot.js\n' },
    {
      sidecars: { redis: { command: 'redis-server --port 6380', ports: { http: 6380 } } },
      primary: { name: 'bot', command: 'node bot.js' },
    },
  ],
  'an option that is no port of its own stays one': [
    { Procfile: 'web: node web.js\nhooks: stripe listen --port 3000\ntunnel: ssh -p 2222 box\n' },
    {
      sidecars: {
        hooks: { command: 'stripe listen --port 3000' },
        tunnel: { command: 'ssh -p 2222 box' },
      },
      primary: { name: 'web', command: 'node web.js', env: { PORT: 5000 } },
    },
  ],
};

describe('a Procfile', () => {
  it.each(Object.entries(CASES))('%s', async (_, [files, config]) => {
    expect((await draft(files)).config).toEqual(config);
  });
});

describe('a file that is named', () => {
  it.each([
    ['README.md', '# Shop\n\nnote: it sells\n'],
    ['values.yaml', 'image: web\nreplicas: 2\n'],
    ['notes', 'to do\nweb: maybe\n'],
    ['vite.config.js', 'export default {}\n'],
  ])('and is in no format is refused, not guessed at: %s', async (name, text) => {
    expect(await refusal({ [name]: text }, { from: name })).toContain(
      `${name} is in none of the formats that init reads: Kubernetes, process-compose, `,
    );
  });

  it('is a Procfile by its lines as well', async () => {
    const { config } = await draft({ processes: '# all\nweb: node web.js\n' }, { from: 'processes' });
    expect(config).toEqual({ primary: { name: 'web', command: 'node web.js', env: { PORT: 5000 } } });
  });
});
