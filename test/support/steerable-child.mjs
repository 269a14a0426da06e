// A process that does what the test tells it: it dials the test's socket, says who it is, and obeys lines of JSON.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const name = process.argv[2] ?? 'child';
const socket = connect(process.env.STEERING_SOCKET);
const tell = (message) => socket.write(`${JSON.stringify(message)}\n`);
const ignored = new Set();
const servers = new Map();
const answers = new Map();

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1']) {
  process.on(signal, () => {
    tell({ event: 'signal', signal });
    if (ignored.has(signal)) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const commands = {
  print: ({ stream, text }) => writeSync(stream === 'stderr' ? 2 : 1, text),
  ignore: ({ signal }) => ignored.add(signal),
  exit: ({ code }) => process.exit(code),
  die: ({ signal }) => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  },
  listen: ({ port, host }) =>
    new Promise((resolve) => {
      const server = createServer((peer) => peer.destroy()).listen(port, host, resolve);
      servers.set(port, server);
    }),
  close: ({ port }) => new Promise((resolve) => servers.get(port).close(resolve)),
  // Answers by path, a status or where it redirects to; told again for the same port, it answers otherwise from then on.
  serve: ({ port, answers: given }) => {
    const served = answers.has(port);
    answers.set(port, given);
    if (served) return;
    const respond = (request, response) => {
      const answer = answers.get(port)[request.url] ?? 404;
      const redirect = typeof answer === 'string';
      response.writeHead(redirect ? 302 : answer, redirect ? { location: answer } : {}).end();
    };
    // An import of node:http takes longer than the start of Node.
    const { createServer: createHttpServer } = process.getBuiltinModule('node:http');
    return new Promise((resolve) => createHttpServer(respond).listen(port, '127.0.0.1', resolve));
  },
  notify: ({ text }) => writeSync(Number(process.env.NOTIFY_FD), text),
  send: ({ message }) => process.send(message),
  spawn: ({ file, args, options }) => {
    const child = spawn(file, args, { stdio: 'ignore', ...options });
    child.unref();
    return { pid: child.pid };
  },
};

socket.on('connect', () =>
  tell({ event: 'hello', name, pid: process.pid, env: process.env, args: process.argv.slice(3) }),
);
// The test is over: nothing is left to be steered by.
socket.on('close', () => process.exit(99));
socket.on('error', () => process.exit(98));

let rest = '';
socket.setEncoding('utf8').on('data', async (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, command, ...options } = JSON.parse(line);
    const result = await commands[command](options);
    tell({ event: 'done', id, ...result });
  }
});
