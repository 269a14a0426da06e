import { expect, onTestFinished, test } from 'vitest';
import { clusterOptions, proxyOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { expectedOf } from './expected.ts';
import { GRPC_KINDS, GrpcServer, runKinds } from './grpc-kinds.ts';
import { HTTP_CASES, runCases } from './http-cases.ts';
import { RawUpstream } from './raw-upstream.ts';

test('the embedded proxy does what HTTP asks of one', async () => {
  const server = await RawUpstream.start();
  onTestFinished(() => server.close());
  const { port } = await runProxy(proxyOptions(server.port));
  expect(Object.fromEntries(await runCases(port, server))).toEqual(expectedOf(HTTP_CASES));
});

test('the embedded proxy passes on all kinds of calls of gRPC', async () => {
  const server = await GrpcServer.start();
  onTestFinished(() => server.stop());
  const { port } = await runProxy(
    proxyOptions(server.port, { clusters: { web: clusterOptions([server.port], { protocol: 'h2' }) } }),
  );
  expect(Object.fromEntries(await runKinds(port, server))).toEqual(expectedOf(GRPC_KINDS));
});
