import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../src/model/pod-spec.ts';
import type { TelemetryProgramOptions } from '../../src/programs/telemetry/options.ts';
import { composeEnvironment } from '../../src/runtime/launch/environment.ts';
import { makeFolder, podOf, problemsOf, processOf } from '../config/support.ts';

const shop = (options: object = {}, more: object = {}) => ({
  name: 'shop',
  volumes: { kept: {} },
  sidecars: {
    otel: { use: 'telemetry', with: options },
    jobs: { command: 'jobs' },
    slow: { use: 'faults', with: { to: { port: 6379 } } },
  },
  primary: { name: 'web', command: 'web' },
  ...more,
});

const optionsOf = (pod: PodSpec): TelemetryProgramOptions =>
  JSON.parse(processOf(pod, 'otel').files[0]?.content ?? '');

const environmentOf = (pod: PodSpec, name: string): Readonly<Record<string, string>> => {
  const composed = composeEnvironment(processOf(pod, name).launch.env);
  if (!composed.ok) throw new Error('there is no environment');
  return composed.env;
};

describe('telemetry', () => {
  it('has ports, and what it keeps by default', () => {
    const pod = podOf(shop());
    const [http, grpc, admin] = processOf(pod, 'otel').ports.map(({ port }) => port);
    expect(optionsOf(pod)).toEqual({
      ...{ http: `127.0.0.1:${http}`, grpc: `127.0.0.1:${grpc}`, admin: `127.0.0.1:${admin}` },
      keep: { traces: 10_000, logs: 10_000, metrics: 50_000 },
      ...{ sampling: 1, forward: null, file: null },
    });
  });

  it('takes all its options', () => {
    const pod = podOf(
      shop({
        listen: { http: 4318, grpc: 4317 },
        keep: { traces: 5, logs: 6, metrics: 7 },
        forward: { url: 'https://collector.test', headers: { 'x-key': 'k' } },
        ...{ sampling: 0.25, file: '${volumes.kept}/otlp.jsonl' },
      }),
    );
    expect(optionsOf(pod)).toMatchObject({
      ...{ http: '127.0.0.1:4318', grpc: '127.0.0.1:4317', sampling: 0.25, file: '/volumes/kept/otlp.jsonl' },
      keep: { traces: 5, logs: 6, metrics: 7 },
      forward: { url: 'https://collector.test', headers: { 'x-key': 'k' } },
    });
    expect(optionsOf(podOf(shop({ forward: 'http://a.test' }))).forward).toEqual({
      url: 'http://a.test',
      headers: {},
    });
    expect(optionsOf(podOf(shop({ file: 'otlp.jsonl' }))).file).toMatch(/^\/.*\/otlp\.jsonl$/);
  });

  it('gives the others, but no ready-made sidecars, the variables of OpenTelemetry', () => {
    const pod = podOf(shop());
    const http = processOf(pod, 'otel').ports[0]?.port;
    expect(environmentOf(pod, 'web')).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${http}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_SERVICE_NAME: 'web',
      OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=web,service.namespace=shop',
      OTEL_BSP_SCHEDULE_DELAY: '1000',
      OTEL_BLRP_SCHEDULE_DELAY: '1000',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_METRICS_EXEMPLAR_FILTER: 'trace_based',
    });
    expect(environmentOf(pod, 'jobs')).toMatchObject({ OTEL_SERVICE_NAME: 'jobs' });
    expect(environmentOf(pod, 'slow')).not.toHaveProperty('OTEL_SERVICE_NAME');
  });

  it('gives all instances of an app one name, and each an id', () => {
    const web = { primary: { command: 'x', instances: 2 }, sidecars: { helper: { command: 'y' } } };
    const pod = podOf({ sidecars: { otel: { use: 'telemetry' } }, apps: { web } });
    const second = environmentOf(pod, 'web-2');
    expect(second['OTEL_SERVICE_NAME']).toBe('web');
    expect(second['OTEL_RESOURCE_ATTRIBUTES']).toContain('service.instance.id=web-2,');
    expect(environmentOf(pod, 'web-2-helper')['OTEL_SERVICE_NAME']).toBe('web-helper');
  });

  it('leaves alone what is set elsewhere', () => {
    const OTEL_SERVICE_NAME = 'mine';
    const env = { OTEL_SERVICE_NAME };
    const folder = makeFolder({ 'web.env': 'OTEL_SERVICE_NAME=mine' });
    const own = podOf(shop({}, { primary: { name: 'web', command: 'web', env } }));
    const file = podOf(shop({}, { primary: { name: 'web', command: 'web', envFile: `${folder}/web.env` } }));
    const inherited = podOf(shop(), { env });
    for (const pod of [own, file, inherited]) {
      const found = environmentOf(pod, 'web');
      expect(found['OTEL_SERVICE_NAME']).toBe('mine');
      expect(found['OTEL_TRACES_SAMPLER']).toBe('always_on');
    }
  });

  it.each([
    [{ sampling: 2 }, 'sidecars.otel.with.sampling: is 2; expected a number from 0 to 1.'],
    [{ keep: { traces: 0 } }, 'sidecars.otel.with.keep.traces: is 0; expected a whole number from 1.'],
    [
      { keep: { trace: 1 } },
      "sidecars.otel.with.keep.trace: unknown field. Did you mean 'traces'? Known fields: traces, logs, metrics.",
    ],
    [{ listen: { http: 70_000 } }, 'sidecars.otel.with.listen.http: is 70000; expected'],
    [
      { forward: 'collector:4317' },
      "sidecars.otel.with.forward: is 'collector:4317'; expected the URL of another receiver",
    ],
    [
      { forward: 'http://127.0.0.1:${ports.otel.http}' },
      "expected the URL of another receiver of OTLP, such as 'http://collector.internal:4318'.",
    ],
    [
      { forward: { url: 'http://a', headers: { a: 1 } } },
      'sidecars.otel.with.forward.headers.a: is 1; expected a string.',
    ],
    [{ file: '' }, "sidecars.otel.with.file: is ''; expected a string that is not empty."],
    [
      { file: '${volumes.keep}/x' },
      "sidecars.otel.with.file: unknown reference 'volumes.keep'. Did you mean 'volumes.kept'?",
    ],
    [
      { smapling: 1 },
      "sidecars.otel.with.smapling: unknown field. Did you mean 'sampling'? Known fields: listen, keep, forward, sampling, file.",
    ],
  ])('refuses %j', (options, message) => {
    expect(problemsOf(shop(options))).toContain(message);
  });
});

it('provides to beside use gives the variables to those named', () => {
  const sidecars = { otel: { use: 'telemetry', provides: { to: ['web'] } }, jobs: { command: 'jobs' } };
  const pod = podOf({ sidecars, primary: { name: 'web', command: 'web' } });
  expect(environmentOf(pod, 'web')['OTEL_SERVICE_NAME']).toBe('web');
  expect(environmentOf(pod, 'jobs')['OTEL_SERVICE_NAME']).toBe(undefined);
  const idle = {
    sidecars: { slow: { use: 'faults', with: { to: { port: 1 } }, provides: { to: ['web'] } } },
  };
  expect(problemsOf({ ...idle, primary: { name: 'web', command: 'web' } })).toContain(
    'sidecars.slow.provides: is {"to":["web"]}; expected an object with env, defaults or both',
  );
});

describe('what a process provides', () => {
  const proxy = (provides: object) => ({
    sidecars: { proxy: { command: 'proxy', provides } },
    primary: { name: 'web', command: 'web' },
  });

  it('can name who gets it', () => {
    const pod = podOf(proxy({ env: { WHO: 'I am ${receiver.name}, or ${receiver.process}' } }));
    expect(environmentOf(pod, 'web')['WHO']).toBe('I am web, or web');
  });

  it('can name nothing else of it, and nobody can elsewhere', () => {
    expect(problemsOf(proxy({ env: { WHO: '${receiver.port}' } }))).toContain(
      "unknown reference 'receiver.port'. Did you mean 'receiver.name'?",
    );
    const web = { primary: { command: 'web', env: { WHO: '${receiver.name}' } } };
    expect(problemsOf(web)).toContain("primary.env.WHO: unknown reference 'receiver.name'");
  });

  it('has a default only where it has no value', () => {
    const provides = { env: { A: 'env' }, defaults: { A: 'default', B: 'default' } };
    expect(environmentOf(podOf(proxy(provides)), 'web')).toMatchObject({ A: 'env', B: 'default' });
  });
});
