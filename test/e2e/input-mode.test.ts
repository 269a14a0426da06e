import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_Z = '\u001a';
const CTRL_CLOSING_BRACKET = '\u001d';
const UP = '\u001b[A';

const SHELL = {
  command: ['bash', '--norc', '--noprofile', '-i'],
  env: { PS1: 'sh> ' },
  stop: { signal: 'SIGHUP' },
};

/** The dashboard of a pod with one process, `tool`, that has a terminal, and another one without. */
class Typing implements AsyncDisposable {
  readonly project: Project;
  readonly terminal: PseudoTerminal;
  /** The terminal that the pod runs in. */
  readonly #owner: PseudoTerminal;

  private constructor(project: Project, terminal: PseudoTerminal, owner: PseudoTerminal) {
    this.project = project;
    this.terminal = terminal;
    this.#owner = owner;
  }

  /** Begins to type into the process, which has drawn this. */
  static async into(tool: object, drawn: RegExp, isRemote = false): Promise<Typing> {
    const config = {
      name: 'shop',
      sidecars: { tool: { tty: true, restart: 'never', ...tool } },
      primary: {
        name: 'ask',
        command: ['sh', '-c', 'while read -r line; do echo "got $line"; done; echo over; sleep 600'],
      },
    };
    const project = await Project.create({ 'sidecars.config.mjs': configFile(config) });
    const open = (command: string) =>
      new PseudoTerminal([command], { cwd: project.folder, columns: 120, rows: 30 });
    const owner = open('dev');
    await owner.shows(/tool +ready/);
    const terminal = isRemote ? open('attach') : owner;
    const typing = new Typing(project, terminal, owner);
    await terminal.shows(/tool +ready/);
    terminal.type('1');
    await terminal.shows(/tool {2}screen/);
    await terminal.shows(drawn);
    terminal.type('I');
    await terminal.shows('^] leaves tool');
    return typing;
  }

  async leave(): Promise<void> {
    this.terminal.type(CTRL_CLOSING_BRACKET);
    await this.terminal.shows('? help');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
    await this.#owner[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
  }
}

describe.runIf(process.platform === 'linux')('keys that are typed into a process from the dashboard', () => {
  test('are those of a shell with job control, and the dashboard has none of them until the chord', async () => {
    await using typing = await Typing.into(SHELL, /sh>/);
    const { terminal } = typing;
    terminal.type('size=$(stty size); echo $size\r');
    await terminal.shows(/│\d+ \d+$/m);
    terminal.type(`sh -c 'echo started; exec sleep 600'\r`);
    await terminal.shows(/│started/);
    terminal.type(CTRL_Z);
    await terminal.shows(/Stopped +sh -c/);
    terminal.type('fg\r');
    await terminal.shows(/│sh> fg\n.*│sh -c/);
    terminal.type(CTRL_C);
    await terminal.shows(/\^C/);
    terminal.type('echo qxrs; q\r');
    await terminal.shows(/q: command not found/);
    await eventually('the cursor behind the prompt', () => {
      const { cursorX, cursorY } = terminal.screen.buffer.active;
      return (
        terminal.rows[cursorY]?.endsWith('│sh>') === true && cursorX === terminal.rows[cursorY].length + 1
      );
    });
    terminal.resize(100, 25);
    terminal.type(`until [ "$(stty size)" != "$size" ]; do sleep 0.05; done; echo new"size"\r`);
    await terminal.shows(/│newsize/);
    terminal.type('echo one; ');
    await typing.leave();
    terminal.type('I');
    await terminal.shows('^] leaves tool');
    terminal.type('echo two\r');
    await terminal.shows(/│one\n.*│two/);
    terminal.type(CTRL_D);
    await terminal.shows('tool has ended');
  });

  test.runIf(isInstalled('less'))('turn the pages of less, and its arrows move', async () => {
    const numbers = 'seq 1 500 > numbers.txt; exec less numbers.txt';
    await using typing = await Typing.into({ command: numbers, env: { LESSHISTFILE: '-' } }, /│1\n.*│2\n/);
    const { terminal } = typing;
    terminal.type('G');
    await terminal.shows(/│500\n/);
    terminal.type(UP);
    await terminal.shows(/│499\n.*│:/);
    await typing.leave();
    terminal.type('2');
    await terminal.shows(/ask {2}following/);
    terminal.type('1');
    await terminal.shows(/│499\n.*│:/);
  });

  test('reach a REPL of Node from a dashboard that is attached, with its history', async () => {
    const repl = { command: [process.execPath, '-i'], env: { NODE_REPL_HISTORY: '' } };
    await using typing = await Typing.into(repl, /│>/, true);
    const { terminal } = typing;
    terminal.type('6 * 7\r');
    await terminal.shows(/│42\n/);
    terminal.type(UP);
    await terminal.shows(/│42\n.*│> 6 \* 7/);
    terminal.type(' + 1\r');
    await terminal.shows(/│43\n/);
    await typing.leave();
  });

  test.runIf(isInstalled('python3'))('answer Python, and a password is not shown', async () => {
    const script = 'import getpass; a = input("Name: "); b = getpass.getpass(); print(a, len(b)); input()';
    await using typing = await Typing.into({ command: ['python3', '-c', script] }, /Name:/);
    typing.terminal.type('ada\r');
    await typing.terminal.shows(/Password:/);
    typing.terminal.type('secret\r');
    await typing.terminal.shows(/│ada 6/);
    expect(typing.terminal.output).not.toContain('secret');
  });

  test('come after the answer to a question that the program asks its terminal', async () => {
    const ask = `read -rsn1; printf 'ask\\033[6n'; IFS= read -rsd R place; printf ' %s\\n' "$\${place#*[}"; read -r line; echo "<$line>"; sleep 600`;
    await using typing = await Typing.into({ command: ['bash', '-c', `echo ready; ${ask}`] }, /ready/);
    typing.terminal.type('x');
    await typing.terminal.shows(/│ask 2;4/);
    typing.terminal.type('line\r');
    await typing.terminal.shows(/│<line>/);
  });

  test('may be a paste, with marks around it where the program asks for them', async () => {
    const script = `stty raw -echo; printf 'ready\\033[?2004h'; head -c 17 | od -An -c; stty sane; sleep 600`;
    await using typing = await Typing.into({ command: script }, /ready/);
    typing.terminal.type('\u001b[200~a\u001d\u0003cd\u001b[201~');
    await typing.terminal.shows(/033 +\[ +2 +0 +0 +~ +a +035 +003 +c/);
    expect(typing.terminal.rows.at(-1)).toContain('^] leaves tool');
  });

  test('may be a click, which the program finds at its own cell', async () => {
    const script = `stty raw -echo; printf 'ready\\033[?1000h\\033[?1006h'; head -c 9 | od -An -c; sleep 600`;
    await using typing = await Typing.into({ command: script }, /ready/);
    const [, title = ''] = typing.terminal.rows;
    const column = title.indexOf('│') + 2;
    typing.terminal.type(`\u001b[<0;1;5M\u001b[<0;${column + 6};5M`);
    await typing.terminal.shows(/033 +\[ +< +0 +; +7 +; +3 +M/);
  });

  test('may be 10 MB, of which nothing is lost', async () => {
    const bytes = 10_000_000;
    const script = `stty raw -echo; echo ready; head -c ${bytes} | cksum > sum.txt; echo done; sleep 600`;
    await using typing = await Typing.into({ command: script }, /ready/);
    typing.terminal.type('x'.repeat(bytes));
    await typing.terminal.shows(/│ *done/);
    expect(readFileSync(typing.project.path('sum.txt'), 'utf8')).toMatch(/ 10000000$/m);
  });

  test('wait for a process that does not read, and leaving tells how many were not sent', async () => {
    const script = 'stty raw -echo; echo ready; exec sleep 600';
    await using typing = await Typing.into({ command: script }, /ready/);
    typing.terminal.type(`${'x'.repeat(10_000_000)}${CTRL_CLOSING_BRACKET}`);
    await typing.terminal.shows(
      /[\d,]{9} bytes of what was typed or pasted were not sent: tool does not read/,
    );
    typing.terminal.type('2');
    await typing.terminal.shows(/ask {2}following/);
  });
});

describe.runIf(process.platform === 'linux')('lines for a process without a terminal', () => {
  test('are sent with Enter, and Ctrl-D ends its stdin', async () => {
    await using typing = await Typing.into({ command: ['sleep', '600'] }, /screen/);
    const { terminal } = typing;
    await typing.leave();
    terminal.type('2I');
    await terminal.shows('to the stdin of ask:');
    terminal.type('hello\r');
    await terminal.shows(/── sent hello ─+\n.*│got hello/);
    terminal.type(CTRL_D);
    await terminal.shows(/│over/);
  });
});
