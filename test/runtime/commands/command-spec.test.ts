import { describe, expect, test } from 'vitest';
import { commandSpec } from '../../../src/runtime/commands/command-spec.ts';
import { composeEnvironment } from '../../../src/runtime/launch/environment.ts';
import { podSpec } from '../../support/pod-spec.ts';

const beside = () => {
  const process = podSpec({ app: { ports: { http: 3_000 }, readiness: {}, postStart: true } }).processes.get(
    'app',
  );
  if (process === undefined) throw new Error('no process app');
  return { process, env: { PATH: '/bin', PORT: '3000', EMPTY: '', NOTIFY_FD: '3' }, enter: [] };
};

const SHELL = {
  name: 'migrate',
  command: { kind: 'shell', line: 'npm run migrate' },
  description: '',
  tty: false,
} as const;
const DIRECT = {
  name: 'seed',
  command: { kind: 'direct', file: 'node', args: ['seed.js'] },
  description: '',
  tty: true,
} as const;

describe('the process that runs a command beside another', () => {
  test('has its folder and its environment, without the descriptor by which it says that it is ready', () => {
    const { name, launch } = commandSpec(SHELL, beside());
    expect(name).toBe('app.migrate');
    expect(launch).toMatchObject({ command: SHELL.command, cwd: '/shop', stdin: 'null', tty: false });
    expect(composeEnvironment(launch.env)).toMatchObject({
      ok: true,
      env: { PATH: '/bin', PORT: '3000', EMPTY: '' },
      colors: {},
    });
    expect(launch.env.inherited).not.toHaveProperty('NOTIFY_FD');
  });

  test('on a terminal has no colors forced upon it, and knows what terminal it is', () => {
    const { process, ...around } = beside();
    const colors = { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' };
    const spec = { ...process.launch.env, colors, own: { CLICOLOR_FORCE: '1' } };
    const given = { process: { ...process, launch: { ...process.launch, env: spec } }, ...around };
    const composed = composeEnvironment(
      commandSpec(DIRECT, { ...given, env: { PATH: '/bin', ...colors } }).launch.env,
    );
    expect(composed).toMatchObject({
      ok: true,
      env: { PATH: '/bin', CLICOLOR_FORCE: '1', TERM: 'xterm-256color' },
    });
    expect(composed).not.toHaveProperty('env.FORCE_COLOR');
  });

  test('has nothing else of it', () => {
    expect(commandSpec(SHELL, beside())).toMatchObject({
      ports: [],
      readiness: null,
      postStart: null,
      watch: null,
    });
  });

  test('enters the namespaces of an isolated process', () => {
    const entering = { ...beside(), enter: ['nsenter', '-t', '42', '--'] };
    expect(commandSpec(DIRECT, entering).launch.command).toEqual({
      kind: 'direct',
      file: 'nsenter',
      args: ['-t', '42', '--', 'node', 'seed.js'],
    });
    expect(commandSpec(SHELL, entering).launch.command).toEqual({
      kind: 'direct',
      file: 'nsenter',
      args: ['-t', '42', '--', '/bin/sh', '-c', 'npm run migrate'],
    });
  });
});
