import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PodRig } from '../support/pod-rig.ts';

const SERVER = `require('node:http').createServer((_, response) => response.end('paid'))
  .listen(process.env.PORT, '127.0.0.1')`;

/** A sender of spans like an SDK, which sends what it has when it is told to go. */
const JOBS = `const resource = { attributes: [{ key: 'service.name', value: { stringValue: process.env.OTEL_SERVICE_NAME } }] };
const span = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), name: 'the last job', startTimeUnixNano: '1', endTimeUnixNano: '2' };
const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
const headers = { 'content-type': 'application/json' };
process.once('SIGTERM', () =>
  setTimeout(async () => {
    await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers, body });
    process.exit(0);
  }, 200));
setInterval(() => {}, 1e6);`;

test('the spans of the last request, and of a job that sends at its end, reach a telemetry that stops too', async () => {
  const node = (script: string) => [process.execPath, '-e', script];
  await using rig = await PodRig.open({
    sidecars: {
      otel: { use: 'telemetry', with: { file: 'spans.jsonl' } },
      pay: { command: node(SERVER), ports: { http: 'auto' }, readiness: { http: '/' } },
      calls: { use: 'egress', with: { to: { pay: 'pay' } } },
      jobs: { command: node(JOBS) },
    },
    // It ends with the answer: the spans of the egress wait for a second to be sent.
    primary: { command: node("fetch(process.env.PAY_URL + '/orders/7')") },
  });
  expect((await rig.here().ended).code).toBe(0);
  const text = readFileSync(rig.project.path('spans.jsonl'), 'utf8');
  expect(text).toContain('/orders/7');
  expect(text).toContain('the last job');
});
