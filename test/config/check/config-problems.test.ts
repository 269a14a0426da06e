import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { problemsOf } from '../support.ts';

const primary = (fields: object = {}) => ({ primary: { command: 'node server.js', ...fields } });
const sidecars = (processes: object) => ({ sidecars: processes, primary: { command: 'node server.js' } });
const command = 'x';

describe('a shape that is wrong', () => {
  it.each<readonly [string, unknown, string]>([
    [
      'no config at all',
      undefined,
      'the config: is undefined; expected an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui.',
    ],
    [
      'a list',
      [],
      'the config: is []; expected an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui.',
    ],
    [
      'nothing in it',
      {},
      'primary: is missing; expected an object with a command or an image, and whatever else the app needs.',
    ],
    [
      'an unknown field',
      { ...primary(), sidecar: {} },
      "sidecar: unknown field. Did you mean 'sidecars'? Known fields: $schema, name, env, envFile, volumes, init, sidecars, primary, apps, stop, container, ui.",
    ],
    [
      'an unknown field of a process',
      primary({ comand: 'x' }),
      "primary.comand: unknown field. Did you mean 'command'? Known fields: name, instances, description, command, image, args, workingDir, user, pull, build, anonymousVolumes, cwd, env, envFile, ports, mounts, files, provides, requires, dependsOn, isolate, startup, readiness, liveness, postStart, preStop, commands, restart, essential, stop, watch, autostart, stdin, tty.",
    ],
    [
      'an unknown field of a probe',
      primary({ readiness: { tcp: 1, perod: 1 } }),
      "primary.readiness.perod: unknown field. Did you mean 'period'? Known fields: http, tcp, exec, grpc, log, file, notify, initialDelay, period, timeout, successThreshold, failureThreshold, grace.",
    ],
    [
      'an unknown field of a port',
      primary({ ports: { main: { port: 1, hostname: 'x' } } }),
      'primary.ports.main.hostname: unknown field. Known fields: port, protocol, host, target, activate.',
    ],
    [
      'an unknown field of the pod’s stop',
      { ...primary(), stop: { graze: 1 } },
      "stop.graze: unknown field. Did you mean 'grace'? Known fields: grace, minimumGrace.",
    ],
    [
      'no command',
      sidecars({ redis: {} }),
      'sidecars.redis.command: is missing; expected a command: a line for the shell, or a list of program and arguments.',
    ],
    [
      'an empty command',
      primary({ command: '' }),
      "primary.command: is ''; expected a command: a line for the shell, or a list of program and arguments.",
    ],
    [
      'a blank command',
      primary({ command: '  ' }),
      "primary.command: is '  '; expected a command: a line for the shell, or a list of program and arguments.",
    ],
    [
      'an empty list as command',
      primary({ command: [] }),
      'primary.command: is []; expected a command: a line for the shell, or a list of program and arguments.',
    ],
    [
      'an empty program',
      primary({ command: ['', 'x'] }),
      'primary.command: is ["","x"]; expected a command: a line for the shell, or a list of program and arguments.',
    ],
    [
      'a number in a command',
      primary({ command: ['node', 1] }),
      'primary.command[1]: is 1; expected a string.',
    ],
    [
      'a duration without a unit',
      primary({ readiness: { tcp: 1, period: '10' } }),
      "primary.readiness.period: is '10'; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a negative duration',
      { ...primary(), stop: { grace: -1 } },
      "stop.grace: is -1; expected milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a period of nothing',
      primary({ readiness: { tcp: 1, period: '0s' } }),
      "primary.readiness.period: is '0s'; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a name in capitals',
      sidecars({ Redis: { command } }),
      "sidecars.Redis: 'Redis' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'a name with a dot',
      sidecars({ 'my.redis': { command } }),
      `sidecars["my.redis"]: 'my.redis' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.`,
    ],
    [
      'a name of 64 letters',
      sidecars({ ['a'.repeat(64)]: { command } }),
      "sidecars.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'a bad port name',
      primary({ ports: { HTTP: 80 } }),
      "primary.ports.HTTP: 'HTTP' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'a bad volume name',
      { ...primary(), volumes: { a_b: {} } },
      "volumes.a_b: 'a_b' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'a bad name of the primary',
      primary({ name: '-web' }),
      "primary.name: '-web' is not a name: names are lower-case letters, digits and inner hyphens, at most 63 of them.",
    ],
    [
      'port 0',
      primary({ ports: { http: 0 } }),
      "primary.ports.http: is 0; expected a number from 1 to 65535 or 'auto', or an object with port, protocol, host, target, activate.",
    ],
    [
      'port 65536',
      primary({ ports: { http: 65_536 } }),
      "primary.ports.http: is 65536; expected a number from 1 to 65535 or 'auto', or an object with port, protocol, host, target, activate.",
    ],
    [
      'half a port',
      primary({ ports: { http: 80.5 } }),
      "primary.ports.http: is 80.5; expected a number from 1 to 65535 or 'auto', or an object with port, protocol, host, target, activate.",
    ],
    [
      'a port in words',
      primary({ ports: { http: 'any' } }),
      "primary.ports.http: is 'any'; expected a number from 1 to 65535 or 'auto', or an object with port, protocol, host, target, activate.",
    ],
    [
      'an unknown protocol',
      primary({ ports: { http: { port: 80, protocol: 'sctp' } } }),
      "primary.ports.http.protocol: is 'sctp'; expected 'tcp' or 'udp'.",
    ],
    [
      'an object as variable',
      primary({ env: { A: { b: 1 } } }),
      'primary.env.A: is {"b":1}; expected a string, a number, true, false, or null to remove the variable.',
    ],
    [
      'a number as variable that JavaScript cannot hold',
      primary({ env: { A: 2 ** 64 } }),
      'primary.env.A: is 18446744073709552000; expected a number that JavaScript can hold exactly: write it in quotes.',
    ],
    [
      'a number as name',
      primary({ name: 7 }),
      "primary.name: is 7; expected a name in quotes, such as 'web'.",
    ],
    [
      'an undefined variable',
      primary({ env: { A: undefined } }),
      'primary.env.A: is undefined; expected a string, a number, true, false, or null to remove the variable.',
    ],
    [
      'a number as env file',
      primary({ envFile: 3 }),
      'primary.envFile: is 3; expected a path, an object with path and required, or a list of these.',
    ],
    [
      'a wrong condition',
      primary({ dependsOn: { redis: 'up' } }),
      "primary.dependsOn.redis: is 'up'; expected 'started', 'ready', 'completed', or an object with condition, restart, required.",
    ],
    [
      'a wrong condition in an object',
      {
        sidecars: { redis: { command: 'redis' } },
        ...primary({ dependsOn: { redis: { condition: 'up' } } }),
      },
      "primary.dependsOn.redis.condition: is 'up'; expected 'started', 'ready' or 'completed'.",
    ],
    [
      'readiness true',
      primary({ readiness: true }),
      'primary.readiness: is true; expected a probe, or false.',
    ],
    [
      'a probe that is a string',
      primary({ liveness: '/healthz' }),
      "primary.liveness: is '/healthz'; expected an object with a target: http, tcp, exec, grpc, log, file or notify.",
    ],
    [
      'a status of 42',
      primary({ readiness: { http: { status: 42 } } }),
      'primary.readiness.http.status: is 42; expected an HTTP status from 100 to 599.',
    ],
    [
      'a path without a slash',
      primary({ readiness: { http: { path: 'healthz' } } }),
      "primary.readiness.http.path: is 'healthz'; expected a path that starts with '/'.",
    ],
    [
      'notify false',
      primary({ readiness: { notify: false } }),
      'primary.readiness.notify: is false; expected true.',
    ],
    [
      'an empty log pattern',
      primary({ readiness: { log: '' } }),
      "primary.readiness.log: is ''; expected a string that is not empty, or a regular expression.",
    ],
    [
      'no failures allowed',
      primary({ readiness: { tcp: 1, failureThreshold: 0 } }),
      'primary.readiness.failureThreshold: is 0; expected a whole number from 1.',
    ],
    [
      'a hook that is a number',
      primary({ preStop: 3 }),
      'primary.preStop: is 3; expected a command, { http: … } or { sleep: … }.',
    ],
    [
      'an unknown restart policy',
      primary({ restart: 'sometimes' }),
      "primary.restart: is 'sometimes'; expected 'always', 'on-failure', 'never', or an object with policy, backoff, resetAfter, limit.",
    ],
    [
      'a misspelled restart policy',
      primary({ restart: 'alwys' }),
      "primary.restart: is 'alwys'; expected 'always', 'on-failure', 'never', or an object with policy, backoff, resetAfter, limit. Did you mean 'always'?",
    ],
    [
      'an unknown policy in an object',
      primary({ restart: { policy: 'sometimes' } }),
      "primary.restart.policy: is 'sometimes'; expected 'always', 'on-failure' or 'never'.",
    ],
    [
      'no initial back-off',
      primary({ restart: { backoff: { initial: 0 } } }),
      "primary.restart.backoff.initial: is 0; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a negative longest back-off',
      primary({ restart: { backoff: { max: -1 } } }),
      "primary.restart.backoff.max: is -1; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a shrinking back-off',
      primary({ restart: { backoff: { factor: 0.5 } } }),
      'primary.restart.backoff.factor: is 0.5; expected a number from 1.',
    ],
    [
      'a limit of no restarts',
      primary({ restart: { limit: { restarts: 0, within: '1m' } } }),
      'primary.restart.limit.restarts: is 0; expected a whole number from 1.',
    ],
    [
      'a limit within no time',
      primary({ restart: { limit: { restarts: 1, within: 0 } } }),
      "primary.restart.limit.within: is 0; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'half a limit',
      primary({ restart: { limit: { restarts: 1 } } }),
      "primary.restart.limit.within: is missing; expected a time above 0: milliseconds or a duration such as '250ms', '10s', '5m'.",
    ],
    [
      'a yes for a boolean',
      primary({ essential: 'yes' }),
      "primary.essential: is 'yes'; expected true or false.",
    ],
    [
      'a number as signal',
      primary({ stop: { signal: 15 } }),
      "primary.stop.signal: is 15; expected the name of a signal, such as 'SIGTERM'.",
    ],
    [
      'a number to watch',
      primary({ watch: 3 }),
      'primary.watch: is 3; expected a list of globs, or an object with paths, ignore, debounce, action, polling.',
    ],
    ['a number as $schema', { $schema: 1, ...primary() }, '$schema: is 1; expected a string.'],
    [
      'a volume that is a string',
      { ...primary(), volumes: { logs: './logs' } },
      "volumes.logs: is './logs'; expected {}, { persist: true } or { path: … }.",
    ],
  ])('is refused: %s', (_title, config, message) => {
    expect(problemsOf(config)).toBe(message);
  });
});

describe('a rule that is broken', () => {
  it.each<readonly [string, unknown, string]>([
    [
      'two processes of one name',
      { init: { web: { command } }, sidecars: { web: { command } }, ...primary({ name: 'web' }) },
      `sidecars.web: the name 'web' is taken by init.web: init tasks, sidecars and the primary need different names.
primary: the name 'web' is taken by init.web: init tasks, sidecars and the primary need different names.`,
    ],
    [
      'a sidecar called primary',
      sidecars({ primary: { command } }),
      "primary: the name 'primary' is taken by sidecars.primary: init tasks, sidecars and the primary need different names.",
    ],
    [
      'an init task that is watched',
      { init: { seed: { command, watch: ['src'] } }, ...primary() },
      'init.seed.watch: an init task does not run again when files change, so it watches nothing: leave it out.',
    ],
    [
      'a udp port to be listened on',
      primary({ ports: { dns: { port: 53, protocol: 'udp', activate: true } } }),
      'primary.ports.dns.activate: only a tcp port can be listened on for a process: leave it out.',
    ],
    [
      'a name to be listened on',
      primary({ ports: { http: { port: 'auto', host: 'shop.example', activate: true } } }),
      'primary.ports.http.activate: only an address, or localhost, can be listened on for a process: leave it out.',
    ],
    [
      'a signal on changes that there is not',
      primary({ watch: { paths: ['src'], action: { signal: 'SIGHOP' } } }),
      "primary.watch.action.signal: there is no signal 'SIGHOP'. Did you mean 'SIGHUP'?",
    ],
    [
      'an action on changes that there is not',
      primary({ watch: { paths: ['src'], action: 'reload' } }),
      "primary.watch.action: is 'reload'; expected 'restart', { signal: … } or { command: … }.",
    ],
    [
      'a log probe for liveness',
      primary({ liveness: { log: 'x' } }),
      'primary.liveness.log: a line in the log does not show that a process is still alive: use log for startup and readiness.',
    ],
    [
      'two successes for startup',
      primary({ startup: { tcp: 1, successThreshold: 2 } }),
      'primary.startup.successThreshold: is 2, but must be 1 for startup.',
    ],
    [
      'two successes for liveness',
      primary({ liveness: { tcp: 1, successThreshold: 2 } }),
      'primary.liveness.successThreshold: is 2, but must be 1 for liveness.',
    ],
    [
      'a grace for readiness',
      primary({ readiness: { tcp: 1, grace: '1s' } }),
      'primary.readiness.grace: a readiness probe kills nothing, so it has no grace: only startup and liveness probes have one.',
    ],
    [
      'a probe without a target',
      primary({ readiness: { period: '1s' } }),
      'primary.readiness: a probe has exactly one of http, tcp, exec, grpc, log, file, notify; this one has none.',
    ],
    [
      'a probe with two targets',
      primary({ startup: { tcp: 1, http: 'http://localhost/' } }),
      'primary.startup: a probe has exactly one of http, tcp, exec, grpc, log, file, notify; this one has http and tcp.',
    ],
    [
      'a hook without an action',
      primary({ preStop: {} }),
      'primary.preStop: a hook has exactly one of http, sleep; this one has none.',
    ],
    [
      'a hook with two actions',
      primary({ preStop: { http: 'http://localhost/', sleep: 1 } }),
      'primary.preStop: a hook has exactly one of http, sleep; this one has http and sleep.',
    ],
    [
      'an unknown process, near',
      { ...sidecars({ redis: { command } }), ...primary({ dependsOn: ['rediss'] }) },
      "primary.dependsOn[0]: there is no process 'rediss'. Did you mean 'redis'? There are: redis.",
    ],
    [
      'an unknown process, far',
      primary({ dependsOn: { postgres: 'ready' } }),
      "primary.dependsOn.postgres: there is no process 'postgres'. None are defined here.",
    ],
    [
      'depending on oneself',
      sidecars({ redis: { command, dependsOn: ['redis'] } }),
      "sidecars.redis.dependsOn[0]: 'redis' cannot depend on itself.",
    ],
    [
      'a circle',
      sidecars({
        hen: { command, dependsOn: ['egg'] },
        egg: { command, dependsOn: ['nest'] },
        nest: { command, dependsOn: ['hen'] },
      }),
      'sidecars.nest.dependsOn[0]: dependency cycle: hen → egg → nest → hen.',
    ],
    [
      'a circle through the primary',
      { sidecars: { proxy: { command, dependsOn: ['primary'] } }, ...primary({ dependsOn: ['proxy'] }) },
      'primary.dependsOn[0]: dependency cycle: proxy → primary → proxy.',
    ],
    [
      'an init task that waits for the primary',
      { init: { seed: { command, dependsOn: ['web'] } }, ...primary({ name: 'web' }) },
      "init.seed.dependsOn[0]: an init task cannot depend on the primary 'web', only a sidecar can.",
    ],
    [
      'waiting for the end of a sidecar',
      { sidecars: { redis: { command } }, ...primary({ dependsOn: { redis: 'completed' } }) },
      "primary.dependsOn.redis: 'redis' never completes: it is always restarted.",
    ],
    [
      'waiting for the end of the primary',
      sidecars({ proxy: { command, dependsOn: { primary: 'completed' } } }),
      "sidecars.proxy.dependsOn.primary: 'primary' never completes: the pod ends with the primary.",
    ],
    [
      'one port twice',
      { sidecars: { a: { command, ports: { main: 80 } } }, ...primary({ ports: { http: 80 } }) },
      'primary.ports.http: tcp port 80 on 127.0.0.1 is already taken by sidecars.a.ports.main.',
    ],
    [
      'one port on addresses that overlap',
      {
        sidecars: { a: { command, ports: { main: 80 } } },
        ...primary({ ports: { http: { port: 80, host: '0.0.0.0' } } }),
      },
      'primary.ports.http: tcp port 80 on 0.0.0.0 overlaps sidecars.a.ports.main, which has it on 127.0.0.1: give one of them another port.',
    ],
    [
      'an undeclared volume, near',
      { volumes: { logs: {} }, ...primary({ mounts: { logz: 'x' } }) },
      "primary.mounts.logz: there is no volume 'logz'. Did you mean 'logs'? There are: logs.",
    ],
    [
      'an undeclared volume, none there',
      primary({ mounts: { logs: 'x' } }),
      "primary.mounts.logs: there is no volume 'logs'. None are defined here.",
    ],
    [
      'two volumes at one path',
      { volumes: { a: {}, b: {} }, ...primary({ mounts: { a: 'var/x', b: './var/x/' } }) },
      "primary.mounts.b: another volume is already mounted at './var/x/', by primary.mounts.a.",
    ],
    [
      'two volumes at one path for one process alone',
      { volumes: { a: {}, b: {} }, ...primary({ mounts: { a: '/var/log', b: '/var/log/' } }) },
      "primary.mounts.b: another volume is already mounted at '/var/log', by primary.mounts.a.",
    ],
    [
      'a mount that hides what every process needs',
      { volumes: { a: {} }, ...primary({ mounts: { a: '/dev' } }) },
      "primary.mounts.a: a mount at '/dev' would hide /dev from the process: mount elsewhere.",
    ],
    [
      'a mount of what is neither a volume nor a file',
      { volumes: { logs: {} }, ...primary({ files: { conf: '' }, mounts: { cnf: 'x' } }) },
      "primary.mounts.cnf: there is no volume or file of this process 'cnf'. Did you mean 'conf'? There are: logs, conf.",
    ],
    [
      'a file where a volume is',
      {
        volumes: { a: {} },
        ...primary({ files: { conf: '' }, mounts: { a: 'x', conf: [{ path: 'y' }, './x'] } }),
      },
      "primary.mounts.conf[1]: another volume is already mounted at './x', by primary.mounts.a.",
    ],
    [
      'two parts of a volume at one path',
      { volumes: { a: {} }, ...primary({ mounts: { a: ['x', { path: 'x', subPath: 'part' }] } }) },
      "primary.mounts.a[1]: it is already mounted at 'x', by primary.mounts.a[0].",
    ],
    [
      'a symlink that would be read-only',
      { volumes: { a: {} }, ...primary({ mounts: { a: { path: 'x', readOnly: true } } }) },
      "primary.mounts.a.readOnly: this mount is a symlink, which cannot be read-only: leave it out, or mount at an absolute path outside the config's folder.",
    ],
    [
      'a part that leads out of its volume',
      { volumes: { a: {} }, ...primary({ mounts: { a: { path: 'x', subPath: 'b/../../c' } } }) },
      "primary.mounts.a.subPath: 'b/../../c' leads out of the volume: write a path within it, such as 'data/cache', without '..'.",
    ],
    [
      'an absolute part of a volume',
      { volumes: { a: {} }, ...primary({ mounts: { a: { path: 'x', subPath: '/etc' } } }) },
      "primary.mounts.a.subPath: '/etc' leads out of the volume: write a path within it, such as 'data/cache', without '..'.",
    ],
    [
      'a part of a file',
      primary({ files: { conf: '' }, mounts: { conf: { path: 'x', subPath: 'y' } } }),
      'primary.mounts.conf.subPath: a file has no parts: leave it out.',
    ],
    [
      'a misspelled field of a mount',
      { volumes: { a: {} }, ...primary({ mounts: { a: { path: 'x', readonly: true } } }) },
      "primary.mounts.a.readonly: unknown field. Did you mean 'readOnly'? Known fields: path, subPath, readOnly.",
    ],
    [
      'a mount that is no path',
      { volumes: { a: {} }, ...primary({ mounts: { a: 7 } }) },
      'primary.mounts.a: is 7; expected a path, an object with path and, if needed, subPath, readOnly, or a list of them.',
    ],
    [
      'a namespace of a kind that is not isolated',
      primary({ isolate: 'net' }),
      "primary.isolate: is 'net'; expected 'pid'.",
    ],
    [
      'a volume that persists and has a path',
      { volumes: { a: { persist: true, path: 'x' } }, ...primary() },
      'volumes.a: takes persist or path, not both: sidecarctl never deletes a directory of yours.',
    ],
    [
      'an unknown signal',
      primary({ stop: { signal: 'SIGTREM' } }),
      "primary.stop.signal: there is no signal 'SIGTREM'. Did you mean 'SIGTERM'?",
    ],
    [
      'an unknown signal without SIG',
      primary({ stop: { signal: 'KIL' } }),
      "primary.stop.signal: there is no signal 'KIL'. Did you mean 'SIGKILL'?",
    ],
    [
      'an unknown port in a tcp probe',
      primary({ ports: { main: 1 }, readiness: { tcp: 'mian' } }),
      "primary.readiness.tcp: this process has no port 'mian'. Did you mean 'main'? There are: main.",
    ],
    [
      'an unknown port in a http probe',
      primary({ ports: { main: 1 }, readiness: { http: { port: 'mian' } } }),
      "primary.readiness.http.port: this process has no port 'mian'. Did you mean 'main'? There are: main.",
    ],
    [
      'an unknown port in a grpc probe',
      primary({ readiness: { grpc: { port: 'main' } } }),
      "primary.readiness.grpc.port: this process has no port 'main'. None are defined here.",
    ],
    [
      'a path without a port',
      primary({ readiness: { http: '/healthz' } }),
      "primary.readiness.http: 'primary' declares no TCP port that this could mean: declare one, or write a whole URL.",
    ],
    [
      'a path with only a UDP port',
      primary({ ports: { dns: { port: 53, protocol: 'udp' } }, preStop: { http: '/' } }),
      "primary.preStop.http: 'primary' declares no TCP port that this could mean: declare one, or write a whole URL.",
    ],
    [
      'a tcp probe on a UDP port',
      primary({ ports: { dns: { port: 53, protocol: 'udp' } }, readiness: { tcp: 'dns' } }),
      "primary.readiness.tcp: 'primary' declares no TCP port that this could mean: declare one, or write a whole URL.",
    ],
    [
      'a port number that is none, in words',
      primary({ readiness: { tcp: '70000' } }),
      'primary.readiness.tcp: is 70000; expected a port name of the process, or a number from 1 to 65535.',
    ],
    [
      'an init task that never ends',
      { init: { seed: { command, restart: 'always' } }, ...primary() },
      "init.seed.restart: 'seed' never completes: it is always restarted.",
    ],
    [
      'a URL of another kind',
      primary({ readiness: { http: 'ftp://localhost/' } }),
      "primary.readiness.http: is 'ftp://localhost/'; expected a path that starts with '/', an http or https URL, or an object with port, path, scheme, headers, status.",
    ],
    [
      'a missing env file of the pod',
      { envFile: '.env', ...primary() },
      'envFile: there is no file <folder>/.env.',
    ],
    [
      'a missing env file of a process',
      primary({ envFile: ['.env', { path: 'b.env', required: false }] }),
      'primary.envFile: there is no file <folder>/.env.',
    ],
    ['a missing folder', primary({ cwd: 'app' }), 'primary.cwd: there is no folder <folder>/app.'],
  ])('is refused: %s', (_title, config, message) => {
    expect(problemsOf(config)).toBe(message);
  });

  it('a file where a folder is wanted', () => {
    expect(problemsOf(primary({ cwd: 'app' }), { app: '' })).toMatchInlineSnapshot(
      `"primary.cwd: there is no folder <folder>/app."`,
    );
  });
});

describe('no rule is broken by', () => {
  it.each<readonly [string, unknown]>([
    ['one fixed port on two protocols', primary({ ports: { a: 53, b: { port: 53, protocol: 'udp' } } })],
    ['one fixed port on two hosts', primary({ ports: { a: 80, b: { port: 80, host: '127.0.0.2' } } })],
    ['several automatic ports', primary({ ports: { a: 'auto', b: 'auto' } })],
    [
      'one volume at one path in two processes',
      {
        volumes: { a: {} },
        sidecars: { s: { command, mounts: { a: 'x' } } },
        ...primary({ mounts: { a: './x' } }),
      },
    ],
    [
      'one part of a volume at one path in two processes, however it is written',
      {
        volumes: { a: {} },
        sidecars: { s: { command, mounts: { a: { path: 'x', subPath: 'b/' } } } },
        ...primary({ mounts: { a: [{ path: './x', subPath: './b' }, 'y'] } }),
      },
    ],
    [
      'waiting for the end of a sidecar that ends',
      { sidecars: { s: { command, restart: 'never' } }, ...primary({ dependsOn: { s: 'completed' } }) },
    ],
    ['a sidecar that waits for the primary', sidecars({ proxy: { command, dependsOn: ['primary'] } })],
    [
      'fields that are undefined',
      primary({ cwd: undefined, dependsOn: { redis: undefined }, readiness: undefined }),
    ],
  ])('%s', (_title, config) => {
    expect(problemsOf(config)).toBe('no problem');
  });
});

describe('problems', () => {
  it('come all at once', () => {
    const config = {
      ...sidecars({ a: { command, stop: { signal: 'SIGHOP' } }, b: { command, dependsOn: ['c'] } }),
      volumes: { v: {} },
    };
    expect(problemsOf(config).split('\n')).toHaveLength(2);
  });

  it('name the file, and are coloured on request', () => {
    const checked = checkConfig(primary({ stop: { signal: 'SIGHOP' } }), {
      file: '/shop/sidecars.config.ts',
      folder: '/',
      env: {},
    });
    if (checked.ok) throw new Error('the signal was let through');
    expect(formatConfigProblems(checked, { color: false })).toBe(
      "/shop/sidecars.config.ts: primary.stop.signal: there is no signal 'SIGHOP'. Did you mean 'SIGHUP'?\n",
    );
    expect(formatConfigProblems(checked, { color: true })).toContain(
      '\u001B[1mprimary.stop.signal\u001B[22m',
    );
  });
});

describe('keys of the dashboard', () => {
  const keys = (given: object) => ({ ...primary(), ui: { keys: given } });

  it.each<readonly [string, object, string]>([
    [
      'one that another action has by default',
      { restart: 'x' },
      "ui.keys.restart: the key 'x' is already bound to 'stop': give one of them another key.",
    ],
    [
      'one of several, given to two',
      { start: ['z', 'ctrl+g'], stop: 'z' },
      "ui.keys.start: the key 'z' is already bound to 'stop': give one of them another key.",
    ],
    ['two that change places', { restart: 'x', stop: 'r' }, 'no problem'],
    ['one that counts elsewhere', { 'show-env': 'w' }, 'no problem'],
    ['the same again', { restart: ['r', 'r'] }, 'no problem'],
  ])('are checked: %s', (_what, given, says) => {
    expect(problemsOf(keys(given))).toBe(says);
  });
});
