import { describe, expect, it, onTestFinished } from 'vitest';
import { isInstalled } from '../../../support/installed.ts';
import { runEngine } from '../../engine/support/engine-process.ts';
import { clusterOptions, proxyOptions } from '../support/proxy-options.ts';
import { expectedOf } from './expected.ts';
import { GRPC_KINDS, GrpcServer, runKinds } from './grpc-kinds.ts';
import { HTTP_CASES, runCases } from './http-cases.ts';
import { RawUpstream } from './raw-upstream.ts';

/** What an engine does otherwise than the embedded proxy. docs/sidecars/engines.md tells it. */
const HTTP_DIFFERENCES: Readonly<Record<'haproxy' | 'nginx' | 'caddy', Readonly<Record<string, string>>>> = {
  haproxy: {
    'a header that Connection names': 'passed on',
    // Read as the chunks say, and sent on without the length.
    'Transfer-Encoding beside Content-Length': '200, 1 requests behind it, with 0 Content-Length',
  },
  nginx: {
    'a header that Connection names': 'passed on',
    'trailers of a response': 'dropped',
    '103 Early Hints': 'hangs',
  },
  caddy: {
    'a server that ends within chunks': 'a clean end',
    // Read as the chunks say: what follows them is the next request.
    'Transfer-Encoding beside Content-Length': '200, 2 requests behind it, with 0 Content-Length',
  },
};

describe.each(['haproxy', 'nginx', 'caddy'] as const)('%s', (engine) => {
  it.runIf(isInstalled(engine))('does what HTTP asks of a proxy, but for what is known', async () => {
    const server = await RawUpstream.start();
    onTestFinished(() => server.close());
    const { port } = await runEngine(engine, proxyOptions(server.port));
    const expected = { ...expectedOf(HTTP_CASES), ...HTTP_DIFFERENCES[engine] };
    expect(Object.fromEntries(await runCases(port, server))).toEqual(expected);
  });

  it.runIf(isInstalled(engine))('passes on all kinds of calls of gRPC', async () => {
    const server = await GrpcServer.start();
    onTestFinished(() => server.stop());
    const clusters = { web: clusterOptions([server.port], { protocol: 'h2' }) };
    const { port } = await runEngine(engine, proxyOptions(server.port, { clusters }));
    expect(Object.fromEntries(await runKinds(port, server))).toEqual(expectedOf(GRPC_KINDS));
  });
});
