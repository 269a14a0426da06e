import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { judge, type WaitCondition } from '../../src/control/client/conditions.ts';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import { waitFor } from '../../src/control/client/wait-for.ts';
import { RunningPod } from '../supervisor/running-pod.ts';

/** Tells of a pod that is up, and breaks off before it tells of its end. */
const openBreakingOff = async () => {
  const running = await RunningPod.start({ primary: { name: 'web', command: ['sleep', '600'] } });
  const snapshot = `${JSON.stringify(running.pod.client.snapshot)}\n`;
  const server = createServer((request, response) => {
    response.write(snapshot);
    if (request.url === '/v1/pod') response.end();
    else setImmediate(() => response.destroy());
  });
  const socket = running.project.path('pod.sock');
  await once(server.listen(socket), 'listening');
  const close = async () => {
    server.close();
    await running[Symbol.asyncDispose]();
  };
  return { socket, [Symbol.asyncDispose]: close };
};

test.each([
  ['stopped', 'holds', 'stopped'],
  ['completed', 'gone', 'stopped'],
] as const)(
  'of a pod that has gone without a last word, %s %s',
  async (condition: WaitCondition, outcome, state) => {
    await using served = await openBreakingOff();
    await using pod = await RemotePod.open(served.socket);
    const decide = (snapshot: typeof pod.snapshot) =>
      judge(snapshot, { process: 'web', condition }) === 'holds' ? ('holds' as const) : null;
    const waited = await waitFor(pod, decide, null);
    expect(waited).toMatchObject({ outcome, snapshot: { processes: [{ name: 'web', state, pid: null }] } });
  },
);
