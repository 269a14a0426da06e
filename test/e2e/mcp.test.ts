import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import { CLI, CommandLine, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

interface ToolAnswer {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text: string }>;
  readonly isError?: boolean;
}

/** A coding agent that has started `sidecarctl mcp` in a project's folder. */
class Agent {
  readonly client = new Client({ name: 'test', version: '1' });
  readonly #transport: StdioClientTransport;

  private constructor(folder: string, args: readonly string[]) {
    this.#transport = new StdioClientTransport({
      command: process.execPath,
      args: [CLI, 'mcp', ...args],
      cwd: folder,
      env: cleanEnvironment(),
      stderr: 'pipe',
    });
  }

  static async connect(folder: string, ...args: string[]): Promise<Agent> {
    const agent = new Agent(folder, args);
    await withDeadline('the server to answer', agent.client.connect(agent.#transport));
    return agent;
  }

  async tools(): Promise<string[]> {
    return (await this.client.listTools()).tools.map(({ name }) => name);
  }

  async raw(name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer> {
    const asked = this.client.callTool({ name, arguments: args });
    return (await withDeadline(`the answer of ${name}`, asked)) as unknown as ToolAnswer;
  }

  /** The answer of a tool that did what it was asked. */
  async call<T = Record<string, unknown>>(name: string, args: Record<string, unknown> = {}): Promise<T> {
    const { content, isError } = await this.raw(name, args);
    expect(isError, content[0]?.text).not.toBe(true);
    return JSON.parse(content[0]?.text ?? '') as T;
  }

  async failure(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { content, isError } = await this.raw(name, args);
    expect(isError).toBe(true);
    return content[0]?.text ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}

interface Changes {
  readonly changes: readonly string[];
  readonly errors: ReadonlyArray<{ readonly process: string; readonly line: string; readonly count: number }>;
  readonly cursor: string;
  readonly note?: string;
}

/** A web process that says what it is told to in files `say-1`, `say-2`, … */
const CONFIG = configFile({
  name: 'shop',
  sidecars: {
    db: { command: 'echo "db is up"; exec sleep 600', ports: { main: 'auto' }, readiness: false },
    talker: {
      command:
        'echo "Error: booting"; n=1; while :; do if test -f say-$n; then cat say-$n; n=$((n+1)); fi; sleep 0.02; done',
      readiness: { log: 'booting' },
    },
  },
  primary: { name: 'web', command: 'exec sleep 600', dependsOn: ['db', 'talker'] },
});

const upAndReady = async (config = CONFIG, last = 'web') => {
  const project = await Project.create({ 'sidecars.config.ts': config });
  const cli = new CommandLine(['up', '--ui', 'json'], project.folder);
  await cli.state(last, 'ready');
  return {
    project,
    cli,
    async [Symbol.asyncDispose]() {
      await cli[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
};

describe('the tools', () => {
  test('only look, unless actions are allowed', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
    await using looking = await Agent.connect(project.folder);
    await using acting = await Agent.connect(project.folder, '--allow-actions');

    expect(await looking.tools()).toEqual(['status', 'changes', 'logs', 'wait', 'why']);
    expect(await acting.tools()).toEqual(['status', 'changes', 'logs', 'wait', 'why', 'restart']);
    const { tools } = await acting.client.listTools();
    const readOnly = tools.filter(({ annotations }) => annotations?.readOnlyHint === true);
    expect(readOnly.map(({ name }) => name)).toEqual(await looking.tools());
    expect(await looking.failure('restart', { process: 'db' })).toContain('restart');
  });

  test('say how to start a pod where none runs, and find it once it does', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
    await using agent = await Agent.connect(project.folder);

    expect(await agent.failure('status')).toContain("start it with 'sidecarctl dev'");
    await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
    await cli.state('web', 'ready');
    expect(await agent.call('status')).toMatchObject({ pod: 'shop', state: 'running' });
  });

  test('refuse what is out of bounds', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
    await using agent = await Agent.connect(project.folder);

    expect(await agent.failure('logs', { lines: 1_000_000 })).toContain('lines');
    expect(await agent.failure('wait', { timeoutSeconds: 1_000_000 })).toContain('timeoutSeconds');
    expect(await agent.failure('wait', { condition: 'happy' })).toContain('condition');
    expect(await agent.failure('why')).toContain('process');
  });
});

describe('status and changes', () => {
  test('tell what runs, and then only what is new since the cursor', async () => {
    await using pod = await upAndReady();
    await using agent = await Agent.connect(pod.project.folder);

    const status = await agent.call<{ cursor: string; processes: ReadonlyArray<Record<string, unknown>> }>(
      'status',
    );
    expect(status.processes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'db ready',
      'talker ready',
      'web ready',
    ]);
    expect(status.processes[0]).toMatchObject({
      role: 'sidecar',
      ports: { main: expect.any(Number) },
      restarts: 0,
    });

    const all = await agent.call<Changes>('changes');
    expect(all.changes.join('\n')).toContain('web: starting -> ready');
    expect(all.errors).toMatchObject([{ process: 'talker', line: 'Error: booting', count: 1 }]);
    expect(await agent.call<Changes>('changes', { cursor: all.cursor })).toMatchObject({
      changes: [],
      errors: [],
    });

    await pod.project.write('say-1', 'fine\nError: order 17 failed\nError: order 18 failed\ndone-saying\n');
    await pod.cli.output(/done-saying/);
    const since = await agent.call<Changes>('changes', { cursor: status.cursor });
    expect(since.errors).toMatchObject([{ process: 'talker', line: 'Error: order 18 failed', count: 2 }]);
    expect(await agent.call<Changes>('changes', { cursor: since.cursor })).toMatchObject({ errors: [] });
    expect(await agent.failure('changes', { cursor: 'x' })).toContain("'x' is not a cursor");
  });

  test('of another run say so, and tell all of it', async () => {
    await using pod = await upAndReady();
    await using agent = await Agent.connect(pod.project.folder);
    const { cursor } = await agent.call<Changes>('changes');
    pod.cli.signal('SIGTERM');
    await pod.cli.exit();
    await using again = new CommandLine(['up', '--ui', 'json'], pod.project.folder);
    await again.state('web', 'ready');

    const anew = await agent.call<Changes>('changes', { cursor });
    expect(anew.note).toContain('restarted since');
    expect(anew.changes.join('\n')).toContain('web: starting -> ready');
  });
});

describe('logs', () => {
  test('gives the newest lines, of one process or all, and those that match', async () => {
    await using pod = await upAndReady();
    await using agent = await Agent.connect(pod.project.folder);
    const said = ['a'.repeat(60), ...Array.from({ length: 60 }, (_, at) => `line ${at}`)];
    await pod.project.write('say-1', `${said.join('\n')}\n`);
    await pod.cli.output(/line 59/);

    const { lines } = await agent.call<{ lines: string[] }>('logs', { process: 'talker', lines: 2 });
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual(['talker | line 58', 'talker | line 59']);
    const all = await agent.call<{ lines: string[] }>('logs', { lines: 200 });
    expect(all.lines.join('\n')).toContain('db | db is up');
    const matching = await agent.call<{ lines: string[]; olderMatchesLeftOut: number }>('logs', {
      grep: 'LINE \\d$',
      lines: 3,
    });
    expect(matching.lines.map((line) => line.at(-1))).toEqual(['7', '8', '9']);
    expect(matching.olderMatchesLeftOut).toBe(7);
    expect(await agent.failure('logs', { process: 'dbb' })).toContain(
      'there is no process dbb (did you mean db?); there are db, talker, web',
    );
    expect(await agent.failure('logs', { grep: '(' })).toContain('Invalid regular expression');
    expect(await agent.failure('logs', { grep: '^(a|aa)+b' })).toContain('takes too long');
  });
});

describe('wait', () => {
  test('tells when it holds, when the time is over, and when it never will', async () => {
    await using pod = await upAndReady(
      configFile({
        sidecars: {
          slow: {
            command: 'until test -f go; do sleep 0.02; done; touch here; exec sleep 600',
            readiness: { file: 'here' },
          },
          dead: { command: 'exit 1', restart: 'never' },
        },
        primary: { name: 'web', command: 'exec sleep 600', dependsOn: [] },
      }),
    );
    await using agent = await Agent.connect(pod.project.folder);
    await pod.cli.state('dead', 'failed');

    expect(await agent.call('wait', { process: 'slow', timeoutSeconds: 0 })).toMatchObject({
      outcome: 'timeout',
    });
    expect(await agent.call('wait', { process: 'dead' })).toMatchObject({ outcome: 'never' });
    const waiting = agent.call('wait', { process: 'slow' });
    await pod.project.write('go', '');
    expect(await waiting).toMatchObject({ outcome: 'holds', processes: [{ name: 'slow', state: 'ready' }] });
  });
});

describe('why', () => {
  test('explains, and tells the likely cause of a failure, after the pod has ended as well', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        primary: { name: 'web', command: 'echo "Error: API_TOKEN is required" >&2; exit 1' },
      }),
    });
    await runToEnd(['up'], project.folder);
    await using agent = await Agent.connect(project.folder);

    const { note, dossier } = await agent.call<{ note: string; dossier: string }>('why', { process: 'web' });
    expect(note).toContain('no pod is running');
    expect(dossier).toContain('likely cause: the environment variable API_TOKEN is not set');
  });

  test('explains a process that waits', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { db: { command: 'exec sleep 600', readiness: { file: 'never' } } },
        primary: { name: 'web', command: 'true' },
      }),
    });
    await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
    await cli.state('db', 'running');
    await using agent = await Agent.connect(project.folder);

    const { explanation } = await agent.call<{ explanation: string[] }>('why', { process: 'web' });
    expect(explanation.join(' ')).toContain('waiting for db to be ready');
    const { probes } = await agent.call<{ probes: unknown[] }>('why', { process: 'db' });
    expect(probes).toMatchObject([
      { probe: 'readiness', ok: false, message: expect.stringContaining('never') },
    ]);
  });
});

describe('the name of an app', () => {
  test('is for all its instances where there may be several, and refused where there may be one', async () => {
    const web = { instances: 2, command: 'echo "this is ${app.instance}"; exec sleep 600' };
    await using pod = await upAndReady(configFile({ primary: { name: 'web', ...web } }), 'web-2');
    await using agent = await Agent.connect(pod.project.folder, '--allow-actions');

    const waited = await agent.call<{ processes: Array<{ name: string }> }>('wait', { process: 'web' });
    expect(waited).toMatchObject({ outcome: 'holds', processes: [{ name: 'web-1' }, { name: 'web-2' }] });
    await expect
      .poll(async () => (await agent.call<{ lines: string[] }>('logs', { process: 'web' })).lines.toSorted())
      .toEqual([expect.stringContaining('this is 1'), expect.stringContaining('this is 2')]);
    for (const tool of ['why', 'restart'])
      expect(await agent.failure(tool, { process: 'web' })).toContain('name one of web-1, web-2');
  });
});

describe('restart', () => {
  test('restarts, waits until it is ready, and tells only what is new', async () => {
    await using pod = await upAndReady();
    await using agent = await Agent.connect(pod.project.folder, '--allow-actions');
    const { processes } = await agent.call<{ processes: ReadonlyArray<{ name: string; pid: number }> }>(
      'status',
    );
    const before = processes.find(({ name }) => name === 'talker');

    const restarted = await agent.call<Changes & { outcome: string; process: { pid: number } }>('restart', {
      process: 'talker',
    });

    expect(restarted).toMatchObject({ outcome: 'holds', process: { name: 'talker', state: 'ready' } });
    expect(restarted.process.pid).not.toBe(before?.pid);
    expect(restarted.errors).toMatchObject([{ process: 'talker', line: 'Error: booting', count: 1 }]);
    expect(restarted.changes.join('\n')).not.toContain('web: starting');
    expect(await agent.failure('restart', { process: 'nobody' })).toContain('there is no process nobody');
  });
});

test('the server ends when its client has gone', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  // Its stdin is /dev/null: at its end from the start.
  expect(await runToEnd(['mcp'], project.folder)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('what was asked before stdin ended is answered', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ name: 'shop', primary: { command: 'exec sleep 300' } }),
  });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
  await run.state('primary', 'ready');
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  };
  const messages = [
    { id: 1, method: 'initialize', params },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'status', arguments: {} } },
  ];
  const server = spawn(process.execPath, [CLI, 'mcp'], { cwd: project.folder, env: cleanEnvironment() });
  server.stdin.end(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  const answers = (await withDeadline('the end', text(server.stdout))).trim().split('\n');
  expect(JSON.parse(answers[1] ?? '')).toMatchObject({ id: 2, result: { content: [{ type: 'text' }] } });
  expect(answers[1]).toContain('shop');
});
