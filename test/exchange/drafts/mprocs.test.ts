import { describe, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';

const CASES: Readonly<Record<string, Case>> = {
  'lines, lists, waits and stops': {
    files: {
      'mprocs.yaml': `procs:
  web: { shell: "node web.js --port 3001", deps: [cache], autorestart: true }
  cache: { cmd: [redis-server, --port, "6380"], stop: SIGINT, env: { A: 1, B: null } }
  tests: { shell: npm test, autostart: false, stop: { send-keys: [<C-c>] } }
  gone: null
`,
    },
    config: {
      sidecars: {
        cache: {
          command: 'redis-server --port 6380',
          env: { A: '1', B: null },
          ports: { http: 6380 },
          restart: 'never',
          stop: { signal: 'SIGINT' },
        },
        tests: { command: 'npm test', restart: 'never', stop: { signal: 'SIGINT' }, autostart: false },
      },
      primary: {
        name: 'web',
        command: 'node web.js --port 3001',
        ports: { http: 3001 },
        dependsOn: ['cache'],
        restart: 'always',
      },
    },
  },
  'a line alone, folders of the file, and values of this system': {
    files: {
      'mprocs.yaml': `procs:
  app: node app.js
  lib: { cmd: [node, "a b.js"], cwd: <CONFIG_DIR>/lib, stop: { send-keys: [q] } }
  os: { shell: { $select: os, windows: dir, $else: ls -l }, stop: hard-kill }
`,
      'lib/a b.js': '',
    },
    config: {
      sidecars: {
        lib: { command: ['node', 'a b.js'], cwd: 'lib', restart: 'never' },
        os: { command: 'ls -l', restart: 'never', stop: { signal: 'SIGKILL' } },
      },
      primary: { name: 'app', command: 'node app.js' },
    },
    leftOut: ['lib: it stops by the keys q; a stop here is a signal or a command'],
  },
};

describe('an mprocs file', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
