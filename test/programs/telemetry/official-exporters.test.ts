import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import type { LogList, Trace } from '../../../src/programs/telemetry/api.ts';
import { type RunningTelemetry, runTelemetry } from './running-telemetry.ts';

const GZIP = 'gzip' as never;

const exporters: ReadonlyArray<readonly [string, (to: RunningTelemetry) => SpanExporter]> = [
  ['protobuf', ({ http }) => new ProtoTraceExporter({ url: `${http}/v1/traces` })],
  [
    'protobuf and gzip',
    ({ http }) => new ProtoTraceExporter({ url: `${http}/v1/traces`, compression: GZIP }),
  ],
  ['JSON', ({ http }) => new JsonTraceExporter({ url: `${http}/v1/traces` })],
  ['JSON and gzip', ({ http }) => new JsonTraceExporter({ url: `${http}/v1/traces`, compression: GZIP })],
  ['gRPC', ({ grpc }) => new GrpcTraceExporter({ url: `http://127.0.0.1:${grpc}` })],
];

test.each(exporters)("OpenTelemetry's exporter for %s sends whole traces", async (_, exporterTo) => {
  const telemetry = await runTelemetry();
  const provider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(exporterTo(telemetry))],
  });
  const tracer = provider.getTracer('shop', '1.2.3');
  const root = tracer.startSpan('GET /orders', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  const inRoot: Context = trace.setSpan(ROOT_CONTEXT, root);
  const child = tracer.startSpan('query', { kind: SpanKind.CLIENT, attributes: { rows: 3 } }, inRoot);
  child.addEvent('retried', { after: 0.5 });
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' });
  child.end();
  root.end();
  await provider.forceFlush();
  const { traceId, spanId } = root.spanContext();
  const received = await telemetry.get<Trace>(`/traces/${traceId}`);
  expect(received).toMatchObject({ traceId, errors: 1, root: { name: 'GET /orders' } });
  expect(received.spans).toMatchObject([
    { spanId, parentSpanId: null, depth: 0, kind: 'server', status: 'unset', scope: 'shop' },
    {
      ...{ parentSpanId: spanId, depth: 1, kind: 'client', status: 'error', statusMessage: 'no such table' },
      attributes: { rows: 3 },
      events: [{ name: 'retried', attributes: { after: 0.5 } }],
    },
  ]);
  await provider.shutdown();
});

test("OpenTelemetry's exporter of logs sends a line with its trace", async () => {
  const telemetry = await runTelemetry();
  const provider = new LoggerProvider({
    processors: [
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter({ url: `${telemetry.http}/v1/logs` }),
      }),
    ],
  });
  const spanContext = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
  provider.getLogger('shop').emit({
    ...{ severityNumber: 17, severityText: 'ERROR', body: 'out of stock', attributes: { item: 'cup' } },
    context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
  });
  await provider.forceFlush();
  const { logs } = await telemetry.get<LogList>(`/logs?trace=${spanContext.traceId}`);
  expect(logs).toMatchObject([
    {
      ...{ severity: 17, severityText: 'ERROR', body: 'out of stock', attributes: { item: 'cup' } },
      ...{ traceId: spanContext.traceId, spanId: spanContext.spanId },
    },
  ]);
  await provider.shutdown();
});

test("OpenTelemetry's exporter of metrics sends counters, gauges and histograms", async () => {
  const telemetry = await runTelemetry();
  const exporter = new OTLPMetricExporter({ url: `${telemetry.http}/v1/metrics` });
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  const meter = provider.getMeter('shop');
  meter.createCounter('orders').add(5, { kind: 'book' });
  meter.createGauge('queue.length').record(7);
  meter
    .createHistogram('order.duration', { unit: 's', advice: { explicitBucketBoundaries: [1, 2] } })
    .record(1.5);
  await provider.forceFlush();
  const text = await telemetry.text('/federate');
  expect(text).toMatch(/^orders_total\{.*kind="book".*\} 5$/m);
  expect(text).toMatch(/^queue_length(\{.*\})? 7$/m);
  expect(text).toMatch(/^order_duration_seconds_bucket\{.*le="2".*\} 1$/m);
  await provider.shutdown();
});
