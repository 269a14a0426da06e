import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort } from '../fixtures/support.ts';
import { CommandLine } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { inFull } from '../support/in-full.ts';
import { configFile, Project } from '../support/project.ts';

const RESTARTS = inFull ? 20 : 5;
const CLIENTS = 4;

/** Ends what it has begun, and takes nothing new. */
const NODE_SERVER = `
const { LISTEN_FDS, LISTEN_PID } = process.env;
if (LISTEN_FDS !== '1' || LISTEN_PID !== String(process.pid)) throw new Error('no socket was handed over');
const server = require('node:http').createServer((request, response) => response.end(String(process.pid)));
process.on('SIGTERM', () => server.close());
server.listen({ fd: 3 });
`;

/** The same for clients that keep their connections, as docs/lifecycle.md has it. */
const NODE_KEEPING_ALIVE = `
const server = require('node:http').createServer((request, response) => response.end(String(process.pid)));
process.once('SIGTERM', () => {
  server.prependListener('request', (request, response) => response.setHeader('Connection', 'close'));
  setTimeout(() => server.close(), 100);
});
server.listen({ fd: 3 });
`;

const PYTHON_SERVER = `
import contextlib, os, select, signal, socket
assert os.environ['LISTEN_FDS'] == '1' and os.environ['LISTEN_PID'] == str(os.getpid())
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
server = socket.socket(fileno=3)
server.setblocking(True)
while not stopping:
    if not select.select([server], [], [], 0.05)[0]:
        continue
    connection, _ = server.accept()
    with connection, contextlib.suppress(ConnectionError):
        request = chunk = connection.recv(4096)
        while chunk and b'\\r\\n\\r\\n' not in request:
            chunk = connection.recv(4096)
            request += chunk
        body = str(os.getpid()).encode()
        head = b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ' + str(len(body)).encode()
        connection.sendall(head + b'\\r\\n\\r\\n' + body)
`;

/**
 * A request with a connection of its own, or with one of the agent's: the body. As every client does, it is sent again if
 * a connection that was used before was closed meanwhile: a server waits only so long for the next request.
 */
const request = (port: number, agent: Agent | false = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers: Record<string, string> = agent === false ? { connection: 'close' } : {};
    const sent = get({ host: '127.0.0.1', port, agent, headers }, (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((chunks) => resolve(chunks.join('')), reject);
    });
    sent.on('error', (error) => (sent.reusedSocket ? resolve(request(port, agent)) : reject(error)));
  });

/** Clients that ask one request after the other until they are told to end. */
const load = (port: number, agent: Agent | false = false) => {
  const [answers, failures]: [string[], unknown[]] = [[], []];
  let ends = false;
  const client = async () => {
    while (!ends)
      await request(port, agent).then(
        (answer) => answers.push(answer),
        (error) => failures.push(error),
      );
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  const end = async () => {
    ends = true;
    await withDeadline('the last answers', clients);
    if (agent !== false) agent.destroy();
    return { answers, failures };
  };
  return { answers, end };
};

const up = async (config: object) => {
  const project = await Project.create({ 'sidecars.config.mjs': configFile(config) });
  const run = new CommandLine(['up', '--ui', 'json'], project.folder);
  const ask = async (...args: string[]) => {
    await using asked = new CommandLine(args, project.folder);
    return await asked.exitCode();
  };
  const dispose = async () => {
    await run[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  };
  return { project, run, ask, [Symbol.asyncDispose]: dispose };
};

const refuses = async (port: number): Promise<boolean> => {
  const connection = connect(port, '127.0.0.1');
  const opened = await once(connection, 'connect').then(
    () => true,
    () => false,
  );
  connection.destroy();
  return !opened;
};

const web = (port: number | 'auto', command: readonly string[], more: object = {}) => ({
  name: 'web',
  command,
  ports: { http: { port, activate: true } },
  readiness: { http: '/' },
  ...more,
});

const keepingAlive = [process.execPath, '-e', NODE_KEEPING_ALIVE];
const node = [process.execPath, '-e', NODE_SERVER];

describe.skipIf(process.platform === 'win32')('an activated port', () => {
  /** No request fails, and every instance has answered. */
  const restartUnderLoad = async (command: readonly string[], restarts: number, agent: Agent | false) => {
    await using pod = await up({ primary: web('auto', command) });
    const ready = await pod.run.state('web', 'ready');
    const { http } = ready['ports'] as { readonly http: number };
    const clients = load(http, agent);
    for (let round = 1; round <= restarts; round++) {
      expect(await pod.ask('restart', 'web')).toBe(0);
      const before = clients.answers.length;
      await eventually('an answer after the restart', () => clients.answers.length > before);
    }
    const { answers, failures } = await clients.end();
    expect(failures).toEqual([]);
    expect(new Set(answers).size).toBe(restarts + 1);
  };

  test.each([
    ['a Node server', node],
    ['a Python server', ['python3', '-c', PYTHON_SERVER]],
  ])('lets no request fail while %s is restarted again and again', { timeout: 120_000 }, (_, command) =>
    restartUnderLoad(command, RESTARTS, false),
  );

  test('lets no request on a lasting connection fail while its process is restarted', () =>
    restartUnderLoad(keepingAlive, 5, new Agent({ keepAlive: true, maxSockets: CLIENTS })));

  test('holds connections while its process is down, and is let go at the end of the pod', async () => {
    const port = await freePort();
    const { name: _, ...sidecar } = web(port, node);
    await using pod = await up({
      sidecars: { web: sidecar },
      primary: { command: ['sleep', '600'] },
    });
    await pod.run.state('primary', 'ready');
    expect(await pod.ask('stop', 'web')).toBe(0);
    const answer = request(port);
    expect(await pod.ask('start', 'web')).toBe(0);
    expect(await withDeadline('the answer', answer)).toMatch(/^\d+$/);
    pod.run.signal('SIGTERM');
    await pod.run.exit();
    expect(await refuses(port)).toBe(true);
  });

  test('is kept over a reload that changes the process', async () => {
    const port = await freePort();
    const deaf = web(port, ['sleep', '600'], { readiness: false });
    await using pod = await up({ primary: deaf });
    await pod.run.state('web', 'ready');
    const answer = request(port);
    await pod.project.write('sidecars.config.mjs', configFile({ primary: web(port, node) }));
    expect(await pod.ask('reload')).toBe(0);
    expect(await withDeadline('the answer', answer)).toMatch(/^\d+$/);
  });

  test('is let go when a reload takes the process away', async () => {
    const port = await freePort();
    const primary = { command: ['sleep', '600'] };
    const { name: _, ...sidecar } = web(port, node);
    await using pod = await up({ sidecars: { web: sidecar }, primary });
    await pod.run.state('primary', 'ready');
    await pod.project.write('sidecars.config.mjs', configFile({ primary }));
    expect(await pod.ask('reload')).toBe(0);
    await eventually('the port to be free', () => refuses(port));
  });

  test('leaves nothing that listens when sidecarctl is killed', async () => {
    const port = await freePort();
    await using pod = await up({ primary: web(port, node) });
    await pod.run.state('web', 'ready');
    pod.run.signal('SIGKILL');
    await pod.run.ended;
    await eventually('the port to be free', () => refuses(port));
  });

  test('comes before NOTIFY_FD, in the order of the ports', async () => {
    const [a, b] = [await freePort(), await freePort()];
    const ports = { a: { port: a, activate: true }, b: { port: b, activate: true } };
    const tell =
      'echo "$LISTEN_FDS $LISTEN_FDNAMES $((LISTEN_PID - $$)) $NOTIFY_FD"; echo READY=1 >&5; exec sleep 600';
    await using pod = await up({
      primary: { name: 'web', command: tell, ports, readiness: { notify: true } },
    });
    await pod.run.state('web', 'ready');
    await pod.run.output(/2 a:b 0 5/);
  });

  test('that is taken is an error that names the holder, before anything starts', async () => {
    const port = await freePort();
    await using holder = await up({ primary: web(port, node) });
    await holder.run.state('web', 'ready');
    await using late = await up({ primary: web(port, node) });
    expect(await late.run.exitCode()).not.toBe(0);
    expect(late.run.stderr).toContain(`port ${port} (http of web) on 127.0.0.1 is taken by pid`);
    expect(await late.ask('check')).not.toBe(0);
  });
});
