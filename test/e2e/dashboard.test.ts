import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CLI, CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { gapsAfter, MachineControl, median, timesIn } from '../support/machine-control.ts';
import { isAlive } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

/** Says who it is, writes on when told to, and leaves its pid and its environment behind. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
const [name, end = '0'] = process.argv.slice(2);
writeFileSync(name + '.json', JSON.stringify({ pid: process.pid, env: process.env, at: Date.now() }));
console.log(name + ' is up');
let line = 0;
if (end === 'chatty') setInterval(() => console.log('tick ' + (line += 1)), 20);
else setInterval(() => {}, 1e6);
process.on('SIGTERM', () => {
  if (end === 'deaf') return;
  console.log(name + ' goes');
  process.exit(Number(end) || 0);
});
`;

/** Notes when it is asked, and never stops writing. */
const PROBED = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
createServer((_, response) => {
  appendFileSync('asked.txt', Date.now() + '\\n');
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1');
let line = 0;
setInterval(() => { for (let more = 0; more < 20; more++) console.log('tick ' + (line += 1) + ' ' + 'x'.repeat(200)); }, 10);
`;

const process_ = (name: string, end = '0') => ({ command: [process.execPath, 'program.mjs', name, end] });
const app = (end = '0') => ({ name: 'app', ...process_('app', end) });

class Session implements AsyncDisposable {
  readonly project: Project;
  readonly terminal: PseudoTerminal;

  private constructor(project: Project, terminal: PseudoTerminal) {
    this.project = project;
    this.terminal = terminal;
  }

  static async open(
    config: object = { sidecars: { db: process_('db') }, primary: app() },
    {
      args = ['dev'],
      ...options
    }: { args?: string[]; env?: Record<string, string>; file?: string; columns?: number; rows?: number } = {},
  ): Promise<Session> {
    const project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', ...config }),
      'program.mjs': PROGRAM,
      'probed.mjs': PROBED,
    });
    return new Session(project, new PseudoTerminal(args, { cwd: project.folder, ...options }));
  }

  async isUp(...names: string[]): Promise<void> {
    await this.terminal.shows('following');
    for (const name of names)
      await eventually(`${name} to be up`, async () => (await this.#told(name)) !== null);
  }

  async pid(name: string): Promise<number> {
    return (await this.#told(name))?.pid ?? -1;
  }

  async env(name: string): Promise<Record<string, string>> {
    return (await this.#told(name))?.env ?? {};
  }

  /** Everything is as it was before: the terminal, and no process is left. */
  async leavesNothing(pids: readonly number[]): Promise<void> {
    await eventually('all processes to be gone', () => !pids.some(isAlive));
    await eventually('the terminal to be given back', () => this.terminal.isSane);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
  }

  async #told(name: string): Promise<{ pid: number; env: Record<string, string> } | null> {
    const text = await readFile(this.project.path(`${name}.json`), 'utf8').catch(() => '');
    return text === '' ? null : JSON.parse(text);
  }
}

const pidsOf = (session: Session, ...names: string[]) => Promise.all(names.map((name) => session.pid(name)));

describe('the dashboard on a terminal', () => {
  test('dev shows the pod, q stops it, and the normal screen says how it ended', async () => {
    await using session = await Session.open();
    const { terminal } = session;
    await session.isUp('app', 'db');
    await terminal.shows(/db +ready/);
    await terminal.shows('app is up');
    expect(terminal.isAlternate).toBe(true);
    const pids = await pidsOf(session, 'app', 'db');
    terminal.type('qq');
    expect(await terminal.exit()).toBe(0);
    await session.leavesNothing(pids);
    expect(terminal.text).toContain('pod shop has stopped');
    expect(terminal.text).toMatch(/■ app +stopped +exited with code 0/);
    expect(terminal.text).toMatch(/logs in \.sidecarctl\/logs\/\*\/\S+\.log/);
  });

  test.each([
    ['up', ['up']],
    ['run', ['run', '--', process.execPath, 'program.mjs', 'app']],
  ])('%s shows it too, when asked to even where it would not', async (_, args) => {
    await using session = await Session.open(undefined, {
      args: [...args.slice(0, 1), '--ui', 'tui', ...args.slice(1)],
      env: { CI: 'true' },
    });
    await session.isUp('app');
    session.terminal.type('qq');
    expect(await session.terminal.exit()).toBe(0);
  });

  test('keys that come in one go all count', async () => {
    await using session = await Session.open({
      sidecars: { a: process_('a'), b: process_('b'), c: process_('c') },
      primary: app(),
    });
    await session.isUp('app', 'a', 'b', 'c');
    session.terminal.type('1jj');
    await session.terminal.shows(/> *3 +s . c/);
    session.terminal.type('4\t/is up\r');
    await session.terminal.shows('find is up 1/1');
    session.terminal.type('\u001b[200~q\u001b[201~&\u001b[200~no such line\u001b[201~\r');
    await session.terminal.shows('no line matches the filter');
    session.terminal.type('\u0003');
    expect(await session.terminal.exit()).toBe(0);
  });

  test('kills at a second Ctrl-C what has not ended', async () => {
    await using session = await Session.open({ primary: app('deaf'), stop: { grace: '10m' } });
    await session.isUp('app');
    const pids = await pidsOf(session, 'app');
    session.terminal.type('\u0003');
    await session.terminal.shows(/app +stopping; SIGKILL in/);
    session.terminal.type('\u0003');
    expect(await session.terminal.exit()).toBe(137);
    await session.leavesNothing(pids);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    '%s stops the pod and gives the terminal back',
    async (signal) => {
      await using session = await Session.open();
      await session.isUp('app', 'db');
      const pids = await pidsOf(session, 'app', 'db');
      session.terminal.signal(signal);
      expect(await session.terminal.exit()).toBe(0);
      await session.leavesNothing(pids);
    },
  );

  test('leaves the last lines of a primary that fails on the normal screen', async () => {
    await using session = await Session.open({
      primary: {
        name: 'app',
        command: [process.execPath, '-e', 'console.log("about to fail"); process.exit(3)'],
      },
    });
    expect(await session.terminal.exit()).toBe(3);
    expect(session.terminal.isSane).toBe(true);
    expect(session.terminal.text).toContain('about to fail');
    expect(session.terminal.text).toContain('exited with code 3');
  });

  test('requests a restart at a key', async () => {
    await using session = await Session.open();
    await session.isUp('app', 'db');
    const before = await session.pid('db');
    session.terminal.type('1r');
    await eventually(
      'another db',
      async () => ![before, -1].includes(await session.pid('db').catch(() => before)),
    );
    session.terminal.type('qq');
    expect(await session.terminal.exit()).toBe(0);
  });

  test('has a plain view that streams in the normal screen, and a way back', async () => {
    await using session = await Session.open({ primary: app('chatty') });
    const { terminal } = session;
    await session.isUp('app');
    terminal.type('p');
    await terminal.shows(/app +\| tick \d+/);
    expect(terminal.isAlternate).toBe(false);
    terminal.type('p');
    await terminal.shows('following');
    expect(terminal.isAlternate).toBe(true);
    terminal.type('p');
    await eventually('the normal screen', () => !terminal.isAlternate);
    terminal.type('q');
    await terminal.shows('q again stops it');
    terminal.type('q');
    expect(await terminal.exit()).toBe(0);
  });

  test('takes the mouse, and leaves it to the terminal at a key, to a pager, and at the end', async () => {
    await using session = await Session.open(undefined, { env: { PAGER: "sh -c 'read -r word' pager" } });
    const { terminal } = session;
    const isTaken = () => terminal.screen.modes.mouseTrackingMode === 'drag';
    await session.isUp('app', 'db');
    await eventually('the mouse to be taken', isTaken);
    const row = terminal.rows.findIndex((line) => / db /.test(line)) + 1;
    terminal.type(`\u001b[<0;5;${row}M\u001b[<0;5;${row}m`);
    await terminal.shows(/> *\d s . db/);
    terminal.type(`\u001b[<0;5;${row}M\u001b[<0;5;${row}m`);
    await terminal.shows('db: details');
    terminal.type('\u001b[<64;5;5M\u001b[<35;5;5M\u001b[<2;5;5M\u001b[M !!\u001b');
    await terminal.shows('following');
    terminal.type('M');
    await terminal.shows('M take mouse');
    await eventually('the mouse to be left', () => !isTaken());
    terminal.type('M');
    await eventually('the mouse to be taken again', isTaken);
    terminal.type('v');
    await eventually('the mouse to be left to the pager', () => !isTaken() && !terminal.isAlternate);
    terminal.type('\r');
    await eventually('the mouse to be taken after the pager', isTaken);
    terminal.type('p');
    await eventually('the mouse to be left to plain output', () => !isTaken() && !terminal.isAlternate);
    terminal.type('p');
    await eventually('the mouse to be taken after plain output', isTaken);
    terminal.type('\u001b[<64;50;5M\u0003');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.isSane).toBe(true);
  });

  test('leaves no report of a wheel that turns while it closes to the shell', async () => {
    await using session = await Session.open(undefined, {
      file: 'bash',
      args: ['--norc', '-i'],
      env: { PS1: 'prompt> ' },
    });
    const { terminal } = session;
    const isTaken = () => terminal.screen.modes.mouseTrackingMode === 'drag';
    // It answers questions, as terminals do.
    terminal.screen.onData((answer) => terminal.type(answer));
    await terminal.shows('prompt>');
    terminal.type(`"${process.execPath}" "${CLI}" dev\r`);
    await session.isUp('app');
    await eventually('the mouse to be taken', isTaken);
    terminal.type('\u0003');
    await eventually('the end of the dashboard', () => {
      if (isTaken()) terminal.type('\u001b[<64;80;5M');
      return !isTaken();
    });
    await terminal.shows('pod shop has stopped');
    terminal.type('echo done\r');
    await terminal.shows(/^done$/m);
    expect(terminal.rows.join('\n')).not.toContain('64;');
    terminal.type('exit\r');
    await terminal.exit();
  });

  test('never takes the mouse if the settings say so', async () => {
    await using session = await Session.open({ primary: app(), ui: { mouse: false } });
    await session.isUp('app');
    session.terminal.type('?\u001bqq');
    expect(await session.terminal.exit()).toBe(0);
    expect(session.terminal.output).not.toContain('\u001b[?1000h');
  });

  test('has a title for the window if the settings say so, and gives the one before back', async () => {
    const save = '\u001b[22;2t';
    const restore = '\u001b[23;2t';
    await using session = await Session.open({
      sidecars: { db: process_('db') },
      primary: app(),
      ui: { title: true },
    });
    const { terminal } = session;
    await session.isUp('app', 'db');
    await eventually('the title', () => terminal.output.includes(': 2 of 2 ready\u001b\\'));
    expect(terminal.output.split(save)).toHaveLength(2);
    terminal.type('qq');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.output.split(restore)).toHaveLength(2);
    expect(terminal.output.indexOf(restore)).toBeGreaterThan(terminal.output.lastIndexOf('\u001b]2;'));
    expect(terminal.isSane).toBe(true);
  });

  test('gives the title of the window back after a SIGKILL, too, and has none of its own by default', async () => {
    await using session = await Session.open(
      { sidecars: { db: process_('db') }, primary: app(), ui: { title: true } },
      { file: '/bin/sh', args: ['-c', `"${process.execPath}" "${CLI}" dev; read -r line`] },
    );
    const { terminal } = session;
    await session.isUp('app');
    await eventually('the title', () => terminal.output.includes('\u001b]2;'));
    process.kill(await supervisorOf(await session.pid('app')), 'SIGKILL');
    await eventually('the title of before', () => terminal.output.includes('\u001b[23;2t'));
    await using other = await Session.open();
    await other.isUp('app');
    other.terminal.type('\u0003');
    expect(await other.terminal.exit()).toBe(0);
    for (const sequence of ['\u001b]2;', '\u001b[22;2t', '\u001b[23;2t'])
      expect(other.terminal.output).not.toContain(sequence);
  });

  test('gives the terminal and its keys to a pager', async () => {
    await using session = await Session.open(undefined, {
      env: { PAGER: "sh -c 'cat $1; read -r word; echo heard $word; read -r word' pager" },
    });
    const { terminal } = session;
    await session.isUp('app');
    await terminal.shows('app is up');
    terminal.type('v');
    await eventually('the normal screen', () => !terminal.isAlternate);
    terminal.type('quick\r');
    await terminal.shows('heard quick');
    terminal.type('\r');
    await terminal.shows('following');
    terminal.type('?');
    await terminal.shows(/^ keys/m);
    terminal.type('qq');
    expect(await terminal.exit()).toBe(0);
  });

  test('is drawn right after a storm of resizes', async () => {
    await using session = await Session.open({ primary: app('chatty') });
    const { terminal } = session;
    await session.isUp('app');
    for (let at = 0; at < 60; at++) terminal.resize(20 + ((at * 37) % 150), 5 + ((at * 13) % 50));
    terminal.resize(90, 20);
    await eventually('a whole picture', () => {
      const { rows } = terminal;
      return (
        rows[0]?.startsWith(' shop') === true &&
        rows[19]?.includes('quit') === true &&
        rows[5]?.includes('│') === true
      );
    });
    terminal.type('qq');
    expect(await terminal.exit()).toBe(0);
  });

  test('settings of ours never reach a process', async () => {
    await using session = await Session.open();
    await session.isUp('app');
    const env = await session.env('app');
    expect(env).not.toHaveProperty('NODE_ENV');
    session.terminal.type('qq');
    await session.terminal.exit();
  });
});

describe('attach', () => {
  class Attached extends PseudoTerminal {
    static async to(project: Project): Promise<Attached> {
      const attached = new Attached(['attach'], { cwd: project.folder });
      await attached.shows('following');
      return attached;
    }
  }

  test('it shows and steers the pod, which goes on when it is left, and is stopped when asked', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        name: 'shop',
        sidecars: { db: process_('db') },
        primary: app(),
        ui: { keys: { restart: 'z' } },
      }),
      'program.mjs': PROGRAM,
    });
    await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
    const { pid } = await pod.state('db', 'ready');
    await pod.state('app', 'ready');
    {
      await using terminal = await Attached.to(project);
      await terminal.shows(/db +ready/);
      await terminal.shows('app is up');
      terminal.type('1z');
      const again = await pod.event(
        'another db',
        (event) => event['name'] === 'db' && event['state'] === 'ready' && event['pid'] !== pid,
      );
      expect(again['pid']).not.toBe(pid);
      terminal.type('q');
      expect(await terminal.exit()).toBe(0);
      expect(terminal.isSane).toBe(true);
      expect(terminal.text).toContain(`pod shop keeps running (pid ${pod.pid})`);
      expect(isAlive(pod.pid) && isAlive(again['pid'] as number)).toBe(true);
    }
    await using terminal = await Attached.to(project);
    terminal.type('Q');
    await terminal.shows('stop the whole pod?');
    terminal.type('y');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.isSane).toBe(true);
    expect(terminal.text).toContain('pod shop has stopped: stop requested by sidecarctl attach');
    expect(await pod.exitCode()).toBe(0);
  });

  test('gives the terminal back with exit code 3 when the pod is killed', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', primary: app() }),
      'program.mjs': PROGRAM,
    });
    await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await pod.state('app', 'ready');
    await using terminal = await Attached.to(project);
    pod.signal('SIGKILL');
    expect(await terminal.exit()).toBe(3);
    expect(terminal.isSane).toBe(true);
    expect(terminal.text).toContain('has gone');
  });

  test('says how to start a pod when there is none', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', primary: app() }),
    });
    await using terminal = new PseudoTerminal(['attach'], { cwd: project.folder });
    expect(await terminal.exit()).toBe(3);
    expect(terminal.text).toContain('start it with');
  });

  test('writes lines to the end when there is no terminal', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        name: 'shop',
        sidecars: { db: process_('db') },
        primary: app('3'),
      }),
      'program.mjs': PROGRAM,
    });
    await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await pod.state('app', 'ready');
    await using shown = new CommandLine(['attach'], project.folder);
    await shown.output(/sidecarctl \| db has started \(pid \d+\)/);
    await shown.output(/app +\| app is up/);
    pod.signal('SIGTERM');
    expect(await shown.exitCode()).toBe(0);
    expect(shown.stdout).toMatch(/sidecarctl \| stopping pod shop: stop requested by SIGTERM/);
    expect(shown.stdout).toMatch(/sidecarctl \| pod shop has stopped, exit code 3/);
    expect(shown.stdout).toContain('pod shop has stopped: stop requested by SIGTERM, exit code 3');
  });

  test('writes lines on a terminal that cannot draw, too', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', primary: app() }),
      'program.mjs': PROGRAM,
    });
    await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await pod.state('app', 'ready');
    await using terminal = new PseudoTerminal(['attach'], { cwd: project.folder, env: { TERM: 'dumb' } });
    await terminal.shows('app is up');
    expect(terminal.output).not.toContain('\u001b');
    pod.signal('SIGKILL');
    expect(await terminal.exit()).toBe(3);
    expect(terminal.text).toContain('has gone');
  });

  test('ends at Ctrl-C when it writes lines, and the pod goes on', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ name: 'shop', primary: app() }),
      'program.mjs': PROGRAM,
    });
    await using pod = new CommandLine(['dev', '--ui', 'json'], project.folder);
    await pod.state('app', 'ready');
    await using terminal = new PseudoTerminal(['attach', '--ui', 'plain'], { cwd: project.folder });
    await terminal.shows('app is up');
    terminal.type('\u0003');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text).toContain(`pod shop keeps running (pid ${pod.pid})`);
    expect(terminal.output).not.toContain('\u001b[?1049h');
    expect(isAlive(pod.pid)).toBe(true);
  });
});

describe('the terminal is given back', () => {
  test('after a crash of the supervisor, and no process is left', async () => {
    const crash = pathToFileURL(new URL('../support/crash-on-signal.mjs', import.meta.url).pathname).href;
    await using session = await Session.open(undefined, { env: { NODE_OPTIONS: `--import=${crash}` } });
    await session.isUp('app', 'db');
    const pids = await pidsOf(session, 'app', 'db');
    session.terminal.signal('SIGUSR2');
    await session.terminal.exit();
    await session.leavesNothing(pids);
  });

  test('by the shell that waits for it, after a SIGKILL', async () => {
    // With a shell that outlives it, as the terminal would be gone with its last process; the modes come back a moment
    // after its death.
    const untilBack = `until stty -a | grep -q '[^-]icanon'; do sleep 0.02; done; stty -a`;
    await using session = await Session.open(undefined, {
      file: '/bin/sh',
      args: ['-c', `"${process.execPath}" "${CLI}" dev; ${untilBack}; read -r line`],
    });
    await session.isUp('app', 'db');
    const pids = await pidsOf(session, 'app', 'db');
    const { screen } = session.terminal;
    await eventually('the mouse to be taken', () => screen.modes.mouseTrackingMode === 'drag');
    process.kill(await supervisorOf(pids[0] ?? -1), 'SIGKILL');
    await session.leavesNothing(pids);
    await eventually('modes of a shell', () => /[^-]icanon/.test(session.terminal.text));
  });

  test('for Ctrl-Z, and taken again with fg', async () => {
    await using session = await Session.open(undefined, {
      file: 'bash',
      args: ['--norc', '-i'],
      env: { PS1: 'prompt> ' },
    });
    const { terminal } = session;
    await terminal.shows('prompt>');
    terminal.type(`"${process.execPath}" "${CLI}" dev\r`);
    await session.isUp('app');
    terminal.type('\u001a');
    await terminal.shows('Stopped');
    // The shell has its own word on pasting.
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.screen.modes.mouseTrackingMode).toBe('none');
    terminal.type('fg\r');
    await terminal.shows('following');
    terminal.type('?');
    await terminal.shows(/^ keys/m);
    terminal.type('qq');
    await terminal.shows('pod shop has stopped');
    terminal.type('exit\r');
    await terminal.exit();
  });
});

/** The parent of a process. */
const supervisorOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const FROZEN_MS = 4_000;

describe('a terminal that has stopped reading', () => {
  test('holds up neither the probes nor the stop', async () => {
    await using session = await Session.open({
      primary: {
        command: [process.execPath, 'probed.mjs'],
        ports: { http: 'auto' },
        // On a busy machine it takes longer to listen than it may be silent later.
        startup: { http: '/' },
        liveness: { http: '/', period: '50ms' },
      },
    });
    const { terminal } = session;
    await terminal.shows('following');
    await terminal.shows('tick');
    await using control = await MachineControl.start(session.project);
    terminal.freeze();
    const frozenAt = Date.now();
    const gapsIn = async (file: string) => gapsAfter(frozenAt, await timesIn(session.project.path(file)));
    await eventually('four seconds of probes', async () => {
      const times = await Promise.all(
        ['asked.txt', control.file].map((file) => timesIn(session.project.path(file))),
      );
      return times.every((told) => (told.at(-1) ?? 0) - frozenAt > FROZEN_MS);
    });
    const gaps = await gapsIn('asked.txt');
    const machine = await gapsIn(control.file);
    // A supervisor that waits for its terminal asks nothing for all of the time; what the machine does to a program that
    // only asks itself every 50 ms it may do to the supervisor too.
    expect(median(gaps), `${gaps} beside ${machine}`).toBeLessThan(150 + median(machine));
    expect(Math.max(...gaps), `${gaps} beside ${machine}`).toBeLessThan(FROZEN_MS / 2 + Math.max(...machine));
    terminal.signal('SIGTERM');
    await eventually('the end of the supervisor', () => !isAlive(terminal.pid));
  });
});

describe('plain output is what there is', () => {
  test.each([
    ['in CI', { CI: 'true' }, ['dev']],
    ['without colours', { NO_COLOR: '1' }, ['dev']],
    ['on a terminal that cannot draw', { TERM: 'dumb' }, ['dev']],
    ['for a screen reader', { INK_SCREEN_READER: 'true' }, ['dev']],
    ['when it is asked for', {}, ['dev', '--ui', 'plain']],
  ])('%s', async (_, env, args) => {
    await using session = await Session.open(undefined, {
      args,
      env: { ...(env as Record<string, string>) },
    });
    await session.terminal.shows(/app +\| app is up/);
    expect(session.terminal.output).not.toContain('\u001b[?1049h');
    session.terminal.signal('SIGTERM');
    expect(await session.terminal.exit()).toBe(0);
  });
});
