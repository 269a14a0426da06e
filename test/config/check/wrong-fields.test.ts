import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { inputsFor, makeFolder } from '../support.ts';

const command = 'true';
const primary = (fields: object = {}) => ({ primary: { command, ...fields } });
const withSidecars = (sidecars: object, fields: object = {}) => ({ sidecars, ...primary(fields) });

/** The problems of a config, a line each. */
const problemsOf = (config: object): readonly string[] => {
  const folder = makeFolder();
  const checked = checkConfig(config, { file: 'x', folder, env: {} });
  const result = checked.ok ? resolvePod(checked.value, inputsFor(checked.value)) : checked;
  if (result.ok) return [];
  const words = formatConfigProblems(result, { color: false }).trimEnd();
  return words.replaceAll(folder, '<folder>').replaceAll(/^x: /gm, '').split('\n');
};

type Case = readonly [what: string, config: object, field: string, says: readonly string[]];

/** One problem, at that field, with all these words. */
const expectProblem = (config: object, field: string, says: readonly string[]): void => {
  const problems = problemsOf(config);
  expect(problems).toHaveLength(1);
  const [problem = ''] = problems;
  expect(problem.slice(0, problem.indexOf(': '))).toBe(field);
  for (const words of says) expect(problem).toContain(words);
};

describe('a field that is wrong', () => {
  it.each<Case>([
    ['an unknown field of the pod', { ...primary(), sidecar: {} }, 'sidecar', ["'sidecars'", 'volumes']],
    ['an unknown field of a process', primary({ comand: 'x' }), 'primary.comand', ["'command'", 'dependsOn']],
    ['a command under a wrong name', { primary: { comand: 'x' } }, 'primary.comand', ["'command'"]],
    ['a primary under a wrong name', { primry: { command: 'x' } }, 'primry', ["'primary'"]],
    [
      'an unknown field of a probe',
      primary({ readiness: { tcp: 1, perod: 1 } }),
      'primary.readiness.perod',
      ["'period'", 'timeout'],
    ],
    ['a wrong type', primary({ essential: 'yes' }), 'primary.essential', ["'yes'", 'true or false']],
    ['a list in place of an object', primary({ env: ['A=1'] }), 'primary.env', ['["A=1"]', 'variables']],
    ['an unknown word', primary({ restart: 'allways' }), 'primary.restart', ["'allways'", "'always'"]],
    ['an object as variable', primary({ env: { A: { b: 1 } } }), 'primary.env.A', ['{"b":1}', 'a string']],
    [
      'no command',
      withSidecars({ redis: {} }),
      'sidecars.redis.command',
      ['missing', 'a line for the shell'],
    ],
    ['an empty command', primary({ command: '' }), 'primary.command', ["''", 'a line for the shell']],
    ['an empty list as command', primary({ command: [] }), 'primary.command', ['[]', 'list of program and']],
    [
      'a duration without a unit',
      primary({ readiness: { tcp: 1, period: '10' } }),
      'primary.readiness.period',
      ["'10'", "'250ms', '10s', '5m'"],
    ],
    ['a duration in words', { ...primary(), stop: { grace: 'soon' } }, 'stop.grace', ["'soon'", "'10s'"]],
    ['a negative duration', primary({ preStop: { sleep: -1 } }), 'primary.preStop.sleep', ['-1', "'10s'"]],
    ['port 0', primary({ ports: { http: 0 } }), 'primary.ports.http', ['0', '1 to 65535', "'auto'"]],
    ['port 65536', primary({ ports: { http: 65_536 } }), 'primary.ports.http', ['65536', '1 to 65535']],
    [
      'half a restart limit',
      primary({ restart: { limit: { restarts: 1 } } }),
      'primary.restart.limit.within',
      ['missing', "'10s'"],
    ],
    [
      'a condition that does not exist',
      withSidecars({ redis: { command } }, { dependsOn: { redis: 'up' } }),
      'primary.dependsOn.redis',
      ["'up'", "'started'", "'ready'", "'completed'"],
    ],
    ['readiness true', primary({ readiness: true }), 'primary.readiness', ['true', 'a probe, or false']],
    [
      'a volume as a path',
      { ...primary(), volumes: { logs: './logs' } },
      'volumes.logs',
      ["'./logs'", '{ path:'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('the error names what is wrong with a name:', () => {
  const label = 'lower-case letters, digits and inner hyphens';

  it.each<Case>([
    ['capitals', withSidecars({ Redis: { command } }), 'sidecars.Redis', ["'Redis'", label]],
    ['an underscore', withSidecars({ my_db: { command } }), 'sidecars.my_db', ["'my_db'", label]],
    ['a hyphen at its end', primary({ name: 'web-' }), 'primary.name', ["'web-'", label]],
    ['64 letters', withSidecars({ ['a'.repeat(64)]: { command } }), `sidecars.${'a'.repeat(64)}`, ['63']],
    ['of a port', primary({ ports: { HTTP: 80 } }), 'primary.ports.HTTP', ["'HTTP'", label]],
    ['of a volume', { ...primary(), volumes: { a_b: {} } }, 'volumes.a_b', ["'a_b'", label]],
  ])('%s', (_what, config, field, says) => expectProblem(config, field, says));

  it('a name that is there twice', () => {
    const problems = problemsOf({
      init: { web: { command } },
      sidecars: { web: { command }, primary: { command } },
      ...primary(),
    });

    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^sidecars\.web: .*'web' is taken by init\.web/);
    expect(problems[1]).toMatch(/^primary: .*'primary' is taken by sidecars\.primary/);
  });
});

describe('dependencies that are wrong', () => {
  it.each<Case>([
    [
      'a process that does not exist',
      withSidecars({ redis: { command } }, { dependsOn: ['rediss'] }),
      'primary.dependsOn[0]',
      ["'rediss'", "Did you mean 'redis'", 'There are: redis'],
    ],
    [
      'a process that does not exist, in an object',
      withSidecars({ redis: { command, dependsOn: { postgres: 'ready' } } }),
      'sidecars.redis.dependsOn.postgres',
      ["'postgres'", 'There are: primary'],
    ],
    [
      'itself',
      withSidecars({ redis: { command, dependsOn: ['redis'] } }),
      'sidecars.redis.dependsOn[0]',
      ["'redis' cannot depend on itself"],
    ],
    [
      'a circle, which is named',
      withSidecars({
        hen: { command, dependsOn: ['egg'] },
        egg: { command, dependsOn: ['nest'] },
        nest: { command, dependsOn: ['hen'] },
      }),
      'sidecars.nest.dependsOn[0]',
      ['hen → egg → nest → hen'],
    ],
    [
      'a circle through the primary',
      withSidecars({ proxy: { command, dependsOn: ['primary'] } }, { dependsOn: ['proxy'] }),
      'primary.dependsOn[0]',
      ['proxy → primary → proxy'],
    ],
    [
      'an init task that waits for the primary',
      { init: { seed: { command, dependsOn: ['primary'] } }, ...primary() },
      'init.seed.dependsOn[0]',
      ["the primary 'primary'", 'only a sidecar can'],
    ],
    [
      'the completion of what is always restarted',
      withSidecars({ redis: { command } }, { dependsOn: { redis: 'completed' } }),
      'primary.dependsOn.redis',
      ["'redis' never completes", 'always restarted'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('ports and volumes that are wrong', () => {
  it.each<Case>([
    [
      'one fixed port twice',
      withSidecars({ a: { command, ports: { main: 4321 } } }, { ports: { http: 4321 } }),
      'primary.ports.http',
      ['port 4321 on 127.0.0.1', 'sidecars.a.ports.main'],
    ],
    [
      'a volume that is not declared',
      { volumes: { logs: {} }, ...primary({ mounts: { logz: 'var/log' } }) },
      'primary.mounts.logz',
      ["'logz'", "Did you mean 'logs'", 'There are: logs'],
    ],
    [
      'a volume where none is declared',
      primary({ mounts: { logs: 'var/log' } }),
      'primary.mounts.logs',
      ["'logs'", 'None are defined here'],
    ],
    [
      'a volume that persists and has a path',
      { volumes: { data: { persist: true, path: 'data' } }, ...primary() },
      'volumes.data',
      ['persist or path, not both'],
    ],
    [
      'two volumes at one place',
      { volumes: { a: {}, b: {} }, ...primary({ mounts: { a: 'var/x', b: './var/x' } }) },
      'primary.mounts.b',
      ["'./var/x'", 'primary.mounts.a'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('probes, hooks and signals that are wrong', () => {
  const targets = 'http, tcp, exec, grpc, log, file, notify';

  it.each<Case>([
    [
      'an unknown port in a TCP probe',
      primary({ ports: { main: 'auto' }, readiness: { tcp: 'mian' } }),
      'primary.readiness.tcp',
      ["'mian'", "Did you mean 'main'", 'There are: main'],
    ],
    [
      'no port for a path',
      primary({ readiness: { http: '/healthz' } }),
      'primary.readiness.http',
      ['no TCP port'],
    ],
    [
      'two targets',
      primary({ startup: { tcp: 1, http: 'http://127.0.0.1/' } }),
      'primary.startup',
      [targets, 'http and tcp'],
    ],
    ['no target', primary({ readiness: { period: '1s' } }), 'primary.readiness', [targets, 'none']],
    [
      'a log line for liveness',
      primary({ liveness: { log: 'up' } }),
      'primary.liveness.log',
      ['startup and readiness'],
    ],
    [
      'no failure allowed',
      primary({ readiness: { tcp: 1, failureThreshold: 0 } }),
      'primary.readiness.failureThreshold',
      ['0', 'a whole number from 1'],
    ],
    [
      'two successes for liveness',
      primary({ liveness: { tcp: 1, successThreshold: 2 } }),
      'primary.liveness.successThreshold',
      ['2', 'must be 1 for liveness'],
    ],
    [
      'two successes for startup',
      primary({ startup: { tcp: 1, successThreshold: 2 } }),
      'primary.startup.successThreshold',
      ['2', 'must be 1 for startup'],
    ],
    [
      'a grace for readiness',
      primary({ readiness: { tcp: 1, grace: '1s' } }),
      'primary.readiness.grace',
      ['startup and liveness'],
    ],
    [
      'a hook with two actions',
      primary({ preStop: { http: 'http://127.0.0.1/', sleep: 1 } }),
      'primary.preStop',
      ['http, sleep', 'http and sleep'],
    ],
    [
      'an empty command beside a process',
      primary({ commands: { migrate: ' ' } }),
      'primary.commands.migrate',
      ["' '", 'a command'],
    ],
    [
      'a command beside a process that is an object without one',
      primary({ commands: { migrate: { description: 'migrates' } } }),
      'primary.commands.migrate.command',
      ['is missing'],
    ],
    [
      'a field that a command beside a process does not have',
      primary({ commands: { migrate: { command: 'true', cwd: '.' } } }),
      'primary.commands.migrate.cwd',
      ['command, description, tty'],
    ],
    [
      'the name of a command beside a process',
      primary({ commands: { 'db:migrate': 'true' } }),
      'primary.commands["db:migrate"]',
      ["'db:migrate' is not a name"],
    ],
    [
      'an unknown reference in a command beside a process',
      primary({ commands: { port: 'echo ${ports.gone.main}' } }),
      'primary.commands.port',
      ['ports.gone.main'],
    ],
    [
      'a signal that does not exist',
      primary({ stop: { signal: 'SIGTREM' } }),
      'primary.stop.signal',
      ["'SIGTREM'", "Did you mean 'SIGTERM'"],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('the error names a file or folder that is missing:', () => {
  const absent = (config: object, field: string, what: string): void => {
    expect(problemsOf(config)).toEqual([`${field}: there is no ${what}.`]);
  };

  it('the pod’s env file', () => absent({ envFile: '.env', ...primary() }, 'envFile', 'file <folder>/.env'));

  it('a process’s env file', () =>
    absent(
      primary({ envFile: [{ path: 'a.env', required: false }, './b.env'] }),
      'primary.envFile',
      'file <folder>/b.env',
    ));

  it('a cwd', () => absent(primary({ cwd: 'app' }), 'primary.cwd', 'folder <folder>/app'));
});

describe('references that are wrong', () => {
  const wired = (fields: object) => ({
    volumes: { logs: {} },
    ...withSidecars({ redis: { command, ports: { main: 'auto' } } }, fields),
  });

  it.each<Case>([
    [
      'an unknown port in a string',
      wired({ env: { REDIS: 'redis://127.0.0.1:${ports.redis.mian}' } }),
      'primary.env.REDIS',
      ["'ports.redis.mian'", "Did you mean 'ports.redis.main'", 'volumes.logs'],
    ],
    [
      'an unknown process in a list',
      wired({ command: ['app', '--port', '${ports.rediss.main}'] }),
      'primary.command[2]',
      ["'ports.rediss.main'", "Did you mean 'ports.redis.main'"],
    ],
    [
      'an unknown volume in a line for the shell',
      wired({ command: 'touch ${volumes.logz}/x' }),
      'primary.command',
      ["'volumes.logz'", "Did you mean 'volumes.logs'"],
    ],
    [
      'an unknown port that a function reads',
      wired({
        env: ({ ports }: { ports: { redis: Record<string, number> } }) => ({ A: ports.redis['mian'] }),
      }),
      'primary.env',
      ["'ports.redis.mian'", "Did you mean 'ports.redis.main'"],
    ],
    [
      'a variable that is not set',
      wired({ env: { DIR: '${env.SIDECARCTL_NOT_SET}/x' } }),
      'primary.env.DIR',
      ["'SIDECARCTL_NOT_SET' is not set"],
    ],
    [
      'a shell’s variable where no shell reads',
      wired({ env: { DIR: '${HOME}/x' } }),
      'primary.env.DIR',
      ['${HOME}', '${env.HOME}', '$${HOME}'],
    ],
    [
      'a shell’s variable in a list',
      wired({ command: ['echo', '${HOME}'] }),
      'primary.command[1]',
      ['${HOME}', '${env.HOME}'],
    ],
    [
      'a brace that is not closed',
      wired({ cwd: '${volumes.logs' }),
      'primary.cwd',
      ["'${volumes.logs'", '$${'],
    ],
    [
      'a function that throws',
      wired({
        command: () => {
          throw new Error('no luck');
        },
      }),
      'primary.command',
      ['the function failed', 'no luck'],
    ],
    [
      'a function that returns nothing',
      wired({ command: () => undefined }),
      'primary.command',
      ['undefined', 'shell'],
    ],
    [
      'a function that returns what throws',
      wired({
        command: () => ({
          get x() {
            throw new Error('given');
          },
        }),
      }),
      'primary.command',
      ['given'],
    ],
    [
      'a function that throws what cannot be shown',
      wired({
        command: () => {
          throw Object.create(null);
        },
      }),
      'primary.command',
      ['cannot be shown'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});
