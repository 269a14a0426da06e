import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { canRun, containersOf, IMAGE, withImage } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { PodHere } from '../support/pod-here.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const MACHINE_SERVER = `require('node:http')
  .createServer((_, response) => response.end('from this machine'))
  .listen(process.env.PORT, '127.0.0.1')`;

const linesOf = (run: PodHere, name: string): string[] =>
  run.events
    .filter((event) => event.type === 'log' && event['name'] === name)
    .map(({ stream, line }) => `${stream === 'stderr' ? '! ' : ''}${line}`);

const statesOf = (run: PodHere, name: string): unknown[] =>
  run.events.filter((event) => event.type === 'process' && event['name'] === name).map(({ state }) => state);

/** Its only run. */
const runIn = (project: Project): { readonly id: string; readonly pid: number } => {
  const [id = ''] = readdirSync(project.path('.sidecarctl/runs'));
  const { pid } = JSON.parse(readFileSync(project.path('.sidecarctl/runs', id, 'run.json'), 'utf8'));
  return { id, pid };
};

describe.each(['podman', 'docker'] as const)('in containers of %s', (engine) => {
  describe.skipIf(!canRun(engine))('a pod', () => {
    withImage(engine);

    test('has its gates, addresses, volumes, files, probes, hooks, logs and signals', async () => {
      await using project = await Project.create();
      const config = {
        name: 'shop',
        container: { engine },
        volumes: { data: {} },
        init: { prepare: { image: IMAGE, command: 'echo prepared > $VOLUME_DATA/prepared; seq 1 20000' } },
        sidecars: {
          web: {
            image: IMAGE,
            command:
              'trap "echo stopping; exit 0" USR1; echo out; echo err >&2; cat $FILE_CONF; ' +
              'sleep 0.3; httpd -f -p $PORT -h /data & while true; do wait; done',
            dependsOn: ['prepare'],
            ports: { http: { port: 'auto', target: 8080 } },
            mounts: { data: '/data' },
            files: { conf: 'to 127.0.0.1:${ports.app.http}\n' },
            env: { CASE: 'a "quoted"\nvalue' },
            startup: { exec: 'test "$CASE" = "a \\"quoted\\"\nvalue"' },
            liveness: { exec: ['test', '-e', '/data/prepared'] },
            postStart: ['touch', '/data/post-start'],
            preStop: 'echo stops > /data/pre-stop; cat /data/pre-stop',
            stop: { signal: 'SIGUSR1' },
          },
          peer: {
            image: IMAGE,
            dependsOn: ['app'],
            command:
              'wget -q -O - http://$WEB_SERVICE_HOST:$WEB_SERVICE_PORT/prepared; ' +
              'wget -q -O - http://127.0.0.1:${ports.app.http}/; echo; touch $VOLUME_DATA/peered; sleep 1000',
            stop: { signal: 'SIGKILL' },
          },
        },
        primary: {
          name: 'app',
          command: ['node', '-e', MACHINE_SERVER],
          dependsOn: ['web'],
          ports: { http: 'auto' },
        },
      };
      await using run = new PodHere(config, project.folder);
      await run.state('app', 'ready');
      const { id } = runIn(project);
      const ready = await run.state('web', 'ready');
      const port = Object(ready['ports'])['http'];
      // The engine listens on the port before the container does, and that must not count.
      expect(await (await fetch(`http://127.0.0.1:${port}/prepared`)).text()).toBe('prepared\n');
      await eventually('the peer to have asked', () => linesOf(run, 'peer').includes('from this machine'));
      expect(linesOf(run, 'peer')).toEqual(['prepared', 'from this machine']);
      expect(containersOf(engine, id)).toHaveLength(2);
      run.signal('SIGTERM');
      expect(await run.exitCode(), run.transcript()).toBe(0);
      expect(linesOf(run, 'prepare')).toEqual(Array.from({ length: 20_000 }, (_, index) => `${index + 1}`));
      const appPort = run.events.find((event) => event['name'] === 'app' && event['ports'])?.['ports'];
      expect(linesOf(run, 'web').toSorted()).toEqual([
        '! err',
        'out',
        'stopping',
        'stops',
        `to host.docker.internal:${Object(appPort)['http']}`,
      ]);
      expect(statesOf(run, 'web').at(-1)).toBe('stopped');
      expect(containersOf(engine, id)).toEqual([]);
    });

    test('mounts parts of volumes, and files, where it is told, for whatever user', async () => {
      await using project = await Project.create({ 'data/old/seed': 'a seed\n' });
      const config = {
        name: 'mounts',
        container: { engine },
        volumes: { data: { path: './data' }, own: {} },
        primary: {
          image: IMAGE,
          user: '4321:4321',
          command:
            'cat /etc/app.conf /run/key $FILE_KEY /a/old/seed /b/seed; test -d /c; touch /b/new || echo refused; ' +
            'touch /own/file $VOLUME_OWN/file && echo written',
          files: { conf: 'a config\n', key: { content: 'a key\n', secret: true } },
          mounts: {
            data: ['/a', { path: '/b', subPath: 'old', readOnly: true }, { path: '/c', subPath: 'new/part' }],
            conf: { path: '/etc/app.conf', readOnly: true },
            own: { path: '/own', subPath: 'part' },
            key: '/run/key',
          },
        },
      };
      await using run = new PodHere(config, project.folder);
      expect(await run.exitCode(), run.transcript()).toBe(0);
      const printed = linesOf(run, 'primary');
      expect(printed.filter((line) => !line.startsWith('!'))).toEqual([
        ...['a config', 'a key', 'a key', 'a seed', 'a seed', 'refused', 'written'],
      ]);
      expect(printed.some((line) => line.includes('Read-only file system'))).toBe(true);
      expect(readdirSync(project.path('data/new'))).toEqual(['part']);
    });

    test('restarts one that crashes, gives the exit code of the primary, and knows a command that is not there', async () => {
      await using project = await Project.create();
      const config = {
        name: 'codes',
        container: { engine },
        volumes: { data: {} },
        sidecars: {
          crashes: {
            image: IMAGE,
            command: 'test -e $VOLUME_DATA/again && sleep 1000; touch $VOLUME_DATA/again; exit 3',
            readiness: { file: '${volumes.data}/again', initialDelay: '10ms' },
            stop: { signal: 'SIGKILL' },
          },
          missing: { image: IMAGE, command: ['no-such-program'], restart: 'never' },
        },
        primary: {
          image: IMAGE,
          dependsOn: { crashes: 'started' },
          command: ['sh', '-c'],
          args: ['while ! test -e $VOLUME_DATA/seen; do sleep 0.1; done; exit 7'],
        },
      };
      await using run = new PodHere(config, project.folder);
      const failed = await run.state('missing', 'failed');
      await eventually(
        'a restart',
        () => statesOf(run, 'crashes').filter((is) => is === 'starting').length > 1,
      );
      const { id } = runIn(project);
      await project.write(`.sidecarctl/runs/${id}/volumes/data/seen`, '');
      expect(await run.exitCode(), run.transcript()).toBe(7);
      expect(failed['exitCode']).toBe(127);
      expect(containersOf(engine, id)).toEqual([]);
    });

    const SLEEPERS = {
      name: 'killed',
      container: { engine },
      sidecars: {
        web: {
          image: IMAGE,
          command: ['httpd', '-f', '-p', '80'],
          ports: { http: { port: 'auto', target: 80 } },
          stop: { signal: 'SIGKILL' },
        },
        idle: { image: IMAGE, autostart: false },
      },
      primary: { image: IMAGE, command: 'setsid sleep 1000 & sleep 1000', stop: { signal: 'SIGKILL' } },
    };

    test.each([
      ['the supervisor is killed', false],
      ['the supervisor and its guard are killed', true],
    ])('leaves nothing when %s', async (_title, alsoGuard) => {
      await using project = await Project.create({ 'sidecars.config.mjs': configFile(SLEEPERS) });
      await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
      await run.state('primary', 'ready');
      const { id, pid } = runIn(project);
      expect(containersOf(engine, id)).toHaveLength(2);
      const answer = await runToEnd(['status', '--json'], project.folder);
      const guard = Number(JSON.parse(answer.stdout).guard?.pid);
      if (alsoGuard) process.kill(guard, 'SIGKILL');
      process.kill(pid, 'SIGKILL');
      await run.ended;
      if (alsoGuard) await runToEnd(['down'], project.folder);
      await eventually('everything to be gone', () => containersOf(engine, id).length === 0);
    });

    test('starts one again whose client is killed, and runs commands in it', async () => {
      await using project = await Project.create({ 'sidecars.config.mjs': configFile(SLEEPERS) });
      await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
      await run.state('primary', 'ready');
      const { id } = runIn(project);
      const inside = await runToEnd(['exec', 'web', '--', 'sh', '-c', 'echo $PORT; exit 4'], project.folder);
      expect(inside).toMatchObject({ code: 4, stdout: '80\n' });
      // Never on this machine instead.
      const nowhere = await runToEnd(['exec', 'idle', '--', 'sh', '-c', 'echo here'], project.folder);
      expect(nowhere).toMatchObject({ stdout: '' });
      expect(nowhere.code).not.toBe(0);
      const client = readdirSync('/proc').find((pid) =>
        commandOf(pid).includes(`--name=sidecarctl-${id}-web-`),
      );
      process.kill(Number(client), 'SIGKILL');
      await run.event('web is restarted', (event) => event['name'] === 'web' && event['restarts'] === 1);
      await eventually('a new one', () => run.events.filter(isReady).length === 2);
      expect(containersOf(engine, id)).toHaveLength(2);
      run.signal('SIGTERM');
      await run.exit();
      expect(containersOf(engine, id)).toEqual([]);
    });
  });
});

const isReady = (event: Readonly<Record<string, unknown>>): boolean =>
  event['type'] === 'process' && event['name'] === 'web' && event['state'] === 'ready';

const commandOf = (pid: string): string => {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1') : '';
  } catch {
    return '';
  }
};
