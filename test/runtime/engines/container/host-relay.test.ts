import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { PortSpec } from '../../../../src/model/pod-spec.ts';
import { HostRelay } from '../../../../src/runtime/engines/container/host-relay.ts';

/** Every address of this block is this machine's own on Linux. */
const GATEWAY = '127.8.0.1';

const serverOn = async (): Promise<PortSpec> => {
  const server = createServer({ allowHalfOpen: true }, (peer) => peer.pipe(peer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { name: 'a', port, target: port, protocol: 'tcp', host: '127.0.0.1', auto: true, activate: false };
};

const relayFor = async (ports: readonly PortSpec[], subnet: string): Promise<void> => {
  const relay = new HostRelay({ kind: 'bridge', gateway: GATEWAY, subnet });
  onTestFinished(() => relay.close());
  expect(relay.covers(ports)).toBe(false);
  await relay.cover(ports);
  expect(relay.covers(ports)).toBe(true);
};

const ask = async (port: number, text: string): Promise<string> => {
  const socket = connect({ host: GATEWAY, port, localAddress: '127.0.0.1' });
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
};

test.runIf(process.platform === 'linux')(
  'what comes from the network is passed on, with its end',
  async () => {
    const port = await serverOn();
    await relayFor([port], '127.0.0.0/8');
    expect(await ask(port.port, 'x'.repeat(1_000_000))).toHaveLength(1_000_000);
  },
);

test.runIf(process.platform === 'linux')('what comes from elsewhere is not', async () => {
  const port = await serverOn();
  await relayFor([port], '172.17.0.0/16');
  expect(await ask(port.port, 'x').catch(() => '')).toBe('');
});
