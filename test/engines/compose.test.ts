import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { compose } from '../../src/exchange/compose/read-compose.ts';
import { thisMachine } from '../../src/exchange/reading/machine.ts';
import { configObject } from '../../src/exchange/running/config-object.ts';
import { assemble } from '../../src/exchange/writing/assemble.ts';
import type { ContainerEngineName } from '../../src/model/container-engines.ts';
import { canRun, IMAGE, withImage } from '../support/containers.ts';
import { PodHere } from '../support/pod-here.ts';
import { Project } from '../support/project.ts';

const NAME = 'sidecarctl-test-compose';

const FILES = {
  'compose.yaml': `name: ${NAME}
services:
  app:
    build: { context: app, args: { WHO: "\${WHO:?}" } }
    depends_on:
      db: { condition: service_healthy }
      seed: { condition: service_completed_successfully }
    environment: { DB: "http://db:8080/up", LEVEL: low }
    secrets: [password]
    configs: [{ source: conf, target: /etc/app/app.conf }]
    volumes: ["data:/data:ro", "./hosts.txt:/etc/hosts.txt:ro", "./src:/app", /app/packages]
  db:
    image: ${IMAGE}
    command: sh -c "mkdir -p /tmp/www && httpd -p 8080 -h /tmp/www && sleep 0.2 && echo $$GREETING > /tmp/www/up && sleep 1000"
    env_file: db.env
    healthcheck: { test: [CMD, test, -s, /tmp/www/up], interval: 1s, timeout: 10s }
    stop_signal: KILL
  seed:
    image: ${IMAGE}
    command: [sh, -c, "echo seeded > /data/seed"]
    volumes: ["data:/data"]
  tools: { image: ${IMAGE}, command: echo no, profiles: [tools] }
volumes: { data: }
secrets: { password: { file: password.txt } }
configs: { conf: { content: "db is db:8080" } }
`,
  'compose.override.yaml': 'services: { app: { environment: [LEVEL=high] } }',
  '.env': 'WHO=ann\n',
  'db.env': 'GREETING="hello, $WHO"\n',
  'password.txt': 's3cret\n',
  'hosts.txt': 'of this machine\n',
  'app/Dockerfile': `FROM ${IMAGE}
ARG WHO
ENV WHO=$WHO
COPY run.sh /
COPY run.sh /app/packages/of-the-image
CMD ["sh", "/run.sh"]
`,
  'src/mounted.js': '',
  'app/run.sh': `echo "$WHO $LEVEL"
wget -q -O - "$DB"
cat /run/secrets/password /data/seed /etc/hosts.txt
sh -c "echo x > /data/more" 2>/dev/null || echo "read-only"
cat /etc/app/app.conf; echo
cd /app && echo *.js packages/*
exit 3
`,
};

const readProject = async (folder: string, engine: ContainerEngineName): Promise<object> => {
  const file = `${folder}/compose.yaml`;
  const machine = { ...thisMachine, env: {} };
  const pod = await compose.read({
    ...{ file, folder, machine, name: 'compose.yaml', purpose: 'run' },
    text: machine.read(file) ?? '',
  });
  return { ...configObject(assemble(pod), {}).config, container: { engine } };
};

describe.each(['podman', 'docker'] as const)('with %s', (engine) => {
  describe.skipIf(!canRun(engine))('a Compose project', () => {
    withImage(engine);
    afterAll(() => {
      spawnSync(engine, ['rmi', '--force', `${NAME}-app`], { stdio: 'ignore' });
    });

    test('runs with its builds, conditions, variables, files and volumes, and ends with its app', async () => {
      await using project = await Project.create(FILES);
      await using run = new PodHere(await readProject(project.folder, engine), project.folder);
      expect(await run.exitCode(), run.transcript()).toBe(3);
      const lines = run.events.filter(({ type, name }) => type === 'log' && name === 'app');
      expect(lines.map(({ line }) => String(line).replace(/\d{4,5}$/, 'PORT'))).toEqual([
        'ann high',
        'hello, ann',
        's3cret',
        'seeded',
        'of this machine',
        'read-only',
        'db is host.docker.internal:PORT',
        'mounted.js packages/of-the-image',
      ]);
      const order = run.events
        .filter(({ type }) => type === 'process')
        .map(({ name, state }) => `${name} ${state}`);
      expect(order.indexOf('app starting')).toBeGreaterThan(order.indexOf('db ready'));
      expect(order.indexOf('app starting')).toBeGreaterThan(order.indexOf('seed completed'));
      expect(order).not.toContain('tools starting');
      const left = spawnSync(engine, ['ps', '--all', '--quiet', '--filter', `ancestor=${NAME}-app`]);
      expect([left.status, String(left.stdout)]).toEqual([0, '']);
    });
  });
});
