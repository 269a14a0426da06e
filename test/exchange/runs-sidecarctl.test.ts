import { describe, expect, test } from 'vitest';
import { runsSidecarctl } from '../../src/exchange/package/runs-sidecarctl.ts';
import { draft } from './drafts/draft.ts';

const SCRIPTS = new Map([
  ['dev', 'sidecarctl dev'],
  ['start', 'node srv.js'],
  ['pod', 'npx sidecarctl up'],
  ['hooked', 'node srv.js'],
  ['prehooked', 'npm run pod'],
  ['loop', 'npm run loop'],
  ['dev:check', 'sidecarctl check && tsc'],
]);

describe('a command that starts the pod is known', () => {
  test.each([
    'sidecarctl dev',
    'npx sidecarctl up --detach',
    'npx --yes sidecarctl@latest dev',
    'pnpm exec sidecarctl run -- node a.js',
    'yarn sidecarctl dev',
    'bunx sidecarctl dev',
    'node_modules/.bin/sidecarctl dev',
    'NODE_ENV=development sidecarctl dev',
    'cross-env A=1 sidecarctl dev',
    'tsc && sidecarctl up',
    'sh -c "sidecarctl dev"',
    'npm run dev',
    'pnpm dev',
    'yarn dev',
    'bun run dev',
    'node --run dev',
    'run-s start pod',
    'npm-run-all --parallel pod start',
    "concurrently 'npm:pod' npm:start",
    'npm run hooked',
    'turbo run dev',
  ])('%s', (line) => expect(runsSidecarctl(line, SCRIPTS)).toBe(true));
});

describe('what only has the word in it is not', () => {
  test.each([
    'node srv.js',
    'npm start',
    'npm run loop',
    'vite dev',
    'sidecarctl check && node srv.js',
    'npm run dev:check',
    'node ./examples/sidecarctl-demo/dev.js',
    'tail -f .sidecarctl/logs/dev.log',
  ])('%s', (line) => expect(runsSidecarctl(line, SCRIPTS)).toBe(false));
});

test('a package.json whose dev script is the pod gives the app by another script, and says so', async () => {
  const scripts = { dev: 'sidecarctl dev', start: 'node srv.js', worker: 'npm run dev -- --only w' };
  const { config, leftOut } = await draft({ 'package.json': JSON.stringify({ name: 'shop', scripts }) });
  expect(config).toEqual({ name: 'shop', primary: { name: 'app', command: 'npm run start' } });
  expect(leftOut).toEqual([
    "the script 'dev', the script 'worker': it runs sidecarctl, which would start the pod inside itself",
  ]);
});
