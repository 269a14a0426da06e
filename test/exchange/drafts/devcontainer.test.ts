import { describe, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';
import type { Files } from './draft.ts';

const REDIS = {
  command: ['redis-server', '--port', '${ports.redis.main}', '--save', ''],
  ports: { main: 'auto' },
  restart: 'never',
};

const IN_CONTAINER: Files = {
  '.devcontainer/devcontainer.json': `{
  // Services beside the container.
  "dockerComposeFile": "docker-compose.yml", "service": "app",
  "containerEnv": { "A": "\${localEnv:B:x}" }, "postCreateCommand": "npm i", "features": {},
}`,
  '.devcontainer/docker-compose.yml': `services:
  app: { image: base, command: sleep infinity, volumes: ["..:/workspace"], environment: { R: "redis://redis:6379" } }
  redis: { image: redis }
`,
};

const CASES: Readonly<Record<string, Case>> = {
  'the services beside it, and its variables': {
    files: { ...IN_CONTAINER, 'package.json': '{"name":"shop","scripts":{"dev":"node server.js"}}' },
    config: {
      name: 'shop',
      env: { R: 'redis://127.0.0.1:${ports.redis.main}', A: 'x' },
      sidecars: { redis: REDIS },
      primary: { name: 'app', command: 'npm run dev' },
    },
    leftOut: ['postCreateCommand: run it once yourself', 'features: no meaning outside a container'],
  },
  'the same when it is named': {
    files: { ...IN_CONTAINER, Procfile: 'web: node web.js\n' },
    options: { from: '.devcontainer/devcontainer.json' },
    config: {
      env: { R: 'redis://127.0.0.1:${ports.redis.main}', A: 'x' },
      sidecars: { redis: REDIS },
      primary: { name: 'web', command: 'node web.js', env: { PORT: 5000 } },
    },
    leftOut: ['postCreateCommand: run it once yourself', 'features: no meaning outside a container'],
  },
  'commands of each start, without a list of processes': {
    files: {
      '.devcontainer/devcontainer.json':
        '{ "postStartCommand": ["node", "seed.js"], "postAttachCommand": { "web": "node web.js", "mail": "node mail.js" } }',
    },
    config: {
      init: { 'post-start': { command: 'node seed.js' } },
      sidecars: { mail: { command: 'node mail.js', restart: 'never' } },
      primary: { name: 'web', command: 'node web.js' },
    },
  },
};

describe('a development container', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
