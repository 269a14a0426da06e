import { expect, it } from 'vitest';
import type { Files } from '../drafts/draft.ts';
import { mistakes } from './composed.ts';

type Case = readonly [what: string, yaml: string, found: readonly string[], files?: Files];

const CASES: readonly Case[] = [
  ['no services', 'services: {}', ['services: the project has no services.']],
  [
    'a service without an image',
    'services: { app: { command: x }, other: }',
    ['services.app: it has neither image nor build.', 'services.other: it has neither image nor build.'],
  ],
  [
    'fields that Compose does not know, with the ones that were probably meant',
    'serivces: {}\nservices: { app: { image: a, enviroment: {}, build: { contex: . }, healthcheck: { tst: a } } }',
    [
      'serivces: Compose has no such field; did you mean services?',
      'services.app.enviroment: Compose has no such field; did you mean environment?',
      'services.app.build.contex: Compose has no such field; did you mean context?',
      'services.app.healthcheck.tst: Compose has no such field; did you mean test?',
    ],
  ],
  [
    'values of other types',
    `services:
  app: { image: [a], ports: "80:80", environment: x, volumes: { a: b }, privileged: maybe, scale: two, depends_on: db }
  list: [a]
`,
    [
      'services.app.image: a list is not a text.',
      "services.app.ports: '80:80' is not a list.",
      "services.app.environment: 'x' is not a list or a map.",
      'services.app.volumes: a map is not a list.',
      "services.app.privileged: 'maybe' is not true or false.",
      "services.app.scale: 'two' is not a whole number.",
      "services.app.depends_on: 'db' is not a list or a map.",
      'services.list: a list is not a map.',
    ],
  ],
  [
    'times and policies of no such kind',
    `services:
  app:
    image: a
    stop_grace_period: 10
    healthcheck: { test: [ls], interval: soon }
    restart: sometimes
`,
    [
      "services.app.stop_grace_period: '10' is not a duration such as 10s.",
      "services.app.healthcheck.interval: 'soon' is not a duration such as 10s.",
    ],
  ],
  [
    'words of no such kind',
    `services:
  app:
    image: a
    healthcheck: { test: [ls] }
    restart: sometimes
    depends_on: { b: { condition: healthy } }
  b: { image: b, deploy: { restart_policy: { condition: some } } }
`,
    [
      "services.app.depends_on.b.condition: 'healthy' is no condition: they are service_started, service_healthy, service_completed_successfully.",
      "services.app.healthcheck.test: a list begins with CMD, CMD-SHELL or NONE, and not with 'ls'.",
      "services.app.restart: 'sometimes' is none of no, always, unless-stopped, on-failure.",
      "services.b.deploy.restart_policy.condition: 'some' is none of none, on-failure, any.",
    ],
  ],
  [
    'ports that are none',
    'services: { app: { image: a, ports: ["web:80", "70000:80", "9-1:1-9", { published: 80 }, "1-900"], expose: [x] } }',
    [
      "services.app.ports.0: 'web:80' is no port: write 8080:80, or 80 for any port of this machine.",
      'services.app.ports.1: 70000 is no port: they are 1 to 65535.',
      'services.app.ports.3: a port needs its target: the number that the container listens on.',
      "services.app.ports.4: '1-900' is a range of 900 ports, and 1 to 200 are possible.",
      "services.app.expose.0: 'x' is no port: write 8080:80, or 80 for any port of this machine.",
    ],
  ],
  [
    'names of what is not there',
    `services:
  app:
    image: a
    depends_on: [bd]
    links: [cash]
    volumes: ["dat:/x", "y:relative"]
    secrets: [pass, password]
    env_file: [none.env]
  db: { image: b, network_mode: "service:nobody" }
volumes: { data: , y: }
secrets: { password: { file: none.txt } }
`,
    [
      'services.app.env_file: there is no file none.env; required: false makes it optional.',
      'services.app.depends_on: there is no service bd (did you mean db?).',
      'services.app.links: there is no service cash.',
      'services.db.network_mode: there is no service nobody.',
      'services.app.secrets.0: the project has no secret pass.',
      'services.app.secrets.1: there is no file none.txt.',
      'services.app.volumes.0: the project has no volume dat (did you mean data?).',
      "services.app.volumes.1: 'relative' is no absolute path of the container.",
    ],
  ],
  [
    'secrets and configs that have no content',
    `services: { app: { image: a, secrets: [a, b, c], configs: [d] } }
secrets: { a: { external: true }, b: { environment: NONE }, c: {} }
configs: { d: }
`,
    [
      'services.app.secrets.0: a is external, and only a swarm has such: give it a file.',
      'services.app.secrets.1: b is the variable NONE, which has to be set.',
      'services.app.secrets.2: c has neither file nor environment.',
      'services.app.configs.0: d has neither file nor environment nor content.',
    ],
  ],
  [
    'services that wait for each other',
    'services: { a: { image: a, depends_on: [b] }, b: { image: b, links: [c] }, c: { image: c, depends_on: [a, c] } }',
    [
      'services.c.depends_on: it depends on itself.',
      'services.a.depends_on: services wait for each other: a → b → c → a.',
    ],
  ],
  [
    'variables that have to be set, with their message, and such as are none',
    'services: { app: { image: "a:${TAG:?say which}", command: "${A?}", user: "${X!}", environment: { P: "costs $5" } } }',
    [
      'services.app.image: the variable TAG has to be set: say which.',
      'services.app.command: the variable A has to be set.',
      "services.app.user: '${X!}' is no variable in the form of Compose; $$ is a dollar.",
      "services.app.environment.P: '$5' is no variable in the form of Compose; $$ is a dollar.",
    ],
  ],
  [
    'what is wrong in another file, with its name',
    'include: [infra/compose.yaml]\nservices: { app: { extends: { file: base.yaml, service: web } }, b: { extends: c } }',
    [
      "services.app.extends: there is no service 'web'.",
      "services.b.extends: there is no service 'c'.",
      'services.db.imge: Compose has no such field; did you mean image? (in infra/compose.yaml).',
    ],
    { 'infra/compose.yaml': 'services: { db: { imge: x } }', 'base.yaml': 'services: { wbe: { image: a } }' },
  ],
  [
    'health checks without a command',
    'services: { a: { image: a, healthcheck: { test: [CMD] } }, b: { image: b, healthcheck: { test: [true] } } }',
    [
      'services.a.healthcheck.test: CMD has no command behind it.',
      "services.b.healthcheck.test: a list begins with CMD, CMD-SHELL or NONE, and not with 'true'.",
    ],
  ],
  [
    'files that are not there, or include themselves',
    'include: [none.yaml, loop.yaml]\nservices: { app: { image: a, extends: app } }',
    [
      'services.app.extends: it extends itself.',
      'none.yaml: there is no such file.',
      'include: loop.yaml includes itself (in loop.yaml).',
    ],
    { 'loop.yaml': 'include: [loop.yaml]\nservices: { b: { image: b } }' },
  ],
  [
    'a line of an env file that cannot be read',
    'services: { app: { image: a, env_file: a.env } }',
    ['services.app.env_file: a.env: line 2: the quote of B is not closed.'],
    { 'a.env': 'A=1\nB="x\n' },
  ],
  [
    'a line of .env that cannot be read',
    'services: { app: { image: a } }',
    [".env: line 1: '?' begins with no name of a variable."],
    { '.env': '?\n' },
  ],
  [
    'a build from a repository',
    'services: { app: { build: "https://example.com/x.git" } }',
    ['services.app.build.context: https://example.com/x.git is no folder of this machine: clone it.'],
  ],
  [
    'a folder that has to be there',
    'services: { app: { image: a, volumes: [{ type: bind, source: ./x, target: /x, bind: { create_host_path: false } }] } }',
    ['services.app.volumes.0: there is no folder ./x.'],
  ],
];

const NAMED = CASES.map(
  ([what, yaml, found, files = {}]) => [what, { files: { 'compose.yaml': yaml, ...files }, found }] as const,
);

it.each(NAMED)('a Compose file with %s is refused before anything starts', async (_, { files, found }) => {
  expect(await mistakes(files)).toEqual(found);
});

it('a service that does not start may be wrong', async () => {
  const yaml = `services:
  app: { image: a }
  b: { profiles: [x], depends_on: [none], env_file: none.env, volumes: ["none:/x"] }
`;
  expect(await mistakes({ 'compose.yaml': yaml })).toEqual([]);
});
