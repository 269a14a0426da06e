import { describe, expect, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';
import { draft, type Files } from './draft.ts';

const file = (yaml: string, more: Files = {}): Files => ({ 'process-compose.yaml': yaml, ...more });

const CASES: Readonly<Record<string, Case>> = {
  'a process that ends the project is the primary, and others that do are essential': {
    files: file(`processes:
  api: { command: node api.js, availability: { exit_on_end: true } }
  queue: { command: node queue.js, availability: { exit_on_end: true } }
  mail: { command: node mail.js, availability: { exit_on_skipped: true } }
`),
    config: {
      sidecars: {
        queue: { command: 'node queue.js', restart: 'never', essential: true },
        mail: { command: 'node mail.js', restart: 'never', essential: true },
      },
      primary: { name: 'api', command: 'node api.js' },
    },
  },
  'exit_on_failure is essential only for what is to run on': {
    files: file(`processes:
  note: { command: echo written, availability: { restart: exit_on_failure } }
  store:
    command: node store.js
    ready_log_line: open
    availability: { restart: exit_on_failure }
  api: { command: node api.js, depends_on: { store: { condition: process_log_ready } } }
`),
    config: {
      sidecars: {
        note: { command: 'echo written', restart: 'never' },
        store: { command: 'node store.js', readiness: { log: 'open' }, restart: 'never', essential: true },
      },
      primary: { name: 'api', command: 'node api.js', dependsOn: ['store'] },
    },
  },
  'the app depends on others, and is no server or set-up of theirs': {
    files: file(`processes:
  mysql_setup: { command: ./setup.sh }
  fault-proxy: { command: toxiproxy-server }
  db_log: { command: tail -f db.log }
  web-shop: { command: node shop.js, depends_on: { mysql_setup: { condition: process_completed_successfully } } }
`),
    config: {
      init: { 'mysql-setup': { command: './setup.sh' } },
      sidecars: {
        'fault-proxy': { command: 'toxiproxy-server', restart: 'never' },
        'db-log': { command: 'tail -f db.log', restart: 'never' },
      },
      primary: { name: 'web-shop', command: 'node shop.js', dependsOn: ['mysql-setup'] },
    },
  },
  'a disabled process is no app while another runs': {
    files: file(`processes:
  api: { command: node api.js, disabled: true }
  tool: { command: node tool.js }
`),
    config: {
      sidecars: { api: { command: 'node api.js', restart: 'never', autostart: false } },
      primary: { name: 'tool', command: 'node tool.js' },
    },
  },
  'where all are disabled, a server starts before a set-up that waits for it': {
    files: file(`processes:
  objects: { command: minio server, disabled: true, ready_log_line: open }
  objects-setup:
    command: ./setup.sh
    disabled: true
    depends_on: { objects: { condition: process_log_ready } }
`),
    config: {
      sidecars: {
        'objects-setup': {
          command: './setup.sh',
          dependsOn: ['objects'],
          restart: 'never',
          autostart: false,
        },
      },
      primary: { name: 'objects', command: 'minio server', readiness: { log: 'open' } },
    },
  },
  'an init task neither watches nor restarts for ever': {
    files: file(`processes:
  gen:
    command: node gen.js
    watch: { paths: [{ path: src }] }
    availability: { restart: always }
  api: { command: node api.js, depends_on: { gen: { condition: process_completed_successfully } } }
`),
    config: {
      init: { gen: { command: 'node gen.js' } },
      primary: { name: 'api', command: 'node api.js', dependsOn: ['gen'] },
    },
  },
  'an absolute folder stays, and one that is not there is left out': {
    files: file(`processes:
  api: { command: node api.js, working_dir: /tmp, env_file: /etc/shop.env }
  two: { command: node two.js, working_dir: /nowhere }
`),
    config: {
      sidecars: { two: { command: 'node two.js', restart: 'never' } },
      primary: {
        name: 'api',
        command: 'node api.js',
        cwd: '/tmp',
        envFile: { path: '/etc/shop.env', required: false },
      },
    },
  },
  'a folder with a variable needs that variable': {
    files: file('processes: { api: { command: node api.js, working_dir: "$ROOT/core" } }'),
    options: { env: { ROOT: '/srv' } },
    config: { primary: { name: 'api', command: 'node api.js', cwd: '${env.ROOT}/core' } },
  },
  'the number of a replica is 0, and replicas of the app are instances': {
    files: file(`processes:
  api:
    command: node api.js
    replicas: 2
    readiness_probe: { http_get: { port: "300{{.PC_REPLICA_NUM}}", path: up } }
`),
    config: {
      primary: {
        name: 'api',
        instances: 2,
        command: 'node api.js',
        readiness: { http: 'http://127.0.0.1:3000/up', period: '10s' },
      },
    },
  },
  'a project has what it extends, and its override': {
    files: file(
      `extends: base/all.yaml
processes:
  api: { command: node api.js, environment: [A=1, B=2] }
  second: { extends: api, environment: [B=3] }
`,
      {
        'process-compose.override.yaml': 'processes: { api: { environment: [A=9] } }',
        'base/all.yaml': 'processes: { cache: { command: node cache.js } }',
      },
    ),
    config: {
      sidecars: {
        cache: { command: 'node cache.js', cwd: 'base', restart: 'never' },
        second: { command: 'node api.js', env: { A: '9', B: '3' }, restart: 'never' },
      },
      primary: { name: 'api', command: 'node api.js', env: { A: '9', B: '2' } },
    },
  },
  'a schedule and a keyboard wait for their start by hand': {
    files: file(`processes:
  tidy: { command: node tidy.js, schedule: { cron: "0 3 * * *" } }
  shell: { command: node, is_interactive: true }
  api: { command: node api.js }
`),
    config: {
      sidecars: {
        tidy: { command: 'node tidy.js', restart: 'never', autostart: false },
        shell: { command: 'node', restart: 'never', autostart: false, tty: true },
      },
      primary: { name: 'api', command: 'node api.js' },
    },
  },
  'a daemon is held, with its own stop': {
    files: file(`processes:
  pg:
    command: pg_ctl start -w
    is_daemon: true
    shutdown: { command: pg_ctl stop }
    readiness_probe: { exec: { command: "curl -fs http://localhost:5000/up" } }
  api: { command: node api.js, depends_on: { pg: { condition: process_healthy } } }
`),
    config: {
      sidecars: {
        pg: {
          command: 'pg_ctl start -w && exec sleep infinity',
          readiness: { http: 'http://localhost:5000/up', period: '10s' },
          restart: 'never',
          stop: { command: 'pg_ctl stop' },
        },
      },
      primary: { name: 'api', command: 'node api.js', dependsOn: ['pg'] },
    },
  },
  'a probe that YAML reads as a truth value is a command': {
    files: file('processes: { api: { command: node api.js, liveness_probe: { exec: { command: true } } } }'),
    config: { primary: { name: 'api', command: 'node api.js', liveness: { exec: 'true', period: '10s' } } },
  },
  'a shell of the project runs its commands, and dollars may be only dollars': {
    files: file(`shell: { shell_command: zsh }
disable_env_expansion: true
environment: ["PRICE=$5 $HOME"]
processes: { api: { command: node api.js } }
`),
    config: {
      env: { PRICE: '$5 $HOME' },
      primary: { name: 'api', command: ['zsh', '-c', 'node api.js'] },
    },
  },
};

describe('a process-compose file', () => {
  it.each(Object.entries(CASES))('%s', async (_, each) => {
    await expectDraft(each);
  });

  it.each([
    'echo $RANDOM',
    'echo {1..3}',
    'for ((i=0; i<3; i++)); do x; done',
    '[ "$a" == b ] && x',
    'echo -e "a\\tb"',
    "printf $'a'",
    'a |& b',
    'wait -n',
    'read -t 1 x',
    'shopt -s globstar',
    'source ./env',
    'echo a\necho b',
  ])('runs in bash what sh may read in another way: %j', async (command) => {
    const { config } = await draft(file(JSON.stringify({ processes: { api: { command } } })));
    expect(config).toEqual({ primary: { name: 'api', command: ['bash', '-c', command] } });
  });

  it.each(['node x.js --a=1 > x.log 2>&1', 'test -f x || exit 1', 'A=1 node "x y.js" & wait', 'x ${A:-b}'])(
    'leaves to sh what sh reads the same: %j',
    async (command) => {
      const { config } = await draft(file(JSON.stringify({ processes: { api: { command } } })));
      expect(config).toEqual({ primary: { name: 'api', command } });
    },
  );

  it('says what it cannot carry over, and that its choice of an app is a guess', async () => {
    const { leftOut, remarks } = await draft(
      file(`env_cmds: { A: date }
processes:
  a: { command: node a.js, is_elevated: true, log_location: a.log }
  b: { command: node b.js, log_location: b.log, shutdown: { parent_only: true } }
`),
    );
    expect(leftOut).toEqual([
      'env_cmds: the output of a command is no variable; a config in TypeScript can run it',
      'a: is_elevated: a process runs as you',
      'a, b: log_location: log files are in .sidecarctl',
      'b: shutdown.parent_only: a stop is for the whole process tree',
    ]);
    expect(remarks.at(-1)).toBe('that a is the app is a guess: the pod ends with it');
  });
});
