import { describe, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';

const CASES: Readonly<Record<string, Case>> = {
  'apps with their instances, watches and restarts': {
    files: {
      'ecosystem.config.js': `module.exports = {
  apps: [
    {
      name: 'api', script: './api/server.js', instances: 2, exec_mode: 'cluster', wait_ready: true,
      env: { PORT: 3000, NODE_ENV: 'development' }, env_production: {},
      watch: ['api'], ignore_watch: ['node_modules', 'api/tmp'], max_restarts: 5, restart_delay: 2000, kill_timeout: 3000,
    },
    { name: 'jobs', script: 'jobs.py', args: '-q high', cwd: './jobs', autorestart: false, out_file: 'x', error_file: 'y' },
  ],
  deploy: {},
};`,
      'jobs/jobs.py': '',
    },
    config: {
      apps: {
        api: {
          primary: {
            command: 'node api/server.js',
            instances: 2,
            env: { NODE_ENV: 'development' },
            ports: { http: 'auto' },
            readiness: { notify: true },
            restart: {
              policy: 'always',
              backoff: { initial: '2s', factor: 1, max: '2s' },
              limit: { restarts: 5, within: '1h' },
            },
            stop: { signal: 'SIGINT', grace: '3s' },
            watch: { paths: ['api'], ignore: ['api/tmp'] },
          },
        },
        jobs: { primary: { command: 'python3 jobs.py -q high', cwd: 'jobs', stop: { signal: 'SIGINT' } } },
      },
    },
    leftOut: [
      'api: env_production: pm2 takes it with --env; here a mode is up to the config',
      'jobs: out_file, error_file: output goes to log files in .sidecarctl',
      'deploy: it is about other machines',
    ],
  },
  'one app is the primary, and a script may be a line or a program': {
    files: {
      'ecosystem.json': '{ "apps": [{ "name": "web", "script": "npm", "args": "run serve -- -p 4000" }] }',
    },
    config: {
      primary: {
        name: 'web',
        command: 'npm run serve -- -p 4000',
        ports: { http: 4000 },
        restart: 'always',
        stop: { signal: 'SIGINT' },
      },
    },
  },
  'paths of its own folder are relative': {
    files: {
      'ecosystem.config.js':
        "const { api } = { api: `${__dirname}/api` };\nmodule.exports = { apps: [{ name: 'api', script: `${__dirname}/api.js`, watch: true }, { name: 'jobs', cwd: api, script: 'jobs.js' }] };",
      'api/jobs.js': '',
    },
    config: {
      apps: {
        api: {
          primary: {
            command: 'node api.js',
            restart: 'always',
            stop: { signal: 'SIGINT' },
            watch: ['.'],
          },
        },
        jobs: {
          primary: { command: 'node jobs.js', cwd: 'api', restart: 'always', stop: { signal: 'SIGINT' } },
        },
      },
    },
  },
  'an app without a name has that of its script': {
    files: {
      'pm2.config.cjs':
        "module.exports = [{ script: 'bin/tool.sh', interpreter: 'none', instances: 'max', stop_exit_codes: [0] }];",
    },
    config: {
      primary: { name: 'tool', command: 'bin/tool.sh', restart: 'on-failure', stop: { signal: 'SIGINT' } },
    },
    leftOut: ['tool: instances max: one here; pm2 counts the cores for it'],
  },
};

describe('a file of pm2', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
