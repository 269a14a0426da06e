import { describe, expect, it } from 'vitest';
import type { Files } from '../drafts/draft.ts';
import { composed } from './composed.ts';

interface Case {
  /** Content of compose.yaml. */
  readonly yaml: string;
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
  /** Config of the run without its name. */
  readonly config: object;
  readonly said?: readonly string[];
}

/** What every service has of which nothing else is said. */
const PLAIN = { readiness: false, stop: { grace: '10s' }, stdin: 'null' } as const;
const SIDECAR = { ...PLAIN, restart: 'never' } as const;

/** A project with one service, which is the app. */
const app = (fields: object, image = 'app') => ({
  primary: { name: 'app', image, ...PLAIN, dependsOn: [], ...fields },
});

const NO_COUNTERPART = 'a container here has none';

const SERVICES: Readonly<Record<string, Case>> = {
  'a service is a container, restarted by nobody': {
    yaml: 'services: { app: { image: app } }',
    config: app({}),
    said: [],
  },
  'a command and an entrypoint as texts are split into words, as a shell reads quotes': {
    yaml: `services: { app: { image: app, entrypoint: /run.sh --log, command: 'serve "a b" c\\ d ''e "f"''' } }`,
    config: app({ command: ['/run.sh', '--log'], args: ['serve', 'a b', 'c d', 'e "f"'] }),
  },
  'a command as a list stays as it is': {
    yaml: 'services: { app: { image: app, command: [sh, -c, "echo $$HOME ${X}"] } }',
    env: { X: 'x' },
    config: app({ args: ['sh', '-c', 'echo $HOME x'] }),
  },
  'variables are a map, or a list, and one without a value is that of this machine': {
    yaml: `services:
  app: { image: app, environment: { A: 1, B: true, C: "", SET: , UNSET: } }
  other: { image: other, environment: [A=1, B=x=y, SET, UNSET], depends_on: [app] }
`,
    env: { SET: 'here' },
    config: {
      stop: { grace: '20s' },
      sidecars: { app: { image: 'app', env: { A: '1', B: 'true', C: '', SET: 'here' }, ...SIDECAR } },
      primary: {
        name: 'other',
        image: 'other',
        env: { A: '1', B: 'x=y', SET: 'here' },
        ...PLAIN,
        dependsOn: { app: 'started' },
      },
    },
  },
  'env files go before each other in their order, environment goes before them, and a missing one may be optional':
    {
      yaml: `services:
  app:
    image: app
    env_file: [one.env, { path: two.env }, { path: none.env, required: false }, { path: raw.env, format: raw }]
    environment: { D: own }
`,
      files: {
        'one.env': 'A=1\nB=1\nURL=http://$HOST/\n',
        'two.env': "B=2\nC=${A}-two\nD=file\nE='$A'\n",
        'raw.env': 'R="$A"\n',
      },
      env: { HOST: 'example.com' },
      config: app({
        env: { A: '1', B: '2', URL: 'http://example.com/', C: '1-two', D: 'own', E: '$A', R: '"$A"' },
      }),
    },
  'a port is published on the number that it asks for, or on any': {
    yaml: `services: { app: { image: app, ports: ["8080:80", "9000", "53:53/udp", "127.0.0.1:7000-7001:7000-7001"] } }`,
    config: app({
      env: { PORT: null },
      ports: {
        p80: { port: 8080, target: 80 },
        p9000: { port: 'auto', target: 9000 },
        p53: { port: 53, protocol: 'udp' },
        p7000: 7000,
        p7001: 7001,
      },
      readiness: undefined,
    }),
    said: [],
  },
  'a port in the long form, on another address, is published on loopback, which is said once': {
    yaml: `services:
  app: { image: app, ports: [{ target: 80, published: "8080-8090", host_ip: 0.0.0.0, mode: host, app_protocol: http }] }
`,
    config: app({ ports: { main: { port: 'auto', target: 80 } }, readiness: undefined }),
    said: ['ports are published on 127.0.0.1 alone, also where another address is asked for'],
  },
  'one port of a container is published twice': {
    yaml: 'services: { app: { image: app, ports: ["8080:80", "8081:80"] } }',
    config: app({
      env: { PORT: null },
      ports: { p80: { port: 8080, target: 80 }, 'p80-8081': { port: 8081, target: 80 } },
      readiness: undefined,
    }),
  },
  'a healthcheck is the readiness probe, inside the container, with the times of Compose': {
    yaml: `services: { app: { image: app, healthcheck: { test: curl -f http://localhost, retries: 5, start_period: 1m } } }`,
    config: app({
      readiness: { exec: 'curl -f http://localhost', period: '30s', timeout: '30s', failureThreshold: 5 },
    }),
    said: [],
  },
  'times of 0 in a healthcheck are the defaults': {
    yaml: `services: { app: { image: app, healthcheck: { test: ok, interval: 0s, timeout: 0s, retries: 0 } } }`,
    config: app({ readiness: { exec: 'ok', period: '30s', timeout: '30s' } }),
  },
  'a healthcheck as words runs without a shell': {
    yaml: `services:
  app: { image: app, healthcheck: { test: [CMD, ok, "-x $$Y"], interval: 1m30s, timeout: 500ms, retries: 3 } }
`,
    config: app({ readiness: { exec: ['ok', '-x $Y'], period: '90s', timeout: '500ms' } }),
  },
  'a healthcheck that is disabled is none': {
    yaml: `services:
  app: { image: app, ports: ["80:80"], healthcheck: { disable: true } }
  b: { image: b, healthcheck: { test: [NONE] }, depends_on: [app] }
`,
    config: {
      stop: { grace: '20s' },
      sidecars: { app: { image: 'app', ports: { main: 80 }, ...SIDECAR } },
      primary: { name: 'b', image: 'b', ...PLAIN, dependsOn: { app: 'started' } },
    },
  },
  'restart policies are those of sidecarctl': {
    yaml: `services:
  always: { image: a, restart: always }
  stopped: { image: a, restart: unless-stopped }
  failing: { image: a, restart: on-failure }
  thrice: { image: a, restart: "on-failure:3" }
  no: { image: a, restart: "no" }
  deployed: { image: a, deploy: { restart_policy: { condition: on-failure, max_attempts: 2 } } }
  app: { image: app, depends_on: [always, stopped, failing, thrice, no, deployed] }
`,
    config: {
      stop: { grace: '20s' },
      sidecars: {
        always: { image: 'a', ...PLAIN },
        stopped: { image: 'a', ...PLAIN },
        failing: { image: 'a', ...PLAIN, restart: 'on-failure' },
        thrice: {
          image: 'a',
          ...PLAIN,
          restart: { policy: 'on-failure', limit: { restarts: 3, within: '8760h' } },
        },
        no: { image: 'a', ...SIDECAR },
        deployed: {
          image: 'a',
          ...PLAIN,
          restart: { policy: 'on-failure', limit: { restarts: 2, within: '8760h' } },
        },
      },
      primary: {
        name: 'app',
        image: 'app',
        ...PLAIN,
        dependsOn: {
          always: 'started',
          stopped: 'started',
          failing: 'started',
          thrice: 'started',
          no: 'started',
          deployed: 'started',
        },
      },
    },
  },
  'a stop has its signal and its time, and the pod has as long as the longest chain of services': {
    yaml: `services:
  db: { image: db, stop_grace_period: 1m, stop_signal: SIGINT }
  app: { image: app, depends_on: [db], stop_grace_period: 500ms }
`,
    config: {
      stop: { grace: '60500ms' },
      sidecars: { db: { image: 'db', ...SIDECAR, stop: { signal: 'SIGINT', grace: '1m' } } },
      primary: {
        name: 'app',
        image: 'app',
        ...PLAIN,
        stop: { grace: '500ms' },
        dependsOn: { db: 'started' },
      },
    },
  },
  'hooks run inside, and several are one line of its shell': {
    yaml: `services:
  app:
    image: app
    post_start: [{ command: ./warm.sh }]
    pre_stop: [{ command: [echo, "it's a"] }, { command: drain --now, user: root }]
`,
    config: app({ postStart: ['./warm.sh'], preStop: `echo 'it'\\''s a' && drain --now` }),
    said: ['app: pre_stop.user: a hook has those of its service'],
  },
  'user, folder, input and pull policy are its own': {
    yaml: `services:
  app: { image: app, user: "\${UID:-1000}:1000", working_dir: /srv, stdin_open: true, pull_policy: always }
`,
    config: app({ user: '1000:1000', workingDir: '/srv', pull: 'always', stdin: undefined }),
  },
  'an image is built with its arguments, and named as Compose names it': {
    yaml: `services:
  app: { build: { context: ./app, dockerfile: dev.Dockerfile, target: dev, args: { A: 1, SET: , UNSET: } } }
`,
    files: { 'app/dev.Dockerfile': 'FROM base\nEXPOSE 3000/tcp 3001-3002\nEXPOSE $PORT\n' },
    env: { SET: 'here' },
    config: app(
      {
        env: { PORT: null },
        build: {
          context: 'app',
          dockerfile: 'app/dev.Dockerfile',
          target: 'dev',
          args: { A: '1', SET: 'here' },
        },
        ports: {
          p3000: { port: 'auto', target: 3000 },
          p3001: { port: 'auto', target: 3001 },
          p3002: { port: 'auto', target: 3002 },
        },
      },
      'shop-app',
    ),
  },
  'an image is built from a Dockerfile in the file': {
    yaml: `services:
  app: { image: mine, build: { context: ., dockerfile_inline: "FROM base\\nRUN x $$Y", secrets: [a], cache_from: [b] } }
`,
    config: app({ build: { context: '.', dockerfileInline: 'FROM base\nRUN x $Y' } }, 'mine'),
    said: [`app: build.secrets, build.cache_from: ${NO_COUNTERPART}`],
  },
  'replicas are instances of an app, whose addresses are those of the first': {
    yaml: `services:
  app: { image: app, scale: 2, ports: ["3000"] }
  job: { image: job, environment: { APP: "http://app:3000/x" }, deploy: { replicas: 0 } }
`,
    config: {
      sidecars: {
        job: { image: 'job', env: { APP: 'http://127.0.0.1:{app-1.main}/x' }, ...SIDECAR, autostart: false },
      },
      apps: {
        app: {
          primary: {
            image: 'app',
            ...PLAIN,
            readiness: undefined,
            ports: { main: { port: 'auto', target: 3000 } },
            instances: 2,
            dependsOn: [],
          },
        },
      },
    },
  },
  'watched files restart what asks for a restart': {
    yaml: `services:
  app:
    image: app
    develop:
      watch:
        - { action: restart, path: ./conf, ignore: [tmp/] }
        - { action: sync, path: ./src, target: /app/src }
        - { action: rebuild, path: package.json }
`,
    config: app({ watch: { paths: ['conf'], ignore: ['conf/tmp/'] } }),
    said: [
      'app: develop.watch: rebuild, develop.watch: sync: a running container gets no files and no image: mount the folder, or start the pod again',
    ],
  },
  'what an engine is not told is said in one line, and labels are nothing': {
    yaml: `services:
  app:
    image: app
    labels: { a: b }
    annotations: [a=b]
    container_name: app
    networks: [back]
    cap_add: [NET_ADMIN]
    privileged: false
    read_only: true
    mem_limit: 1g
    deploy: { resources: { limits: { cpus: "2" } } }
    network_mode: host
    tty: true
    x-mine: 1
networks: { back: { driver: bridge } }
x-other: {}
`,
    config: app({}),
    said: [
      `app: cap_add, read_only, mem_limit, tty, deploy.resources: ${NO_COUNTERPART}`,
      'app: network_mode: host: it has one of its own',
    ],
  },
};

const VOLUMES: Readonly<Record<string, Case>> = {
  'a named volume is kept, and one that others make is a folder here': {
    yaml: `services:
  app: { image: app, volumes: ["data:/data", "data:/again:ro", "theirs:/theirs", "mem:/mem", "here:/here"] }
volumes:
  data:
  theirs: { external: true }
  mem: { driver_opts: { type: tmpfs, device: tmpfs } }
  here: { driver_opts: { type: none, o: bind, device: /srv/here } }
`,
    config: {
      volumes: {
        data: { persist: true },
        theirs: { persist: true },
        mem: {},
        here: { path: '/srv/here' },
      },
      ...app({
        mounts: {
          data: ['/data', { path: '/again', readOnly: true }],
          theirs: '/theirs',
          mem: '/mem',
          here: '/here',
        },
      }),
    },
    said: ['the volume theirs is one of the engine: here it is a folder of its own'],
  },
  'a folder, a file and a socket of this machine are where they are asked for': {
    yaml: `services:
  app:
    image: app
    volumes:
      - ./src:/app:ro,z
      - ./nginx.conf:/etc/nginx.conf:ro
      - ~/.ssh:/root/.ssh
      - ../shared/:/shared
      - /run/x.sock:/run/x.sock
      - { type: bind, source: new, target: /new, read_only: true }
`,
    files: { 'src/a.js': '', 'nginx.conf': '', '/run/x.sock': '' },
    config: {
      volumes: {
        src: { path: 'src' },
        shop: { path: '.' },
        ssh: { path: '/home/ann/.ssh' },
        shared: { path: '../shared' },
        run: { path: '/run' },
        new: { path: 'new' },
      },
      ...app({
        mounts: {
          src: { path: '/app', readOnly: true },
          shop: { path: '/etc/nginx.conf', subPath: 'nginx.conf', readOnly: true },
          ssh: '/root/.ssh',
          shared: '/shared',
          run: { path: '/run/x.sock', subPath: 'x.sock' },
          new: { path: '/new', readOnly: true },
        },
      }),
    },
    said: [],
  },
  'a file that a symlink leads to is mounted from where it is': {
    yaml: 'services: { app: { image: app, volumes: ["/etc/localtime:/etc/localtime:ro"] } }',
    files: { '/etc/localtime': '' },
    config: {
      volumes: { zoneinfo: { path: '/usr/share/zoneinfo' } },
      ...app({ mounts: { zoneinfo: { path: '/etc/localtime', subPath: 'UTC', readOnly: true } } }),
    },
  },
  'a volume without a name is the one of the engine, with what the image has': {
    yaml: `services: { app: { image: app, volumes: ["./src:/app", /app/node_modules, { type: volume, target: /b }] } }`,
    files: { 'src/a.js': '' },
    config: {
      volumes: { src: { path: 'src' } },
      ...app({ mounts: { src: '/app' }, anonymousVolumes: ['/app/node_modules', '/b'] }),
    },
    said: [],
  },
  'a tmpfs is a volume of the run, and a part of a volume is one': {
    yaml: `services:
  app:
    image: app
    tmpfs: [/tmp, "/run:size=1m"]
    volumes: [{ type: tmpfs, target: /cache }, { type: volume, source: data, target: /data, volume: { subpath: a/b } }]
volumes: { data: {} }
`,
    config: {
      volumes: { 'app-cache': {}, data: { persist: true }, 'app-tmp': {}, 'app-run': {} },
      ...app({
        mounts: {
          'app-cache': '/cache',
          data: { path: '/data', subPath: 'a/b' },
          'app-tmp': '/tmp',
          'app-run': '/run',
        },
      }),
    },
  },
  'the volumes of another service are its own too, and it comes after it': {
    yaml: `services:
  app: { image: app, volumes_from: ["db:ro"], volumes: ["own:/own"] }
  db: { image: store, volumes: ["data:/data"], tmpfs: /tmp }
volumes: { data: , own: }
`,
    config: {
      volumes: { data: { persist: true }, 'db-tmp': {}, own: { persist: true } },
      stop: { grace: '20s' },
      sidecars: { db: { image: 'store', mounts: { data: '/data', 'db-tmp': '/tmp' }, ...SIDECAR } },
      primary: {
        name: 'app',
        image: 'app',
        mounts: {
          data: { path: '/data', readOnly: true },
          'db-tmp': { path: '/tmp', readOnly: true },
          own: '/own',
        },
        ...PLAIN,
        dependsOn: { db: 'started' },
      },
    },
  },
  'secrets and configs are files, from a file, a variable or the text itself': {
    yaml: `services:
  app:
    image: app
    secrets: [from-file, { source: from-env, target: token, mode: 0400 }]
    configs: [plain, { source: text, target: /etc/app.conf }]
secrets:
  from-file: { file: ./secret.txt }
  from-env: { environment: TOKEN }
configs:
  plain: { file: plain.conf }
  text: { content: "name=\${NAME:-x} $$y" }
`,
    files: { 'secret.txt': 's3cret\n', 'plain.conf': 'a ${b}\n' },
    env: { TOKEN: 't0ken' },
    config: app({
      files: {
        'secrets.from-file': { content: 's3cret\n', secret: true },
        'secrets.from-env': { content: 't0ken', mode: '400', secret: true },
        'configs.plain': { content: 'a $${b}\n' },
        'configs.text': { content: 'name=x $y' },
      },
      mounts: {
        'secrets.from-file': '/run/secrets/from-file',
        'secrets.from-env': '/run/secrets/token',
        'configs.plain': '/plain',
        'configs.text': '/etc/app.conf',
      },
    }),
  },
};

const db = (fields: object = {}) => ({
  image: 'postgres:17',
  ports: { main: { port: 'auto', target: 5432 } },
  ...SIDECAR,
  ...fields,
});

/** An app that uses a database, of which it says `fields`. */
const beside = (appFields: object, dbFields: object = {}) => ({
  stop: { grace: '20s' },
  sidecars: { db: db(dbFields) },
  primary: { name: 'app', image: 'app', ...PLAIN, dependsOn: { db: 'started' }, ...appFields },
});

const RELATIONS: Readonly<Record<string, Case>> = {
  'a service waits for what its conditions say': {
    yaml: `services:
  app:
    image: app
    depends_on:
      db: { condition: service_healthy, restart: true }
      seed: { condition: service_completed_successfully }
      cache: { condition: service_started, required: false }
  db: { image: "postgres:17", healthcheck: { test: pg_isready, interval: 1s, timeout: 1s } }
  seed: { image: seed, depends_on: [db] }
  cache: { image: cache }
`,
    config: {
      stop: { grace: '30s' },
      init: { seed: { image: 'seed', ...PLAIN, dependsOn: { db: 'started' } } },
      sidecars: {
        db: db({ readiness: { exec: 'pg_isready', period: '1s', timeout: '1s' } }),
        cache: { image: 'cache', ...SIDECAR },
      },
      primary: {
        name: 'app',
        image: 'app',
        ...PLAIN,
        dependsOn: {
          db: { condition: 'ready', restart: true },
          seed: 'completed',
          cache: { condition: 'started', required: false },
        },
      },
    },
    said: ['the pod ends with app, which no other service depends on'],
  },
  'one that is to be healthy without a healthcheck is so when its port answers': {
    yaml: `services:
  app: { image: app, depends_on: { db: { condition: service_healthy } } }
  db: { image: "postgres:17" }
`,
    config: beside({ dependsOn: ['db'] }, { readiness: undefined }),
    said: [
      'db: the HEALTHCHECK of its image is not read: it is healthy when its port answers',
      'the pod ends with app, which no other service depends on',
    ],
  },
  'names of services in variables, words and configs are addresses that work': {
    yaml: `services:
  app:
    image: app
    depends_on: [db]
    command: [wait, "db:5432", --, serve, --url=postgres://u:p@db/x, --image, "acme/db:5432"]
    environment:
      URL: postgres://u:p@db:5432/x
      BARE: postgresql://db/x
      DB_HOST: db
      DB_PORT: 5432
      LIST: a@b.c,db:5432
      JSON: '{"at":"db:5432"}'
      NAME: db
    configs: [conf]
  db: { image: "postgres:17" }
configs: { conf: { content: "server db:5432; # db" } }
`,
    config: beside({
      args: [
        'wait',
        '127.0.0.1:{db.main}',
        '--',
        'serve',
        '--url=postgres://u:p@127.0.0.1:{db.main}/x',
        '--image',
        'acme/db:5432',
      ],
      env: {
        URL: 'postgres://u:p@127.0.0.1:{db.main}/x',
        BARE: 'postgresql://127.0.0.1:{db.main}/x',
        DB_HOST: 'host.docker.internal',
        DB_PORT: '{db.main}',
        LIST: 'a@b.c,127.0.0.1:{db.main}',
        JSON: '{"at":"127.0.0.1:{db.main}"}',
        NAME: 'db',
      },
      files: { 'configs.conf': { content: 'server 127.0.0.1:{db.main}; # db' } },
      mounts: { 'configs.conf': '/conf' },
    }),
  },
  'a mounted file of settings that names services is a copy with addresses that work': {
    yaml: `services:
  app:
    image: app
    depends_on: [db]
    volumes:
      - ./nginx.conf:/etc/nginx/nginx.conf:ro
      - ./wait.sh:/wait.sh
      - ./plain.conf:/plain.conf
      - ./conf.d:/etc/conf.d
      - ./src:/app
  db: { image: "postgres:17" }
`,
    files: {
      'nginx.conf': 'proxy_pass http://db:5432/;',
      'wait.sh': '#!/bin/sh\nwait db:5432',
      'plain.conf': 'db 5432',
      'conf.d/a.yml': 'to: ["db:5432"]',
      'conf.d/b.yml': 'to: [other]',
      'conf.d/c.bin': 'db:5432',
      'src/a.yml': 'db:5432',
    },
    config: {
      volumes: { shop: { path: '.' }, 'conf-d': { path: 'conf.d' }, src: { path: 'src' } },
      ...beside({
        files: {
          'mounted.1.nginx.conf': { content: 'proxy_pass http://127.0.0.1:{db.main}/;' },
          'mounted.2.wait.sh': { content: '#!/bin/sh\nwait 127.0.0.1:{db.main}', mode: '0755' },
          'mounted.3.a.yml': { content: 'to: ["127.0.0.1:{db.main}"]' },
        },
        mounts: {
          shop: { path: '/plain.conf', subPath: 'plain.conf' },
          'conf-d': '/etc/conf.d',
          src: '/app',
          'mounted.1.nginx.conf': { path: '/etc/nginx/nginx.conf', readOnly: true },
          'mounted.2.wait.sh': '/wait.sh',
          'mounted.3.a.yml': '/etc/conf.d/a.yml',
        },
      }),
    },
    said: [
      'app: nginx.conf, wait.sh, a.yml: it is mounted as a copy, in which names of services are addresses that work here',
      'the pod ends with app, which no other service depends on',
    ],
  },
  'a port that only another service names is one': {
    yaml: `services:
  app: { image: app, depends_on: [api], environment: { API: "http://api:8080", WEB: "http://api/" } }
  api: { image: api }
`,
    config: {
      stop: { grace: '20s' },
      sidecars: {
        api: {
          image: 'api',
          env: { PORT: null },
          ports: { p8080: { port: 'auto', target: 8080 }, p80: { port: 'auto', target: 80 } },
          ...SIDECAR,
        },
      },
      primary: {
        name: 'app',
        image: 'app',
        env: { API: 'http://127.0.0.1:{api.p8080}', WEB: 'http://127.0.0.1:{api.p80}/' },
        ...PLAIN,
        dependsOn: { api: 'started' },
      },
    },
  },
  'a service is called by its container, its host, its aliases and its links as well': {
    yaml: `services:
  app:
    image: app
    links: ["db:store"]
    environment: { A: "store:5432", B: "shop_db:5432", C: "pg.local:5432", D: "data:5432", E: "other:5432" }
  db:
    image: "postgres:17"
    container_name: shop_db
    hostname: pg.local
    networks: { back: { aliases: [data] } }
networks: { back: }
`,
    config: beside({
      env: {
        A: '127.0.0.1:{db.main}',
        B: '127.0.0.1:{db.main}',
        C: '127.0.0.1:{db.main}',
        D: '127.0.0.1:{db.main}',
        E: 'other:5432',
      },
    }),
  },
  'a service in the network of another reaches it at an address of its own': {
    yaml: `services:
  app: { image: app, network_mode: "service:db", environment: { DB: "localhost:5432", OWN: "localhost:80" } }
  db: { image: "postgres:17" }
`,
    config: beside({ env: { DB: '127.0.0.1:{db.main}', OWN: '127.0.0.1:80' } }),
    said: [
      'app: network_mode: service:db: it has one of its own',
      'the pod ends with app, which no other service depends on',
    ],
  },
  'services that nobody depends on, and that serve no others, are the apps': {
    yaml: `services:
  web: { image: web, depends_on: [api] }
  worker: { image: worker }
  api: { image: api }
  redis: { image: "redis:7" }
  store: { image: "docker.io/library/mysql:8" }
`,
    config: {
      stop: { grace: '20s' },
      sidecars: {
        api: { image: 'api', ...SIDECAR },
        redis: { image: 'redis:7', ports: { main: { port: 'auto', target: 6379 } }, ...SIDECAR },
        store: {
          image: 'docker.io/library/mysql:8',
          ports: { main: { port: 'auto', target: 3306 } },
          ...SIDECAR,
        },
      },
      apps: {
        web: { primary: { image: 'web', ...PLAIN, dependsOn: { api: 'started' } } },
        worker: { primary: { image: 'worker', ...PLAIN, dependsOn: [] } },
      },
    },
    said: ['the pod ends with the last of web, worker: no other service depends on them'],
  },
  'an exported pod names its app, which others may depend on': {
    yaml: 'x-apps: [web]\nservices: { web: { image: web }, edge: { image: edge, depends_on: [web] } }',
    config: {
      stop: { grace: '20s' },
      sidecars: { edge: { image: 'edge', ...SIDECAR, dependsOn: { web: 'started' } } },
      primary: { name: 'web', image: 'web', ...PLAIN, dependsOn: [] },
    },
    said: [],
  },
  'where all only serve others, the likeliest is the app': {
    yaml: 'services: { redis: { image: redis }, db: { image: "postgres:17", depends_on: [redis] } }',
    config: {
      stop: { grace: '20s' },
      sidecars: {
        redis: { image: 'redis', ports: { main: { port: 'auto', target: 6379 } }, ...SIDECAR },
      },
      primary: { name: 'db', ...db({ restart: undefined }), dependsOn: { redis: 'started' } },
    },
    said: ['that db is the app is a guess: the pod ends with it'],
  },
  'a service of a profile starts by hand, or because one that starts needs it': {
    yaml: `services:
  app: { image: app, depends_on: { db: , tools: { condition: service_started, required: false } } }
  db: { image: "postgres:17", profiles: [data] }
  tools: { image: tools, profiles: [dev, ops], env_file: none.env }
`,
    config: {
      stop: { grace: '20s' },
      sidecars: {
        db: db({ autostart: false }),
        tools: { image: 'tools', ...SIDECAR, autostart: false },
      },
      primary: { name: 'app', image: 'app', ...PLAIN, dependsOn: { db: 'started' } },
    },
  },
  'an active profile starts its services': {
    yaml: `services:
  app: { image: app }
  tools: { image: tools, profiles: [dev, ops] }
  other: { image: other, profiles: [none] }
`,
    files: { '.env': 'COMPOSE_PROFILES=web,ops\n' },
    config: {
      sidecars: { other: { image: 'other', ...SIDECAR, autostart: false } },
      apps: {
        app: { primary: { image: 'app', ...PLAIN, dependsOn: [] } },
        tools: { primary: { image: 'tools', ...PLAIN, dependsOn: [] } },
      },
    },
  },
};

const FILES: Readonly<Record<string, Case>> = {
  'variables come from the environment, then from .env, then from a default': {
    yaml: `services:
  app:
    image: "app:\${TAG:-latest}"
    environment:
      "$KEY": "\${A}"
      B: "\${B-\${NONE:-nested}}"
      C: "\${A:+set}\${NONE:+no}"
      D: "\${EMPTY:-default}\${EMPTY-kept}"
      E: "\${A:?never}$$A"
      F: "$A.$COMPOSE_PROJECT_NAME"
`,
    files: { '.env': 'A=file\nTAG=${A}-1\nEMPTY=\nKEY=no\n' },
    env: { A: 'env' },
    config: app(
      {
        env: { $KEY: 'env', B: 'nested', C: 'set', D: 'default', E: 'env$A', F: 'env.shop' },
      },
      'app:env-1',
    ),
    said: [],
  },
  'a variable that is not set is empty, and said once': {
    yaml: 'services: { app: { image: app, environment: { A: "x${NONE}", B: "${NONE}" } } }',
    config: app({ env: { A: 'x', B: '' } }),
    said: ['the variable NONE is not set, and is empty'],
  },
  'anchors, merge keys and fields of ones own are YAML': {
    yaml: `x-common: &common { image: app, environment: &env { A: 1 } }
services: { app: { <<: *common, environment: { <<: *env, B: 2 } } }
`,
    config: app({ env: { A: '1', B: '2' } }),
  },
  'an override adds, replaces, resets and overrides': {
    yaml: `services:
  app:
    image: app
    command: one
    environment: { A: 1, B: 1 }
    ports: ["80:80", "81:81"]
    volumes: ["data:/data", "keep:/keep"]
    depends_on: [db]
    tmpfs: /tmp
    dns: 1.1.1.1
    secrets: [s]
  db: { image: "postgres:17", ports: ["5432:5432"] }
volumes: { data: , keep: , more: }
secrets: { s: { environment: TOKEN } }
`,
    files: {
      'compose.override.yaml': `services:
  app:
    command: [two, three]
    environment: [B=2, C=3]
    ports: !override ["90:90"]
    volumes: ["more:/data"]
    dns: !reset null
    secrets: !reset []
  db: { ports: !reset [], environment: { X: 1 } }
`,
    },
    env: { TOKEN: 'x' },
    config: {
      volumes: { keep: { persist: true }, more: { persist: true }, 'app-tmp': {} },
      stop: { grace: '20s' },
      sidecars: { db: db({ env: { X: '1' } }) },
      primary: {
        name: 'app',
        image: 'app',
        args: ['two', 'three'],
        env: { A: '1', B: '2', C: '3' },
        ports: { main: 90 },
        mounts: { keep: '/keep', more: '/data', 'app-tmp': '/tmp' },
        ...PLAIN,
        readiness: undefined,
        dependsOn: { db: 'started' },
      },
    },
    said: ['the pod ends with app, which no other service depends on'],
  },
  'COMPOSE_FILE names the files that go before it, in place of the override': {
    yaml: 'services: { app: { image: app } }',
    files: {
      '.env': 'COMPOSE_FILE=compose.yaml:dev.yaml\n',
      'dev.yaml': 'services: { app: { user: "1" } }',
      'compose.override.yaml': 'services: { app: { user: "2" } }',
    },
    config: app({ user: '1' }),
  },
  'a service extends one of its file or of another, whose paths are there': {
    yaml: `services:
  base: { image: base, environment: { A: 1, B: 1 }, profiles: [never] }
  app:
    extends: { file: common/services.yaml, service: web }
    image: app
    environment: { C: 3 }
`,
    files: {
      'common/services.yaml': `services:
  web: { extends: plain, build: ./web, env_file: web.env, volumes: ["./data:/data"], environment: { B: 2 } }
  plain: { image: plain, environment: { A: 1, B: 1 } }
`,
      'common/web.env': 'W=1\n',
      'common/data/x': '',
    },
    config: {
      volumes: { data: { path: 'common/data' } },
      sidecars: { base: { image: 'base', env: { A: '1', B: '1' }, ...SIDECAR, autostart: false } },
      ...app({
        build: { context: 'common/web' },
        env: { W: '1', A: '1', B: '2', C: '3' },
        mounts: { data: '/data' },
      }),
    },
  },
  'an included project has its folder, its variables and its volumes': {
    yaml: `include:
  - infra/compose.yaml
  - { path: [more/a.yaml, more/b.yaml], project_directory: ., env_file: more/.vars }
services: { app: { image: app, depends_on: [db, more] } }
`,
    files: {
      'infra/compose.yaml': `services: { db: { image: "postgres:$V", env_file: db.env, volumes: ["data:/d", "./x:/x"] } }
volumes: { data: }
`,
      'infra/.env': 'V=17\n',
      'infra/db.env': 'P=1\n',
      'more/a.yaml': 'services: { more: { image: "$V", volumes: ["./y:/y"] } }',
      'more/b.yaml': 'services: { more: { user: "5" } }',
      'more/.vars': 'V=m\n',
    },
    config: {
      volumes: { data: { persist: true }, x: { path: 'infra/x' }, y: { path: 'y' } },
      stop: { grace: '20s' },
      sidecars: {
        db: db({ env: { P: '1' }, mounts: { data: '/d', x: '/x' } }),
        more: { image: 'm', user: '5', mounts: { y: '/y' }, ...SIDECAR },
      },
      primary: {
        name: 'app',
        image: 'app',
        ...PLAIN,
        dependsOn: { db: 'started', more: 'started' },
      },
    },
  },
};

const expectConfig = async ({ yaml, files, env, config, said }: Case): Promise<void> => {
  const read = await composed({ 'compose.yaml': yaml, ...files }, env);
  expect(read.config).toEqual({ name: 'shop', ...config });
  if (said !== undefined) expect(read.said).toEqual(said);
};

describe('a service of a Compose file that is run', () => {
  it.each(Object.entries(SERVICES))('%s', async (_, each) => expectConfig(each));
});

describe('the volumes and files of a Compose file that is run', () => {
  it.each(Object.entries(VOLUMES))('%s', async (_, each) => expectConfig(each));
});

describe('services of a Compose file that is run', () => {
  it.each(Object.entries(RELATIONS))('%s', async (_, each) => expectConfig(each));
});

describe('the files of a Compose project that is run', () => {
  it.each(Object.entries(FILES))('%s', async (_, each) => expectConfig(each));

  it('name the project by its name, or by COMPOSE_PROJECT_NAME', async () => {
    const yaml =
      'name: my_shop\nservices: { app: { build: ., environment: { P: "$COMPOSE_PROJECT_NAME" } } }';
    const named = await composed({ 'compose.yaml': yaml });
    expect(named.config).toMatchObject({ name: 'my-shop', primary: { image: 'my_shop-app' } });
    const other = await composed({ 'compose.yaml': yaml }, { COMPOSE_PROJECT_NAME: 'other' });
    expect(other.config).toMatchObject({ name: 'other', primary: { env: { P: 'other' } } });
  });
});
