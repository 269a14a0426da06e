import { describe, expect, test } from 'vitest';
import { composeOf, exported, type Options } from './exported.ts';
import { findMistakes } from './find-mistakes.ts';

const WEB = { name: 'web', command: ['node', 'web.js'] };

const servicesOf = (config: object, options: Options = {}) => composeOf(config, options).file.services;

/** The service of a primary. */
const web = (fields: object, options: Options = {}) =>
  servicesOf({ primary: { ...WEB, ...fields } }, options)['web'] ?? {};

const lossesOf = (fields: object): readonly string[] => composeOf({ primary: { ...WEB, ...fields } }).losses;

describe('a mistake in a Compose file is found:', () => {
  const file = (service: object, rest: object = {}) => ({
    ...{
      name: 'shop',
      'x-apps': ['web'],
      services: { web: { image: 'web:1', environment: {}, ...service } },
    },
    ...rest,
  });

  test.each([
    [{ imagge: 'x' }, 'Unrecognized key: "imagge"'],
    [{ depends_on: { db: { condition: 'service_started' } } }, 'web waits for db, which is not there'],
    [{ command: ['echo', '$HOME'] }, '$HOME'],
    [{ volumes: ['data:/data'] }, 'there is no volume data'],
    [{ depends_on: { web: { condition: 'service_started' } } }, 'services wait for each other in a circle'],
    [
      { depends_on: { web: { condition: 'service_healthy' } } },
      'web waits for the health of web, which nobody checks',
    ],
    [{ ports: ['127.0.0.1:80:80', '127.0.0.1:80:81'] }, 'two services have 127.0.0.1:80'],
    [{ configs: [{ source: 'a', target: '/a' }] }, 'a stands alone'],
  ])('%j', (service, mistake) => {
    expect(findMistakes(file(service)).join('\n')).toContain(mistake);
    expect(findMistakes(file({}))).toEqual([]);
  });
});

test('each process is a service, in the order of the start, and variables that all have stand there once', () => {
  const { text } = composeOf(
    {
      env: { LOG: 'debug' },
      init: { migrate: { command: 'node migrate.js' } },
      sidecars: { cache: { image: 'redis:7', ports: { main: 6379 } } },
      primary: { ...WEB, ports: { http: 8080 }, env: { CACHE: 'redis://127.0.0.1:${ports.cache.main}/0' } },
    },
    { images: new Map(['web', 'migrate'].map((name) => [name, 'web:1'])) },
  );
  expect(text).toBe(`# Compose goes on when web has ended. This ends with it, and with its exit code:
#   docker compose up --exit-code-from web web

name: shop
x-apps: [web]
x-environment: &environment
  CACHE_SERVICE_HOST: cache
  CACHE_SERVICE_PORT: "6379"
  CACHE_SERVICE_PORT_MAIN: "6379"
  WEB_SERVICE_HOST: web
  WEB_SERVICE_PORT: "8080"
  WEB_SERVICE_PORT_HTTP: "8080"
  PYTHONUNBUFFERED: "1"
  LOG: debug
services:
  migrate:
    image: web:1
    entrypoint: [sh, -c, node migrate.js]
    environment:
      <<: *environment
  cache:
    image: redis:7
    environment:
      <<: *environment
      PORT: "6379"
      PORT_MAIN: "6379"
    ports: [127.0.0.1:6379:6379]
    healthcheck:
      test: [CMD-SHELL, "nc -z 127.0.0.1 6379 || nc 127.0.0.1 6379 -e true || bash -c ': < /dev/tcp/127.0.0.1/6379'"]
      interval: 1s
      timeout: 1s
      start_period: 5m
    restart: unless-stopped
  web:
    image: web:1
    entrypoint: [node, web.js]
    environment:
      <<: *environment
      PORT: "8080"
      PORT_HTTP: "8080"
      CACHE: redis://cache:6379/0
    ports: [127.0.0.1:8080:8080]
    depends_on:
      migrate:
        condition: service_completed_successfully
      cache:
        condition: service_healthy
`);
});

describe('what a service runs', () => {
  const container = (fields: object) =>
    servicesOf({ primary: { name: 'web', image: 'web:1', ...fields } })['web'];

  test('keeps the entrypoint, arguments, folder, user and pull policy of a container', () => {
    const fields = { command: ['run'], args: ['--fast'], workingDir: '/srv', user: 'app', pull: 'always' };
    expect(container(fields)).toMatchObject({
      ...{ image: 'web:1', entrypoint: ['run'], command: ['--fast'], working_dir: '/srv', user: 'app' },
      pull_policy: 'always',
    });
  });

  test('has a line in the shell of the image, and every dollar sign as it is', () => {
    const command = 'echo $HOME ${USER:-me} $$';
    expect(container({ command })).toMatchObject({
      entrypoint: ['sh', '-c', 'echo $$HOME $${USER:-me} $$$$'],
    });
  });

  test('is built as it is here, also for a Compose file elsewhere', () => {
    const build = { context: 'web', dockerfile: 'docker/web.Dockerfile', target: 'dev' };
    const config = { primary: { name: 'web', image: 'web:1', build } };
    const files = { 'web/x': '', 'docker/web.Dockerfile': '' };
    const built = (options: Options) => servicesOf(config, { images: new Map(), files, ...options })['web'];
    expect(built({})).toMatchObject({
      ...{
        image: 'web:1',
        build: { context: './web', dockerfile: '../docker/web.Dockerfile', target: 'dev' },
      },
    });
    expect(built({ folder: '..' })).toMatchObject({
      build: { context: '../web', dockerfile: '../docker/web.Dockerfile' },
    });
    const inline = { context: 'web', dockerfileInline: 'FROM a\nENV B=$C\n', args: { D: '1$' } };
    expect(servicesOf({ primary: { ...config.primary, build: inline } }, { files })['web']).toMatchObject({
      build: { context: './web', dockerfile_inline: 'FROM a\nENV B=$$C\n', args: { D: '1$$' } },
    });
    expect(built({ images: new Map([['web', 'other:1']]) })).not.toHaveProperty('build');
  });

  test('starts in its folder, where an image has the folder of the config at /app', () => {
    expect(web({ cwd: 'api' }, { files: { 'api/x': '' } })).toMatchObject({ working_dir: '/app/api' });
    expect(web({ cwd: '.' })).not.toHaveProperty('working_dir');
  });

  test('has a terminal if the process has one, and what programs need there', () => {
    expect(web({ tty: true })).toMatchObject({
      ...{ tty: true, stdin_open: true, environment: { TERM: 'xterm-256color' } },
    });
  });
});

describe('ports', () => {
  test('with a number are on this machine, and so are all of the primary and of what stands before it', () => {
    const services = servicesOf({
      sidecars: {
        db: { image: 'db:1', ports: { main: { port: 5433, target: 5432 }, admin: 'auto' } },
        cache: { image: 'redis:7', ports: { main: { port: 'auto', target: 6379 } } },
        edge: { image: 'edge:1', ports: { https: 'auto', admin: 'auto' }, dependsOn: ['web'] },
      },
      primary: { ...WEB, ports: { http: 'auto', log: { port: 5140, protocol: 'udp', host: '0.0.0.0' } } },
    });
    const ports = Object.entries(services).map(([name, service]) => [
      name,
      { ports: service['ports'], expose: service['expose'] },
    ]);
    expect(Object.fromEntries(ports)).toEqual({
      db: { ports: ['127.0.0.1:5433:5432'], expose: ['8080'] },
      cache: { expose: ['6379'] },
      edge: { ports: ['127.0.0.1:8081:8081'], expose: ['8082'] },
      web: { ports: ['127.0.0.1:8083:8083', '0.0.0.0:5140:5140/udp'] },
    });
  });

  test('are at localhost for the process itself, and at the name of the service for others', () => {
    const { file } = composeOf({
      sidecars: { log: { image: 'log:1', args: ['[::1]:${ports.web.http}'] } },
      primary: { ...WEB, ports: { http: 80 }, env: { SELF: 'http://localhost:${ports.web.http}' } },
    });
    expect(file.services['log']).toMatchObject({ command: ['web:80'] });
    expect(file.services['web']).toMatchObject({ environment: { SELF: 'http://localhost:80' } });
  });

  test('without a host beside them are told: nobody is at localhost there', () => {
    const { losses } = composeOf({
      sidecars: { cache: { image: 'redis:7', ports: { main: 6379 } } },
      primary: { ...WEB, command: ['web', '--cache-port', '${ports.cache.main}'] },
    });
    expect(losses).toContain(
      "web: command: cache.main is in another service, and has no host beside it; write 'localhost:${ports.cache.main}'",
    );
  });
});

describe('a healthcheck', () => {
  const checked = (fields: object) => web({ ports: { http: 8080 }, ...fields })['healthcheck'];

  test.each([
    [{ exec: ['pg_isready', '-U', '$USER'] }, ['CMD', 'pg_isready', '-U', '$$USER']],
    [{ exec: 'test -e /tmp/up' }, ['CMD-SHELL', 'test -e /tmp/up']],
    [{ file: '/tmp/up' }, ['CMD', 'test', '-e', '/tmp/up']],
    [
      { http: '/up?a=1&b=2' },
      [
        'CMD-SHELL',
        "wget -q -O /dev/null 'http://127.0.0.1:8080/up?a=1&b=2' || curl -fsSL -o /dev/null 'http://127.0.0.1:8080/up?a=1&b=2'",
      ],
    ],
    [
      { http: { path: '/', headers: { Host: "it's" } } },
      [
        'CMD-SHELL',
        "wget -q -O /dev/null --header 'Host: it'\\''s' http://127.0.0.1:8080/ || curl -fsSL -o /dev/null -H 'Host: it'\\''s' http://127.0.0.1:8080/",
      ],
    ],
    [
      { grpc: 'http' },
      [
        'CMD-SHELL',
        "nc -z 127.0.0.1 8080 || nc 127.0.0.1 8080 -e true || bash -c ': < /dev/tcp/127.0.0.1/8080'",
      ],
    ],
  ])('asks what the readiness asks: %j', (target, expected) => {
    expect(checked({ readiness: target })).toMatchObject({ test: expected });
  });

  test('has the times of the readiness, and those that Compose has anyway are left out', () => {
    const readiness = { exec: ['up'], period: '1500ms', timeout: '90s', failureThreshold: 5 };
    expect(checked({ readiness })).toEqual({
      ...{ test: ['CMD', 'up'], interval: '1s500ms', timeout: '1m30s', retries: 5 },
    });
    expect(checked({ readiness: { exec: ['up'] } })).toEqual({
      ...{ test: ['CMD', 'up'], interval: '1s', timeout: '1s' },
    });
  });

  test('lets a process take as long for its start as its startup probe does', () => {
    const startup = { exec: ['up'], period: '2s', failureThreshold: 30, initialDelay: '5s' };
    expect(checked({ startup, readiness: { exec: ['up'] } })).toMatchObject({ start_period: '1m5s' });
  });

  test('of a port that nobody waits for is left out, and one that the config does not want is turned off', () => {
    expect(checked({})).toBeUndefined();
    expect(checked({ readiness: false })).toEqual({ disable: true });
  });

  test.each([
    [{ readiness: { log: 'up' } }, 'web: readiness.log: Compose does not read output'],
    [{ readiness: { notify: true } }, 'web: readiness.notify: Compose takes no notifications'],
    [
      { readiness: { exec: ['up'], successThreshold: 2 } },
      'web: readiness.successThreshold: one success is enough for Compose',
    ],
    [
      { readiness: { http: { path: '/', status: 204 } } },
      'web: readiness.http.status: any status below 400 will do, not only 204',
    ],
    [
      { readiness: { grpc: 'http' } },
      'web: readiness.grpc: the port has to be open, and no more: nothing asks gRPC there',
    ],
    [{ liveness: { tcp: 'http' } }, 'web: liveness: Compose does not restart what is unhealthy'],
    [
      { startup: { exec: ['a'] }, readiness: { exec: ['b'] } },
      'web: startup: a service has one healthcheck, and that is its readiness; its time is kept',
    ],
    [
      { startup: { exec: ['a'] } },
      'web: startup.failureThreshold: Compose does not restart what does not start',
    ],
  ])('cannot have all of %j', (probes, loss) => {
    expect(lossesOf({ ports: { http: 8080 }, ...probes })).toContain(loss);
  });

  test('takes programs of an image for granted, which is told', () => {
    const { assumptions, losses } = composeOf({
      sidecars: { cache: { image: 'redis:7', ports: { main: 6379 } } },
      primary: { ...WEB, ports: { http: 80 }, readiness: { http: '/' }, preStop: { sleep: '1500ms' } },
    });
    expect(losses).toEqual([]);
    expect(assumptions).toEqual([
      'cache: readiness.tcp: its image has nc or bash',
      'web: readiness.http: its image has wget or curl',
      'web: preStop.sleep: its image has sleep',
    ]);
  });
});

describe('a service waits until another one', () => {
  const conditionOf = (cache: object, condition: string) => {
    const sidecars = { cache: { image: 'redis:7', ...cache } };
    const { file, losses } = composeOf({ sidecars, primary: { ...WEB, dependsOn: { cache: condition } } });
    return { losses, said: Object(file.services['web']?.['depends_on'])['cache'] };
  };
  const probe = { exec: ['up'] };

  test.each([
    ['ready', { readiness: probe }, 'service_healthy'],
    ['ready', { startup: probe }, 'service_healthy'],
    ['ready', {}, 'service_started'],
    ['ready', { readiness: { log: 'up' } }, 'service_started'],
    ['started', { readiness: probe }, 'service_started'],
    ['started', { startup: probe }, 'service_healthy'],
  ])('is %s, with %j', (condition, cache, expected) => {
    expect(conditionOf(cache, condition).said).toEqual({ condition: expected });
  });

  test('is started, though only its readiness can be asked, which is told', () => {
    const { losses, said } = conditionOf({ startup: probe, readiness: { exec: ['x'] } }, 'started');
    expect(said).toEqual({ condition: 'service_started' });
    expect(losses).toContain('web: dependsOn.cache: it does not wait for the startup probe of cache');
  });

  test('also if that is the primary, or may fail, or takes it along', () => {
    const edge = {
      image: 'edge:1',
      dependsOn: {
        web: { condition: 'ready', restart: true },
        cache: { condition: 'started', required: false },
      },
    };
    const config = {
      sidecars: { cache: { image: 'redis:7' }, edge },
      primary: { ...WEB, ports: { http: 80 } },
    };
    const { file, losses } = composeOf(config);
    expect(file.services['edge']).toMatchObject({
      depends_on: {
        web: { condition: 'service_healthy', restart: true },
        cache: { condition: 'service_started', required: false },
      },
    });
    expect(losses).toEqual([
      'edge: dependsOn.web.restart: Compose restarts it along with web only if it restarts that itself',
    ]);
  });
});

describe('restarts, the stop and hooks', () => {
  test.each([
    ['always', 'unless-stopped', []],
    ['on-failure', 'on-failure', []],
    ['never', undefined, []],
    [
      { policy: 'on-failure', limit: { restarts: 3, within: '1m' } },
      'on-failure:3',
      ['web: restart.limit.within: Docker counts restarts, whatever time lies between them'],
    ],
    [
      { policy: 'always', limit: { restarts: 3, within: '1m' } },
      'unless-stopped',
      ['web: restart.limit: Docker never gives up'],
    ],
    [
      { policy: 'always', backoff: { max: '5s' } },
      'unless-stopped',
      ['web: restart.backoff: Docker has times of its own'],
    ],
  ])('restart %j', (restart, expected, losses) => {
    expect(web({ restart })['restart']).toBe(expected);
    expect(lossesOf({ restart })).toEqual(losses);
  });

  test('the signal, and a grace that is not that of Compose', () => {
    expect(web({ stop: { signal: 'SIGINT', grace: '1m' } })).toMatchObject({
      ...{ stop_signal: 'SIGINT', stop_grace_period: '1m' },
    });
    expect(web({ stop: { grace: '10s' } })).not.toHaveProperty('stop_grace_period');
    const pod = { stop: { grace: '20s' }, primary: WEB };
    expect(servicesOf(pod)['web']).toMatchObject({ stop_grace_period: '20s' });
  });

  test('hooks, and the command of a stop behind them', () => {
    const hooks = { postStart: 'warm $UP', preStop: { sleep: '1500ms' }, stop: { command: ['bye'] } };
    expect(web(hooks)).toMatchObject({
      post_start: [{ command: ['sh', '-c', 'warm $$UP'] }],
      pre_stop: [{ command: ['sleep', '2'] }, { command: ['bye'] }],
    });
    expect(web({ ports: { http: 80 }, preStop: { http: '/bye' } })).toMatchObject({
      pre_stop: [{ command: ['sh', '-c', expect.stringContaining('http://127.0.0.1:80/bye')] }],
    });
  });

  test('the end of the primary is said once, and not if it always runs', () => {
    const { text } = composeOf({ primary: WEB });
    expect(text).toContain('#   docker compose up --exit-code-from web\n');
    expect(composeOf({ primary: { ...WEB, restart: 'always' } }).text).not.toContain('#');
  });

  test('an init task would end all the others, so the services that are watched are named', () => {
    const sidecars = {
      cache: { image: 'redis:7' },
      edge: { image: 'edge:1', dependsOn: ['web'] },
      tools: { image: 'tools:1', autostart: false },
    };
    const { text } = composeOf({ init: { migrate: { image: 'migrate:1' } }, sidecars, primary: WEB });
    expect(text).toContain('#   docker compose up --exit-code-from web web edge\n');
  });
});

describe('volumes', () => {
  const config = {
    volumes: { scratch: {}, data: { persist: true }, src: { path: './src' } },
    sidecars: { log: { command: ['log'], mounts: { scratch: './var/log' } } },
    primary: { name: 'web', image: 'web:1', mounts: { data: '/data', src: '/app/src' } },
  };
  const images = new Map([['log', 'log:1']]);

  test('are named, or folders of this machine; a container has those that it wants, a command all', () => {
    const { file, losses } = composeOf(config, { images });
    expect(file.services['web']).toMatchObject({ volumes: ['data:/data', './src:/app/src'] });
    expect(file.services['log']).toMatchObject({
      volumes: [
        'scratch:/volumes/scratch',
        'data:/volumes/data',
        './src:/volumes/src',
        'scratch:/app/var/log',
      ],
      environment: { VOLUME_SCRATCH: '/volumes/scratch', VOLUME_DATA: '/volumes/data' },
    });
    expect(file['volumes']).toEqual({ scratch: {}, data: {} });
    expect(losses).toEqual(["volumes.scratch: Compose keeps it until 'docker compose down --volumes'"]);
  });

  test('without a name are those of the image', () => {
    const primary = { name: 'web', image: 'web:1', anonymousVolumes: ['/app/node_modules'] };
    expect(servicesOf({ primary })['web']).toMatchObject({ volumes: ['/app/node_modules'] });
  });

  test('are where a value names them', () => {
    const primary = { name: 'web', image: 'web:1', args: ['${volumes.scratch}/x'] };
    expect(servicesOf({ ...config, sidecars: {}, primary })['web']).toMatchObject({
      ...{ command: ['/volumes/scratch/x'], volumes: ['scratch:/volumes/scratch'] },
    });
  });

  test('are reached from a Compose file elsewhere', () => {
    expect(servicesOf(config, { images, folder: '../..' })['web']).toMatchObject({
      volumes: ['data:/data', '../../src:/app/src'],
    });
  });

  test('are mounted in part, and read-only', () => {
    const mounts = {
      data: ['/data', { path: '/cache', subPath: 'a/b', readOnly: true }],
      src: { path: '/src', subPath: 'web', readOnly: true },
    };
    const found = composeOf({ ...config, sidecars: {}, primary: { name: 'web', image: 'web:1', mounts } });
    expect(found.file.services['web']).toMatchObject({
      volumes: [
        'data:/data',
        { type: 'volume', source: 'data', target: '/cache', read_only: true, volume: { subpath: 'a/b' } },
        './src/web:/src:ro',
      ],
    });
    expect(found.assumptions).toEqual(['web: mounts: its volume data has a/b']);
  });
});

describe('files', () => {
  test('are where the config mounts them, too', () => {
    const primary = {
      ...{ name: 'web', image: 'web:1', files: { conf: 'x', key: { content: '${env.KEY}', secret: true } } },
      mounts: { conf: '/etc/web.conf', key: ['/run/key', '/srv/key'] },
    };
    const options = { files: { '.env': 'KEY=1\n' } };
    expect(servicesOf({ envFile: '.env', primary }, options)['web']).toMatchObject({
      configs: [
        { target: '/etc/sidecarctl/files/web/conf' },
        { source: 'web_conf', target: '/etc/web.conf' },
      ],
    });
    expect(servicesOf({ envFile: '.env', primary }, options)['web']?.['secrets']).toEqual([
      { source: 'web_key', target: '/etc/sidecarctl/files/web/key' },
      { source: 'web_key', target: '/run/key' },
      { source: 'web_key', target: '/srv/key' },
    ]);
  });

  test('are configs with their content, at the path that the process is told', () => {
    const { file } = composeOf({
      sidecars: { db: { image: 'db:1', ports: { main: 5432 } } },
      primary: {
        ...{ ...WEB, command: ['web', '${files.conf}'] },
        files: { conf: 'db localhost:${ports.db.main} $x\n', run: { content: 'x', mode: '0755' } },
      },
    });
    expect(file['configs']).toEqual({
      web_conf: { content: 'db db:5432 $$x\n' },
      web_run: { content: 'x' },
    });
    expect(file.services['web']).toMatchObject({
      entrypoint: ['web', '/etc/sidecarctl/files/web/conf'],
      configs: [
        { source: 'web_conf', target: '/etc/sidecarctl/files/web/conf' },
        { source: 'web_run', target: '/etc/sidecarctl/files/web/run', mode: '0755' },
      ],
      environment: { FILE_CONF: '/etc/sidecarctl/files/web/conf' },
    });
  });

  test('that are secret are secrets, and their content is not written down', () => {
    const files = {
      key: { content: '${env.KEY}', secret: true },
      'db.url': { content: 'postgres://x:hidden@db', secret: true },
    };
    const { file, text, losses } = composeOf(
      { envFile: '.env', primary: { ...WEB, files } },
      { files: { '.env': 'KEY=abc\n' } },
    );
    expect(file['secrets']).toEqual({
      web_key: { environment: 'KEY' },
      'web_db.url': { environment: 'WEB_DB_URL' },
    });
    expect(text).not.toContain('hidden');
    expect(losses).toEqual([
      'web: files.db.url: a secret is not written down; set WEB_DB_URL to its content',
    ]);
  });

  test('lose the signal that tells of a new content, and are not made if they are empty', () => {
    expect(lossesOf({ files: { conf: { content: '', onChange: { signal: 'SIGHUP' } } } })).toEqual([
      'web: files.conf: Compose makes no empty file',
      'web: files.conf.onChange: Compose makes the container anew when the content has changed',
    ]);
  });
});

describe('variables', () => {
  const inFiles = { '.env': 'TOKEN=abc\nLEVEL=1\n', 'more.env': 'A=1\n' };

  test('that the config takes from its environment are those of whoever starts Compose', () => {
    const env = {
      TOKEN: '${env.TOKEN}',
      URL: 'http://x/?t=${env.TOKEN}',
    };
    const { file, text } = composeOf({ envFile: '.env', primary: { ...WEB, env } }, { files: inFiles });
    expect(file.services['web']).toMatchObject({
      environment: { TOKEN: '${TOKEN?}', URL: 'http://x/?t=${TOKEN?}' },
    });
    expect(text).not.toContain('abc');
  });

  test('have the default of a function; one that Compose cannot write is told', () => {
    const env = ({ env: outside }: { readonly env: Record<string, string> }) => ({
      LEVEL: outside['LEVEL'] ?? 'in$fo',
      JSON: outside['JSON'] ?? '{}',
    });
    const { file, losses } = composeOf({ primary: { ...WEB, env } });
    expect(file.services['web']).toMatchObject({
      environment: { LEVEL: '${LEVEL-in$$fo}', JSON: '${JSON?}' },
    });
    expect(losses).toEqual(["web: env: Compose takes no '{}' for JSON, which has to be set"]);
  });

  test('are read from the same files, of the pod first', () => {
    const config = {
      envFile: ['.env', { path: 'local.env', required: false }],
      primary: { ...WEB, envFile: 'more.env', env: { TOKEN: '${env.TOKEN}' } },
    };
    const { file, assumptions } = composeOf(config, { files: inFiles });
    expect(file.services['web']).toMatchObject({
      env_file: ['./.env', { path: './local.env', required: false }, './more.env'],
    });
    expect(assumptions).toEqual([
      "TOKEN: set where Compose is started, or say 'docker compose --env-file ./local.env'",
    ]);
  });

  test('cannot be taken from an image', () => {
    expect(lossesOf({ env: { DEBUG: null } })).toEqual(['web: env: DEBUG cannot be taken from an image']);
  });
});

describe('several apps', () => {
  const app = { primary: { image: 'web:1', ports: { http: 'auto' }, instances: 3 } };

  test('are services of one network; instances are containers of one service, each at a number of its own here', () => {
    const { file, losses } = composeOf({
      sidecars: { edge: { image: 'edge:1', env: { WEB: 'http://localhost:${ports.web-2.http}' } } },
      apps: { web: app, worker: { primary: { image: 'worker:1' } } },
    });
    expect(Object.keys(file.services)).toEqual(['edge', 'web', 'worker']);
    expect(file.services['web']).toMatchObject({ scale: 3, ports: ['127.0.0.1::8080'] });
    expect(file.services['edge']).toMatchObject({ environment: { WEB: 'http://web:8080' } });
    expect(losses).toEqual(['web: env.SIDECARCTL_INSTANCE: the containers of a service have no number']);
  });

  test('are services by number if an instance has sidecars or volumes of its own', () => {
    const log = { image: 'log:1', env: { WEB: 'localhost:${ports.web.http}' } };
    const { file, losses } = composeOf({ apps: { web: { ...app, sidecars: { log } } } });
    expect(Object.keys(file.services)).toHaveLength(6);
    expect(file.services['web-2-log']).toMatchObject({ environment: { WEB: 'web-2:8081' } });
    expect(losses).toEqual([]);
    const primary = { ...app.primary, mounts: { data: '/data' } };
    const kept = composeOf({ apps: { web: { volumes: { data: { persist: true } }, primary } } });
    expect(Object.keys(Object(kept.file['volumes']))).toEqual(['web-1-data', 'web-2-data', 'web-3-data']);
  });

  test('have the image of the app for all of its instances', () => {
    const primary = { command: ['web'], instances: 2 };
    const apps = { web: { sidecars: { log: { command: ['log'] } }, primary } };
    const images = new Map([
      ['web', 'web:2'],
      ['web-log', 'log:2'],
    ]);
    expect(Object.values(servicesOf({ apps }, { images })).map(({ image }) => image)).toEqual([
      ...['log:2', 'web:2', 'log:2', 'web:2'],
    ]);
  });

  test('lose what differs from instance to instance', () => {
    const primary = { ...app.primary, args: ['--of', '${app.instance}'] };
    expect(composeOf({ apps: { web: { primary } } }).losses).toContain(
      'web: command: instances differ in it, and the containers of a service do not; all have that of the first',
    );
  });
});

describe('a process that is started by hand', () => {
  const sidecars = {
    db: { image: 'db:1', autostart: false },
    tools: { image: 'tools:1', autostart: false, dependsOn: ['db'] },
  };

  test('is a service with a profile, and what it needs is in that, too', () => {
    const services = servicesOf({ sidecars, primary: { ...WEB, dependsOn: [] } });
    expect(services['db']).toMatchObject({ profiles: ['db', 'tools'] });
    expect(services['tools']).toMatchObject({ profiles: ['tools'] });
  });

  test('is left out where it was to be left out', () => {
    const without = ['tools'];
    const config = { sidecars, primary: { ...WEB, dependsOn: [] } };
    const options = { leftOut: new Set(without), inputs: { without } };
    expect(Object.keys(servicesOf(config, options))).toEqual(['db', 'web']);
  });

  test('has no profile if another one needs it', () => {
    const config = { sidecars, primary: { ...WEB, dependsOn: ['db'] } };
    expect(servicesOf(config)['db']).not.toHaveProperty('profiles');
  });
});

describe('watched files', () => {
  const watched = (watch: unknown, primary: object = WEB) => {
    const service = servicesOf({ primary: { ...primary, watch } }, { folder: '..' })['web'];
    return (service?.['develop'] as { readonly watch: unknown } | undefined)?.watch;
  };

  test('are copied to where the image has them, and restart the service', () => {
    expect(
      watched({ paths: ['src/**/*.ts', 'server.js'], ignore: ['src/gen/**', '**/*.test.ts', 'var'] }),
    ).toEqual([
      {
        ...{ path: '../src', action: 'sync+restart', target: '/app/src', include: ['**/*.ts'] },
        ignore: ['gen/**', '**/*.test.ts'],
      },
      { path: '../server.js', action: 'sync+restart', target: '/app/server.js', ignore: ['**/*.test.ts'] },
    ]);
  });

  test('restart a container, or have its image built again', () => {
    const container = { name: 'web', image: 'web:1' };
    expect(watched(['conf'], container)).toEqual([{ path: '../conf', action: 'restart' }]);
    const build = { context: '.' };
    const services = servicesOf(
      { primary: { ...container, build, watch: ['src'] } },
      { images: new Map(), files: { Dockerfile: '' } },
    );
    expect(services['web']).toMatchObject({ develop: { watch: [{ path: './src', action: 'rebuild' }] } });
  });

  test('cannot do anything else', () => {
    expect(
      lossesOf({ watch: { paths: ['src', '!src/x'], action: { signal: 'SIGHUP' }, polling: true } }),
    ).toEqual([
      'web: watch.action: a change restarts the container',
      'web: watch.polling: Compose is told of changes by the kernel',
      'web: watch.paths: Compose takes no path back',
    ]);
  });
});

test.each([
  [{ essential: true }, 'log: essential: the end of a service does not end the others'],
  [{ requires: { node: '*' } }, 'log: requires: the image has to have the programs'],
  [{ commands: { dump: 'dump' } }, "log: commands: use 'docker compose exec'"],
  [{ ports: { http: { port: 80, activate: true } } }, 'log: ports.activate: Docker passes no sockets'],
  [{ isolate: 'pid' }, 'log: isolate: containers are isolated anyway'],
])('a sidecar loses %j', (fields, loss) => {
  const config = { sidecars: { log: { command: ['log'], ...fields } }, primary: WEB };
  const images = new Map(['web', 'log'].map((name) => [name, 'x:1']));
  expect(composeOf(config, { images }).losses).toContain(loss);
});

describe('a ready-made sidecar', () => {
  const edge = { use: 'ambassador', with: { to: 'web', port: 8443, tls: true } };
  const config = { sidecars: { edge }, primary: { ...WEB, ports: { http: 8080 } } };
  const found = () => composeOf(config, { sidecarImage: 'sidecars:1' });

  test('runs its program from its image, which asks for its health with Node, and finds the app at its service', () => {
    const { file, losses } = found();
    expect(file.services['edge']).toMatchObject({
      ...{
        image: 'sidecars:1',
        ports: ['127.0.0.1:8443:8443'],
        volumes: ['sidecarctl-certificates:/run/sidecarctl'],
      },
      healthcheck: { test: ['CMD', 'node', '-e', expect.stringContaining('http://127.0.0.1:8081/ready')] },
    });
    expect(file).toMatchObject({
      configs: { edge_options: { content: expect.stringContaining('"address": "web:8080"') } },
      volumes: { 'sidecarctl-certificates': {} },
    });
    expect(losses).toEqual(['edge: with.tls: each pod makes a CA of its own, which nobody else is told of']);
  });

  test('that asks the supervisor cannot be exported', () => {
    const sidecars = { watch: { use: 'monitor' } };
    expect(exported({ sidecars, primary: WEB }, { sidecarImage: 'sidecars:1' })).toMatchObject({
      problems: [
        "watch: asks the supervisor of the pod, which Compose does not have; leave it out with '--without watch'",
      ],
    });
  });
});

test('every process needs an image, and all without one are named at once', () => {
  const sidecars = { proxy: { command: 'x' } };
  expect(exported({ sidecars, primary: WEB }, { images: new Map([['wbe', 'x']]) })).toMatchObject({
    problems: [
      "proxy, web: no image; set 'image' in the config, or say '--image proxy=REF' '--image web=REF'",
      '--image wbe: there is no process wbe',
    ],
  });
});

test('nobody is told of a process that is left out, and a name that Compose does not take is another one there', () => {
  const sidecars = { cache: { image: 'redis:7', ports: { main: 6379 } } };
  const primary = { ...WEB, env: { CACHE: 'localhost:${ports.cache.main}' } };
  const without = ['cache'];
  const options = { leftOut: new Set(without), inputs: { without } };
  const { text, losses } = composeOf({ name: 'My.Shop', sidecars, primary }, options);
  expect(text).toContain('name: my-shop\n');
  expect(text).not.toContain('CACHE_SERVICE');
  expect(losses).toEqual([
    'name: there it is called my-shop',
    'web: env: it has the address of cache, which is left out',
  ]);
});

test('text that YAML reads as something else stays text', () => {
  const env = { YES: 'yes', MODE: '0755', DAY: '2001-01-01', MERGE: '<<', LINES: 'a\n b\n', EMPTY: '' };
  expect(servicesOf({ primary: { ...WEB, env } })['web']).toMatchObject({ environment: env });
});
