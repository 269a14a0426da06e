import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { proxyOptions } from '../support/proxy-options.ts';
import { ProxyProcess } from '../support/proxy-process.ts';
import type { Case, Expectation } from './case.ts';
import { AFTER, DEVIATIONS } from './deviations.ts';
import { ping } from './frames.ts';
import { GENERIC_CASES } from './generic-cases.ts';
import { HPACK_CASES } from './hpack-cases.ts';
import { HTTP2_CASES } from './http2-cases.ts';
import { Peer } from './peer.ts';

/** The cases of h2spec 2.6.0 (https://github.com/summerwind/h2spec), sent to a proxy that speaks HTTP/2 without TLS. */
let server: Server;
let proxy: ProxyProcess;

beforeAll(async () => {
  server = createServer((request, response) =>
    request.resume().on('end', () => response.end('hello, h2spec')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await ProxyProcess.start(proxyOptions((server.address() as AddressInfo).port));
});

afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

const titleOf = ({ section, does }: Case): string => `${section}: ${does}`;

const withPeer = async (
  { run, isRaw = false }: Case,
  expects: Expectation,
  more: (peer: Peer) => void = () => undefined,
): Promise<void> => {
  const peer = await Peer.to(proxy.port);
  try {
    if (!isRaw) await peer.shakeHands();
    await run(peer);
    more(peer);
    await eventually(expects.words, () => expects.isMet(peer));
  } finally {
    peer.end();
  }
};

const play = async (one: Case): Promise<void> => {
  const deviation = DEVIATIONS[titleOf(one)] ?? null;
  if (deviation === null) return withPeer(one, one.expects);
  await withPeer(one, deviation.gets, (peer) => peer.send(ping(AFTER)));
};

describe.each([
  ['http2', HTTP2_CASES],
  ['hpack', HPACK_CASES],
  ['generic', GENERIC_CASES],
])('%s', (_, cases) => {
  test.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_, one) => play(one));
});

test('every deviation is one of a case', () => {
  expect(HTTP2_CASES.map(titleOf)).toEqual(expect.arrayContaining(Object.keys(DEVIATIONS)));
});
