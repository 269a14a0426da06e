// Its first thread ends, and another of its threads goes on and holds a listening socket: `half-dead.mjs`. Prints the port.
import { createServer } from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';
import koffi from 'koffi';

const SYS_EXIT = process.arch === 'x64' ? 60 : 93;

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once('message', (port) => {
    process.stdout.write(`${port}\n`, () => koffi.load(null).func('long syscall(long, long)')(SYS_EXIT, 0));
  });
} else {
  const { parentPort } = await import('node:worker_threads');
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}
