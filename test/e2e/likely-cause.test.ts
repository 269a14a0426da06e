import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** Listens on the other loopback address and on a port of its own choice. */
const ELSEWHERE = "require('node:net').createServer().listen(0, '127.0.0.2', () => console.log('up'))";
const soon = { policy: 'always', backoff: { initial: '100ms', max: '1s' } };

test.runIf(process.platform === 'linux')(
  'the likely cause is told of what crashes again and again, and of what listens elsewhere',
  async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({
        sidecars: {
          loop: { command: 'echo "Error: API_KEY is not set" >&2; exit 1', restart: soon },
          daemon: { command: 'sleep 600 & exit 0', restart: soon },
          windows: { command: './windows.sh', restart: soon },
          elsewhere: { command: ['node', '-e', ELSEWHERE], ports: { http: 'auto' } },
        },
        primary: { command: 'sleep 600', dependsOn: [] },
        stop: { minimumGrace: '200ms' },
      }),
    });
    await project.write('windows.sh', '#!/bin/sh\r\necho hi\r\n', 0o755);
    await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
    const told = (name: string) =>
      cli.event(`the cause of ${name}`, ({ kind, message }) => {
        return kind === 'likely-cause' && String(message).startsWith(`${name}: `);
      });
    expect((await told('loop'))['message']).toContain('the environment variable API_KEY is not set');
    expect((await told('daemon'))['message']).toContain('it went into the background');
    expect((await told('windows'))['message']).toContain('./windows.sh has Windows line endings');
    await cli.event('elsewhere is up', ({ type, line }) => type === 'log' && line === 'up');

    const { stdout } = await runToEnd(['why', 'elsewhere', '--json'], project.folder);
    const { cause, explanation } = JSON.parse(stdout);
    expect(cause).toMatch(
      /^it listens on 127\.0\.0\.2:\d+; this probe asks 127\.0\.0\.1:\d+: pass --port \$PORT, or set host/,
    );
    expect(explanation).toContain(`Likely cause: ${cause}.`);
    const status = JSON.parse((await runToEnd(['status', '--json'], project.folder)).stdout);
    const causes = Object.fromEntries(
      status.processes.map((one: { name: string; cause: string | null }) => [one.name, one.cause]),
    );
    expect(causes).toMatchObject({ elsewhere: cause, primary: null });
  },
);

test('a process that ends after lines of 200 kB without a space is started again, and again', async () => {
  const flood = "process.stdout.write(('x'.repeat(200_000) + '\\n').repeat(20)); process.exitCode = 1";
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({
      sidecars: { loop: { command: ['node', '-e', flood], restart: soon } },
      primary: { command: 'sleep 600', dependsOn: [] },
    }),
  });
  await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
  await cli.event('the second restart', ({ name, restarts }) => name === 'loop' && restarts === 2);
});
