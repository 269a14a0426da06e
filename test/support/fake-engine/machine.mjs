// A machine that is none: what it "launches" are objects of this one process, which do what the test tells them over its
// socket, as steerable-child.mjs does. It listens on a Unix socket for the engine, and speaks lines of JSON with it.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';
import { resolve } from 'node:path';

const onLines = (socket, take) => {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) take(JSON.parse(line));
  });
  socket.on('error', () => undefined);
};

const STARTS_AFTER_MS = 20;
const DEADLY = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGKILL', 'SIGQUIT']);
let lastNumber = 1_000_000;

class Actor {
  #ignored = new Set();
  #servers = new Map();
  #leftovers = 0;
  #steering = null;
  #exited = false;
  #gone = false;

  constructor({ id, name, env, args }, tell) {
    this.id = id;
    this.tell = tell;
    this.number = ++lastNumber;
    // A container takes a moment to start, too.
    setTimeout(() => this.#start(name, env, args), STARTS_AFTER_MS);
  }

  #start(name, env, args) {
    if (this.#exited) return;
    this.tell({ on: 'started', id: this.id });
    this.#steering = connect(env.STEERING_SOCKET);
    this.#steering.on('connect', () => this.#say({ event: 'hello', name, pid: this.number, env, args }));
    onLines(this.#steering, async ({ id, command, ...options }) => {
      const result = await this[command](options);
      this.#say({ event: 'done', id, ...result });
    });
  }

  #say(message) {
    this.#steering?.write(`${JSON.stringify(message)}\n`);
  }

  print({ stream, text }) {
    this.tell({ on: 'output', id: this.id, stream, data: Buffer.from(text).toString('base64') });
  }

  ignore({ signal }) {
    this.#ignored.add(signal);
  }

  exit({ code }) {
    this.#end({ code, signal: null, status: code, failure: null });
  }

  die({ signal }) {
    this.#end({ code: null, signal, status: 128 + constants.signals[signal], failure: null });
  }

  /** Something that it leaves behind. */
  spawn() {
    this.#leftovers += 1;
    return { pid: ++lastNumber };
  }

  listen({ port, host }) {
    return this.#serve(
      port,
      host,
      createServer((peer) => peer.destroy()),
    );
  }

  serve({ port, answers }) {
    const { createServer: createHttpServer } = process.getBuiltinModule('node:http');
    const respond = ({ url }, response) => response.writeHead(answers[url] ?? 404).end();
    return this.#serve(port, '127.0.0.1', createHttpServer(respond));
  }

  close({ port }) {
    return new Promise((done) => this.#servers.get(port).close(done));
  }

  #serve(port, host, server) {
    this.#servers.set(port, server);
    return new Promise((done) => server.listen(port, host, () => done()));
  }

  signal(signal) {
    if (this.#exited) return;
    if (signal === 'SIGKILL') return this.die({ signal });
    this.#say({ event: 'signal', signal });
    if (DEADLY.has(signal) && !this.#ignored.has(signal)) this.die({ signal });
  }

  terminate() {
    this.#leftovers = 0;
    this.#follow();
  }

  kill() {
    this.#leftovers = 0;
    this.signal('SIGKILL');
    this.#follow();
  }

  #end(exit) {
    if (this.#exited) return;
    this.#exited = true;
    for (const server of this.#servers.values()) server.close();
    this.tell({ on: 'exited', id: this.id, exit, lingers: this.#leftovers > 0 });
    this.#steering?.destroy();
    this.#follow();
  }

  #follow() {
    if (!this.#exited || this.#leftovers > 0 || this.#gone) return;
    this.#gone = true;
    this.tell({ on: 'gone', id: this.id });
    actors.delete(this.id);
  }
}

/** Commands beside an actor: programs of the same names do the same for a real process. */
const PROGRAMS = {
  true: () => 0,
  false: () => 1,
  test: ([, path], cwd) => (existsSync(resolve(cwd, path)) ? 0 : 1),
  touch: ([path], cwd) => {
    writeFileSync(resolve(cwd, path), '');
    return 0;
  },
  rm: ([path], cwd) => {
    rmSync(resolve(cwd, path));
    return 0;
  },
};

const actors = new Map();
const running = new Map();

const enter = ({ run, command: [program, ...args], cwd, print }, tell) => {
  const end = (ending) => {
    clearTimeout(running.get(run));
    running.delete(run);
    tell({ on: 'ended', run, ending });
  };
  if (program === 'echo') print(`${args.join(' ')}\n`);
  if (program === 'echo') return end({ kind: 'exited', exitCode: 0 });
  if (program === 'sleep')
    return running.set(
      run,
      setTimeout(() => end({ kind: 'exited', exitCode: 0 }), Number(args[0]) * 1_000),
    );
  const known = PROGRAMS[program];
  if (known !== undefined) return end({ kind: 'exited', exitCode: known(args, cwd) });
  const failure = { kind: 'program', file: program, obstacle: { kind: 'not-found' } };
  end({ kind: 'not-started', code: 127, failure });
};

createServer((socket) => {
  const tell = (message) => socket.write(`${JSON.stringify(message)}\n`);
  const orders = {
    launch: (order) => actors.set(order.id, new Actor(order, tell)),
    signal: ({ id, signal }) => actors.get(id)?.signal(signal),
    terminate: ({ id }) => actors.get(id)?.terminate(),
    kill: ({ id }) => actors.get(id)?.kill(),
    enter: (order) => {
      const print = (text) =>
        tell({ on: 'said', run: order.run, data: Buffer.from(text).toString('base64') });
      enter({ ...order, print }, tell);
    },
    cut: ({ run }) => {
      clearTimeout(running.get(run));
      if (running.delete(run)) tell({ on: 'ended', run, ending: { kind: 'aborted' } });
    },
    sweep: () => {
      for (const actor of [...actors.values()]) actor.kill();
      tell({ on: 'swept' });
    },
  };
  onLines(socket, ({ do: what, ...order }) => orders[what](order));
  // The test is over.
  socket.on('close', () => process.exit(0));
}).listen(process.argv[2], () => process.stdout.write('listening\n'));
