import { describe, expect, it } from 'vitest';
import { draft, type Files } from './draft.ts';

const manifest = (content: object): Files => ({
  'package.json': JSON.stringify({ name: 'shop', ...content }),
});

const CASES: Readonly<Record<string, readonly [files: Files, config: object]>> = {
  'concurrently is a process for each of its commands': [
    manifest({
      scripts: {
        dev: 'concurrently -k -n api,ui "npm:server" "npm run client" "tsc -w"',
        server: 'nodemon server.js --port 3001',
        client: 'npm start --prefix client',
      },
      devDependencies: { typescript: '5', concurrently: '9' },
    }),
    {
      name: 'shop',
      sidecars: { ui: { command: 'npm run client' }, tsc: { command: 'npx tsc -w' } },
      primary: { name: 'api', command: 'npm run server', ports: { http: 3001 } },
    },
  ],
  'concurrently’s patterns stand for scripts, its names for what they do': [
    manifest({
      scripts: {
        dev: 'cross-env NODE_ENV=development concurrently --names "web,css" "npm:watch:*(!test)"',
        'watch:server': 'node --watch server.js',
        'watch:css': 'tailwindcss -w',
        'watch:test': 'vitest',
      },
    }),
    {
      name: 'shop',
      sidecars: { css: { command: 'npm run watch:css', env: { NODE_ENV: 'development' } } },
      primary: { name: 'server', command: 'npm run watch:server', env: { NODE_ENV: 'development' } },
    },
  ],
  'commands in folders run there, and restarts are limited': [
    {
      ...manifest({
        scripts: { dev: 'concurrently --restart-tries 3 "cd api && node main.js" "cd web && npm run dev"' },
      }),
      'api/main.js': '',
      'web/package.json': '{}',
    },
    {
      name: 'shop',
      sidecars: {
        web: {
          command: 'npm run dev',
          cwd: 'web',
          restart: { policy: 'on-failure', limit: { restarts: 3, within: '1m' } },
        },
      },
      primary: {
        name: 'api',
        command: 'node main.js',
        cwd: 'api',
        restart: { policy: 'on-failure', limit: { restarts: 3, within: '1m' } },
      },
    },
  ],
  'scripts in a row are init tasks before scripts at a time': [
    {
      ...manifest({
        scripts: {
          dev: 'run-s clean build dev:all',
          'dev:all': 'run-p dev:*',
          clean: 'rimraf dist',
          build: 'node build.js',
          'dev:css': 'tailwindcss -w',
          'dev:web': 'next dev -p 3001',
        },
      }),
      'pnpm-lock.yaml': '',
    },
    {
      name: 'shop',
      init: {
        clean: { command: 'pnpm run clean' },
        build: { command: 'pnpm run build', dependsOn: ['clean'] },
      },
      sidecars: { css: { command: 'pnpm run dev:css', dependsOn: ['build'] } },
      primary: { name: 'web', command: 'pnpm run dev:web', ports: { http: 3001 }, dependsOn: ['build'] },
    },
  ],
  'npm-run-all has groups in a row and at a time': [
    manifest({
      scripts: {
        start: 'npm-run-all clean --parallel serve watch:ts',
        clean: 'rm -rf out',
        serve: 'node server.js',
        'watch:ts': 'tsc --watch',
      },
    }),
    {
      name: 'shop',
      init: { clean: { command: 'npm run clean' } },
      sidecars: { ts: { command: 'npm run watch:ts', dependsOn: ['clean'] } },
      primary: { name: 'serve', command: 'npm run serve', dependsOn: ['clean'] },
    },
  ],
  'a shell’s background is a process beside the app': [
    manifest({ scripts: { dev: 'node worker.js & node server.js' } }),
    {
      name: 'shop',
      sidecars: { worker: { command: 'node worker.js' } },
      primary: { name: 'server', command: 'node server.js' },
    },
  ],
  'commands before several at a time are init tasks': [
    manifest({
      scripts: { dev: 'npm run gen && concurrently "node server.js" "node mail.js"', gen: 'node gen.js' },
    }),
    {
      name: 'shop',
      init: { gen: { command: 'npm run gen' } },
      sidecars: { mail: { command: 'node mail.js', dependsOn: ['gen'] } },
      primary: { name: 'server', command: 'node server.js', dependsOn: ['gen'] },
    },
  ],
  'what npm runs before a script is an init task, and a program of the package has npx': [
    manifest({
      scripts: {
        predev: 'node gen.js',
        dev: 'concurrently "vite" "wait-on http://localhost:5173 && electron ."',
      },
      devDependencies: { vite: '7', electron: '40', 'wait-on': '9' },
    }),
    {
      name: 'shop',
      init: { predev: { command: 'npm run predev' } },
      sidecars: {
        electron: {
          command: 'npx wait-on http://localhost:5173 && npx electron .',
          dependsOn: ['predev'],
        },
      },
      primary: { name: 'vite', command: 'npx vite', dependsOn: ['predev'] },
    },
  ],
  'an env file of a command is that of what it starts': [
    {
      ...manifest({ scripts: { dev: 'dotenv -e .env.local -- concurrently "node a.js" "node b.js"' } }),
      '.env.local': '',
    },
    {
      name: 'shop',
      sidecars: { b: { command: 'node b.js', envFile: '.env.local' } },
      primary: { name: 'a', command: 'node a.js', envFile: '.env.local' },
    },
  ],
  'of two processes with one port the app has it': [
    manifest({ scripts: { dev: 'concurrently "node mail.js --port 3000" "node app.js --port 3000"' } }),
    {
      name: 'shop',
      sidecars: { mail: { command: 'node mail.js --port 3000', ports: { http: 'auto' } } },
      primary: { name: 'app', command: 'node app.js --port 3000', ports: { http: 3000 } },
    },
  ],
  'a line with more of the shell in it stays one process': [
    manifest({ scripts: { dev: 'node server.js | pino-pretty' } }),
    { name: 'shop', primary: { name: 'app', command: 'npm run dev' } },
  ],
  'nx serve of one project is one process': [
    { ...manifest({ scripts: { start: 'nx serve shop' } }), 'nx.json': '{}' },
    { name: 'shop', primary: { name: 'app', command: 'npm run start' } },
  ],
  'nx run-many is an app for each project': [
    {
      ...manifest({ scripts: { start: 'nx run-many -t serve -p shop,api' } }),
      'nx.json': '{}',
      'apps/shop/project.json': '{"name":"shop","targets":{"serve":{}}}',
      'apps/api/project.json': '{"name":"api","targets":{"serve":{}}}',
      'apps/docs/project.json': '{"name":"docs","targets":{"serve":{}}}',
    },
    {
      name: 'shop',
      apps: {
        api: { primary: { command: 'npx nx run api:serve' } },
        shop: { primary: { command: 'npx nx run shop:serve' } },
      },
    },
  ],
  'turbo is an app for each package, after builds of what they need': [
    {
      ...manifest({ workspaces: ['apps/*', 'packages/*'], scripts: { dev: 'turbo run dev --filter=!docs' } }),
      'turbo.json': '{ // tasks\n "tasks": { "dev": { "persistent": true, "dependsOn": ["^build"] }, } }',
      'apps/web/package.json':
        '{"name":"web","scripts":{"dev":"next dev --port 3000"},"dependencies":{"@m/ui":"*"}}',
      'apps/admin/package.json': '{"name":"admin","scripts":{"dev":"vite"}}',
      'apps/docs/package.json': '{"name":"docs","scripts":{"dev":"next dev"}}',
      'packages/ui/package.json': '{"name":"@m/ui","scripts":{"build":"tsc","dev":"tsc -w"}}',
    },
    {
      name: 'shop',
      init: { 'ui-build': { command: 'npm run build', cwd: 'packages/ui' } },
      sidecars: { ui: { command: 'npm run dev', cwd: 'packages/ui' } },
      apps: {
        web: {
          primary: {
            command: 'npm run dev',
            cwd: 'apps/web',
            ports: { http: 3000 },
            dependsOn: ['ui-build'],
          },
        },
        admin: { primary: { command: 'npm run dev', cwd: 'apps/admin' } },
      },
    },
  ],
  'pnpm’s workspace is its packages, and one with an app is a primary': [
    {
      ...manifest({ scripts: { dev: 'pnpm -r --parallel run dev' } }),
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: [packages/*]\n',
      'packages/api/package.json': '{"name":"@m/api","scripts":{"dev":"node api.js"}}',
      'packages/lib/package.json': '{"name":"@m/lib","scripts":{"dev":"tsup --watch"}}',
    },
    {
      name: 'shop',
      sidecars: { lib: { command: 'pnpm run dev', cwd: 'packages/lib' } },
      primary: { name: 'api', command: 'pnpm run dev', cwd: 'packages/api' },
    },
  ],
  'yarn’s foreach and bun’s filter choose packages': [
    {
      ...manifest({
        workspaces: ['*'],
        scripts: { dev: 'yarn workspaces foreach -pA --exclude old run dev' },
      }),
      'yarn.lock': '',
      'one/package.json': '{"name":"one","scripts":{"dev":"node one.js"}}',
      'two/package.json': '{"name":"two","scripts":{"dev":"node two.js"}}',
      'old/package.json': '{"name":"old","scripts":{"dev":"node old.js"}}',
    },
    {
      name: 'shop',
      apps: {
        one: { primary: { command: 'yarn run dev', cwd: 'one' } },
        two: { primary: { command: 'yarn run dev', cwd: 'two' } },
      },
    },
  ],
  'a root without a script is its packages': [
    {
      ...manifest({ workspaces: ['apps/*'] }),
      'apps/a/package.json': '{"name":"a","scripts":{"start":"node a.js"}}',
      'apps/b/package.json': '{"name":"b","scripts":{"start":"node b.js"}}',
    },
    {
      name: 'shop',
      apps: {
        a: { primary: { command: 'npm run start', cwd: 'apps/a' } },
        b: { primary: { command: 'npm run start', cwd: 'apps/b' } },
      },
    },
  ],
};

describe('a package.json', () => {
  it.each(Object.entries(CASES))('%s', async (_, [files, config]) => {
    expect((await draft(files)).config).toEqual(config);
  });

  it('offers companions, and no other ways to start the same app', async () => {
    const scripts = {
      dev: 'vite',
      'dev:no-mocks': 'vite --mode real',
      'start:debug': 'node --inspect x',
      'dev:api': 'node api.js',
      'db:seed': 'node seed.js',
    };
    expect((await draft(manifest({ scripts }))).leftOut).toEqual([
      "the script 'dev:api': a sidecar, if it keeps running beside the app",
      "the script 'db:seed': an init task, if it may run before every start",
    ]);
  });
});
