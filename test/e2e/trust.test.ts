import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outputOf } from '../certificates/support.ts';
import { isInstalled } from '../support/installed.ts';
import { Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** Takes the place of a program that would change the machine, and writes down how it was called. */
const recorder = (log: string): string => `#!/bin/sh\necho "$(basename "$0") $*" >>${log}\n`;

/** `java` hides a real one, whose keytool takes a second to answer. */
const CHANGERS = ['install', 'rm', 'update-ca-certificates', 'trust', 'keytool', 'java'];

/** A user with a home of their own, who can change nothing of the machine. */
class User implements AsyncDisposable {
  readonly project: Project;

  private constructor(project: Project) {
    this.project = project;
  }

  static async create(): Promise<User> {
    const user = new User(await Project.create());
    for (const name of CHANGERS) await user.project.write(`bin/${name}`, recorder(user.log), 0o755);
    // The real one would ask for a password.
    await user.project.write('bin/sudo', `#!/bin/sh\nexec "$@"\n`, 0o755);
    return user;
  }

  get log(): string {
    return this.project.path('log');
  }

  /** What would have changed the machine. */
  get calls(): readonly string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n') : [];
  }

  get authority(): string {
    return this.project.path('data/sidecarctl/ca/ca.crt');
  }

  get env(): Readonly<Record<string, string>> {
    return {
      HOME: this.project.folder,
      XDG_DATA_HOME: this.project.path('data'),
      PATH: `${this.project.path('bin')}:${process.env['PATH']}`,
    };
  }

  run(...args: readonly string[]) {
    return runToEnd(args, this.project.folder, this.env);
  }

  async onTerminal(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    const options = { cwd: this.project.folder, env: this.env, columns: 400 };
    await using terminal = new PseudoTerminal(args, options);
    const { exitCode } = await terminal.ended;
    return { code: exitCode, output: terminal.output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
  }
}

/** Where nothing but a Debian's way to trust a CA is found. */
const isDebian = existsSync('/usr/local/share/ca-certificates');

describe('trust', () => {
  test('prints the path of the CA, which it makes, and changes nothing', async () => {
    await using user = await User.create();
    const { code, stdout } = await user.run('trust', '--print');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${user.authority}\n` });
    expect(existsSync(user.authority)).toBe(true);
    expect(user.calls).toEqual([]);
  });

  test('changes nothing without a terminal, and names the command to type and what it would run', async () => {
    await using user = await User.create();
    const { code, stdout, stderr } = await user.run('trust');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'nothing was changed, since this is no terminal; type in one: sidecarctl trust\n',
    );
    expect(stderr).toContain('it would run: ');
    expect(user.calls).toEqual([]);
  });

  test.runIf(isDebian)('says on a terminal what it runs, and runs it', async () => {
    await using user = await User.create();
    const { code, output } = await user.onTerminal('trust');
    expect(code).toBe(0);
    const [copy = '', update = ''] = user.calls;
    expect(copy).toMatch(
      /^install -m 644 \S+\/ca\.crt \/usr\/local\/share\/ca-certificates\/sidecarctl-[0-9a-f]{16}\.crt$/,
    );
    expect(update).toBe('update-ca-certificates');
    expect(output).toMatch(/^The local CA is .*\/ca\.crt: sidecarctl CA of \S+, until \d{4}-\d\d-\d\d\./);
    expect(output.indexOf('This runs:')).toBeLessThan(output.indexOf(copy));
  });

  test.runIf(isDebian)('says which command failed, runs none after it, and fails', async () => {
    await using user = await User.create();
    await user.project.write('bin/install', '#!/bin/sh\nexit 7\n', 0o755);
    const { code, output } = await user.onTerminal('trust');
    expect(code).toBe(1);
    expect(output).toMatch(/install -m 644 .* ended with code 7/);
    expect(output).toContain('not changed: the system');
    expect(user.calls).toEqual([]);
  });

  test('says what is wrong with a CA that cannot be used', async () => {
    await using user = await User.create();
    await user.project.write('data/sidecarctl/ca/ca.crt', 'half of a CA');
    for (const args of [['trust'], ['trust', '--print']]) {
      const { code, stdout, stderr } = await user.run(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('ca.key is missing, so the local CA cannot be used');
    }
  });

  test.runIf(isInstalled('certutil'))(
    'and untrust change the databases of Firefox and Chromium',
    async () => {
      await using user = await User.create();
      const databases = [user.project.path('.pki/nssdb'), user.project.path('.mozilla/firefox/k2x.default')];
      for (const folder of databases) {
        await user.project.write(`${folder.slice(user.project.folder.length + 1)}/.keep`, '');
        await outputOf('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
      }
      const listed = () =>
        Promise.all(databases.map((folder) => outputOf('certutil', ['-L', '-d', `sql:${folder}`])));
      expect((await user.onTerminal('trust')).code).toBe(0);
      for (const list of await listed()) expect(list).toMatch(/^sidecarctl-[0-9a-f]{16} +C,,/m);
      const again = await user.onTerminal('trust');
      expect(again.output).toMatch(/Trusted already by: .*Chromium, Firefox \(k2x\.default\)/);
      expect((await user.onTerminal('untrust')).code).toBe(0);
      for (const list of await listed()) expect(list).not.toContain('sidecarctl');
    },
  );
});

describe('untrust', () => {
  test('has nothing to do without a CA, or if nothing trusts it', async () => {
    await using user = await User.create();
    expect(await user.run('untrust')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('there is no local CA'),
    });
    await user.run('trust', '--print');
    const { code, stdout } = await user.run('untrust');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Not trusted by: /m);
    expect(user.calls).toEqual([]);
  });

  test.runIf(isInstalled('certutil'))(
    'works for a CA whose key is lost, and not without a terminal',
    async () => {
      await using user = await User.create();
      const folder = user.project.path('.pki/nssdb');
      await user.project.write('.pki/nssdb/.keep', '');
      await outputOf('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
      expect((await user.onTerminal('trust')).code).toBe(0);
      await user.project.write('data/sidecarctl/ca/ca.key', 'lost');
      expect(await user.run('untrust')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('type in one: sidecarctl untrust\n'),
      });
      expect((await user.onTerminal('untrust')).code).toBe(0);
      expect(await outputOf('certutil', ['-L', '-d', `sql:${folder}`])).not.toContain('sidecarctl');
    },
  );
});
