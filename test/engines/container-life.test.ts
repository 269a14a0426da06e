import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { canRun, containersOf, IMAGE, TRIED_ENGINES, withImage } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { PodHere } from '../support/pod-here.ts';
import { newTag, processesTagged } from '../support/process-zoo.ts';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import type { Run } from '../support/run.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** As pid 1, a shell ignores every signal that it has no trap for. */
const STAY = 'trap "exit 0" TERM; while true; do sleep 0.1; done';

const launched = (run: Run, name: string): number =>
  run.events.filter((event) => event['name'] === name && event['state'] === 'starting').length;

/** The id of its only run. */
const runIn = (project: Project): string => readdirSync(project.path('.sidecarctl/runs'))[0] ?? '';

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => undefined).setTimeout(5_000, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });

/** What may outlive a program: `$T` is the tag that all of it carries in its arguments. */
const ZOO = `
setsid sleep $T &
setsid sh -c 'exec <&- >&- 2>&-; (sleep "$1" &)' daemon $T &
setsid sh -c 'trap "" TERM INT HUP; exec <&- >&- 2>&-; (sleep "$1" &)' deaf $T &
setsid env -i /bin/sh -c 'sleep "$1" & wait' bare $T &
sh -c 'kill -STOP $$' stopped $T &
sh -c 'echo kworker > /proc/$$/comm; while true; do sleep 1; done' renamed $T &
`;

describe.each(TRIED_ENGINES)('in containers of %s', (engine) => {
  describe.skipIf(!canRun(engine))('a process', () => {
    withImage(engine);

    const pod = (config: object) => ({ name: 'life', container: { engine }, ...config });

    test('leaves nothing behind, whatever it starts, when it ends, is restarted or ignores its signal', async () => {
      await using project = await Project.create();
      const [tagOfEnds, tagOfDeaf] = [`1000.${newTag()}`, `1000.${newTag()}`];
      const zoo = (tag: string) => ({ image: IMAGE, env: { T: tag } });
      const config = pod({
        volumes: { data: {} },
        sidecars: {
          ends: {
            ...zoo(tagOfEnds),
            command: `${ZOO} while ! test -e $VOLUME_DATA/end; do sleep 0.1; done; rm $VOLUME_DATA/end`,
          },
        },
        primary: {
          ...zoo(tagOfDeaf),
          name: 'deaf',
          command: `trap "" TERM; ${ZOO} while true; do sleep 0.1; done`,
          dependsOn: [],
        },
        stop: { grace: '200ms', minimumGrace: '100ms' },
      });
      await using run = new PodHere(config, project.folder);
      const ofEnds = () => processesTagged(tagOfEnds);
      const ofDeaf = () => processesTagged(tagOfDeaf);
      const all = ZOO.trim().split('\n').length;
      await eventually('all of them to be there', () => ofEnds().length >= all && ofDeaf().length >= all);
      const first = ofEnds();
      await project.write(`.sidecarctl/runs/${runIn(project)}/volumes/data/end`, '');
      await eventually('a new container', () => launched(run, 'ends') === 2 && ofEnds().length >= all);
      expect(ofEnds().filter((pid) => first.includes(pid))).toEqual([]);
      run.signal('SIGTERM');
      expect(await run.exitCode(), run.transcript()).toBe(137);
      expect([...ofEnds(), ...ofDeaf()]).toEqual([]);
    });

    test('is steered, watched and reloaded like any other, and leaves no volume and no open port', async () => {
      const web = {
        image: IMAGE,
        command: ['httpd', '-f', '-p', '80'],
        ports: { http: { port: 'auto', target: 80 } },
        stop: { signal: 'SIGKILL' },
      };
      const idle = { image: IMAGE, command: STAY };
      const before = pod({
        sidecars: {
          web,
          changes: { ...idle, env: { A: '1' } },
          goes: idle,
          left: idle,
          seen: { ...idle, watch: ['src'] },
        },
        apps: { app: { primary: { ...web, instances: 2 } } },
      });
      await using project = await Project.create({
        'src/file': 'one',
        'sidecars.config.mjs': configFile(before),
      });
      await using run = new CommandLine(['dev', '--ui', 'json', '--without', 'left'], project.folder);
      await run.event('it watches', (event) => event['kind'] === 'watching');
      for (const name of ['web', 'changes', 'goes', 'seen', 'app-1', 'app-2']) await run.state(name, 'ready');
      const id = runIn(project);
      const containerOf = (name: string) =>
        containersOf(engine, id).filter((each) => each.startsWith(`sidecarctl-${id}-${name}-`));
      expect(containerOf('left')).toEqual([]);
      const volume = inspect(engine, containerOf('web')[0] ?? '', VOLUME_OF);
      expect(volume).not.toBe('');
      const ports = run.events.flatMap((event) => Object.values(Object(event['ports'])) as number[]);
      expect(new Set(ports).size).toBe(3);
      const sidecarctl = (...words: string[]) => runToEnd(words, project.folder);

      const env = await sidecarctl('env', 'changes');
      expect(env.stdout).toMatch(/^A='?1'?$/m);
      expect(env.stdout).not.toMatch(/^HOME=/m);
      expect((await sidecarctl('exec', 'changes', '--', 'sh', '-c', 'echo $A$HOME')).stdout).toBe('1/\n');
      expect((await sidecarctl('why', 'changes')).stdout).toMatch(/^changes has been ready/);
      const old = containerOf('changes');
      await sidecarctl('restart', 'changes');
      expect(launched(run, 'changes')).toBe(2);
      expect(containerOf('changes')).toHaveLength(1);
      expect(containerOf('changes')).not.toEqual(old);
      await sidecarctl('stop', 'changes');
      expect(containerOf('changes')).toEqual([]);
      expect((await sidecarctl('why', 'changes')).stdout).toMatch(/stopped/);
      await sidecarctl('start', 'changes');
      expect(containerOf('changes')).toHaveLength(1);

      await project.write('src/file', 'two');
      await eventually('a restart for the file', () => launched(run, 'seen') === 2);
      const after = {
        web,
        changes: { ...idle, env: { A: '2' } },
        left: idle,
        seen: { ...idle, watch: ['src'] },
        comes: idle,
      };
      const kept = [containerOf('web'), containerOf('app-1'), containerOf('app-2')];
      await project.write('sidecars.config.mjs', configFile({ ...before, sidecars: after }));
      await run.state('comes', 'ready');
      await eventually(
        'the change to be there',
        async () => (await sidecarctl('exec', 'changes', '--', 'sh', '-c', 'echo $A')).stdout === '2\n',
      );
      await eventually('what left the config to be gone', () => containerOf('goes').length === 0);
      expect([containerOf('web'), containerOf('app-1'), containerOf('app-2')]).toEqual(kept);
      expect(ports.length).toBeGreaterThan(0);
      expect(await Promise.all([...new Set(ports)].map(isOpen))).toEqual([true, true, true]);
      run.signal('SIGTERM');
      expect(await run.exitCode(), run.transcript()).toBe(0);
      expect(containersOf(engine, id)).toEqual([]);
      expect(await Promise.all([...new Set(ports)].map(isOpen))).toEqual([false, false, false]);
      expect(spawnSync(engine, ['volume', 'inspect', volume], { stdio: 'ignore' }).status).not.toBe(0);
    });

    test('loses no line of 10 MB in its log file and in memory when it is killed while it writes', async () => {
      const lines = 1_400_000;
      // The first run is killed before it comes to its end, however fast the machine is.
      const again = `seq 1 ${lines}; echo whole; exec sleep 1000`;
      const command = `[ -e /data/ran ] && { ${again}; }; touch /data/ran; exec seq 1 1000000000`;
      const floods = { image: IMAGE, command, mounts: { data: '/data' }, stop: { signal: 'SIGKILL' } };
      const config = pod({
        volumes: { data: {} },
        sidecars: { floods },
        primary: { name: 'app', command: ['sleep', '1000'], dependsOn: ['floods'] },
      });
      await using project = await Project.create({ 'sidecars.config.mjs': configFile(config) });
      const { code, stderr } = await runToEnd(['up', '--detach'], project.folder);
      await using _ = { [Symbol.asyncDispose]: async () => void (await runToEnd(['down'], project.folder)) };
      expect(code, stderr).toBe(0);
      await eventually('a megabyte of it', () => newest(project, 'floods').size > 1_000_000);
      const [container = ''] = containersOf(engine, runIn(project));
      process.kill(Number(inspect(engine, container, '{{.State.Pid}}')), 'SIGKILL');
      await eventually(
        'the second run to have written all',
        () => newest(project, 'floods').end === '\nwhole\n',
      );
      // The first run was cut off in the middle of a line, or not.
      const [, first = '', second = ''] = /^(.*?\d)\n?(1\n2\n3\n.*)$/s.exec(logText(project, 'floods')) ?? [];
      expect(second === `${numbers(lines)}whole\n`).toBe(true);
      const cut = first.split('\n').length - 1;
      expect(cut).toBeGreaterThan(100_000);
      expect(first.startsWith(numbers(cut))).toBe(true);
      const { stdout } = await runToEnd(['logs', 'floods', '-n', '1000'], project.folder);
      const kept = numbers(lines).split('\n').slice(-1000, -1);
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/^floods +/, '')),
      ).toEqual([...kept, 'whole']);
    });

    test('is in the dashboard with its state, output and usage, and with what becomes of its image', async () => {
      const tag = `${IMAGE}-shown`;
      await using project = await Project.create({
        'image/Dockerfile': `FROM ${IMAGE}\nRUN echo building; sleep 2; echo built\n`,
        'sidecars.config.mjs': configFile(
          pod({
            sidecars: {
              box: { image: tag, build: { context: 'image' }, command: `echo "from the box"; ${STAY}` },
            },
            primary: { name: 'app', command: ['sleep', '1000'] },
          }),
        ),
      });
      await using terminal = new PseudoTerminal(['dev'], { cwd: project.folder, columns: 140 });
      await terminal.shows(`builds the image ${tag}`);
      await terminal.shows(/box +ready/);
      terminal.type('a');
      await terminal.shows('from the box');
      await terminal.shows(/box +ready +\d+% +\d+[KM]/);
      terminal.type('qq');
      expect(await terminal.exit()).toBe(0);
      spawnSync(engine, ['rmi', '--force', tag], { stdio: 'ignore' });
    });
  });
});

const VOLUME_OF = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}}{{end}}{{end}}';

const inspect = (engine: string, container: string, format: string): string =>
  execFileSync(engine, ['container', 'inspect', '--format', format, container], { encoding: 'utf8' }).trim();

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');

/** Size and last bytes of its newest log file. */
const newest = (project: Project, name: string): { readonly size: number; readonly end: string } => {
  const folder = project.path('.sidecarctl/logs', name);
  const file = readdirSync(folder).find((each) => /(?<!\.\d)\.log$/.test(each));
  if (file === undefined) return { size: 0, end: '' };
  const descriptor = openSync(`${folder}/${file}`, 'r');
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc('\nwhole\n'.length);
  readSync(descriptor, bytes, 0, bytes.length, Math.max(0, size - bytes.length));
  closeSync(descriptor);
  return { size, end: bytes.toString('latin1') };
};

/** All of its log: of three files, the one without a number is the newest. */
const logText = (project: Project, name: string): string => {
  const folder = project.path('.sidecarctl/logs', name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .toSorted((one, other) => numberOf(other) - numberOf(one));
  return files.map((file) => readFileSync(`${folder}/${file}`, 'latin1')).join('');
};

const numberOf = (file: string): number => Number(/\.(\d)\.log$/.exec(file)?.[1] ?? 0);
