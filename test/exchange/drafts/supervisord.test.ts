import { describe, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';

const CASES: Readonly<Record<string, Case>> = {
  'programs by their priorities': {
    files: {
      'supervisord.conf': `[supervisord]
nodaemon=true
[program:web]
command=node web.js --port 8080 ; the app
directory=%(here)s/web
environment=A="1,2",B=%(ENV_HOME)s/x
priority=20
autorestart=true
stopsignal=QUIT
stopwaitsecs=30
[program:cache]
command=redis-server --port 6380
priority=10
[program:migrate]
command=node migrate.js
autorestart=false
startsecs=0
`,
      'web/web.js': '',
    },
    config: {
      init: { migrate: { command: 'node migrate.js' } },
      sidecars: {
        cache: { command: 'redis-server --port 6380', ports: { main: 6380 }, restart: 'on-failure' },
      },
      primary: {
        name: 'web',
        command: 'node web.js --port 8080',
        cwd: 'web',
        env: { A: '1,2', B: '${env.HOME}/x' },
        ports: { main: 8080 },
        restart: 'always',
        stop: { signal: 'SIGQUIT', grace: '30s' },
      },
    },
  },
  'several of one program are instances, and included files count': {
    files: {
      'supervisord.conf': '[include]\nfiles = conf.d/*.conf\n',
      'conf.d/web.conf': '[program:web]\ncommand=node web.js\nautorestart=false\n',
      'conf.d/jobs.conf':
        '[program:jobs]\ncommand=bash -c "node jobs.js && true"\nnumprocs=2\nuser=www\nstartretries=5\nautorestart=true\n',
    },
    config: {
      apps: {
        jobs: {
          primary: {
            instances: 2,
            command: ['bash', '-c', 'node jobs.js && true'],
            restart: { policy: 'always', limit: { restarts: 5, within: '1m' } },
          },
        },
        web: { primary: { command: 'node web.js' } },
      },
    },
    leftOut: ['jobs: user: a process runs as you'],
  },
};

describe('a file of supervisord', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
