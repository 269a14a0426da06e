import { describe, expect, it } from 'vitest';
import { absenceSentence } from '../../src/observe/failure-text.ts';
import { chosenSidecar, findSidecar, type WantedSidecar } from '../../src/observe/find-sidecar.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';

const telemetry = (name: string, change: Partial<ReturnType<typeof processSnapshot>> = {}) =>
  processSnapshot({
    name,
    origin: { use: 'telemetry', engine: 'embedded' },
    ports: [
      { name: 'http', port: 4318, protocol: 'tcp', host: '0.0.0.0' },
      { name: 'admin', port: 4000, protocol: 'tcp', host: '127.0.0.1' },
    ],
    ...change,
  });

const seek = (
  processes: readonly ReturnType<typeof processSnapshot>[],
  wanted: Partial<WantedSidecar> = {},
) => findSidecar({ ...new FakePod().snapshot, processes }, { use: 'telemetry', ...wanted });

const sentenceOf = (...args: Parameters<typeof seek>): string => {
  const sought = seek(...args);
  return sought.ok ? 'found' : absenceSentence(sought.absence);
};

describe('a ready-made sidecar of a pod', () => {
  const web = processSnapshot({ name: 'web' });

  it('is found by what use names, at its admin port', () => {
    expect(seek([web, telemetry('otel')])).toEqual({
      ok: true,
      process: 'otel',
      host: '127.0.0.1',
      port: 4000,
    });
  });

  it('is asked on the loopback if the port listens everywhere', () => {
    expect(seek([telemetry('otel')], { port: 'http' })).toMatchObject({ host: '127.0.0.1', port: 4318 });
    const ports = [{ name: 'admin', port: 1, protocol: 'tcp' as const, host: '::' }];
    expect(seek([telemetry('otel', { ports })])).toMatchObject({ host: '::1' });
  });

  it('is absent if no process has it, and the sentence says what to add', () => {
    expect(sentenceOf([web])).toBe(
      "no process of the pod is a telemetry sidecar: add one to sidecars, such as telemetry: { use: 'telemetry' }",
    );
  });

  it('is not asked before it is ready', () => {
    const starting = telemetry('otel', { state: 'running', why: 'its readiness probe fails' });
    expect(sentenceOf([starting])).toBe(
      'otel is running (its readiness probe fails): it answers once it is ready',
    );
  });

  it('has to be named if there are several', () => {
    const both = [telemetry('otel'), telemetry('other')];
    expect(sentenceOf(both)).toBe(
      'several processes of the pod have use: telemetry: choose one of otel, other with --from',
    );
    expect(seek(both, { name: 'other' })).toMatchObject({ ok: true, process: 'other' });
    expect(sentenceOf(both, { name: 'ohter' })).toBe(
      'there is no telemetry sidecar ohter (did you mean other?); there is otel, other',
    );
  });

  it('is chosen for whoever need not name it: the chosen one, one of the same app, the first', () => {
    const processes = [
      ...[telemetry('shared'), telemetry('shop-otel', { app: 'shop' })],
      ...[processSnapshot({ name: 'shop-web', app: 'shop' }), processSnapshot({ name: 'jobs' })],
    ];
    const snapshot = { ...new FakePod().snapshot, processes };
    const choose = (chosen: string | null, near: string | null) =>
      chosenSidecar(snapshot, { use: 'telemetry', chosen, near });
    expect(choose(null, null)).toBe('shared');
    expect(choose(null, 'jobs')).toBe('shared');
    expect(choose(null, 'shop-web')).toBe('shop-otel');
    expect(choose('shared', 'shop-web')).toBe('shared');
    expect(choose('gone', null)).toBe('shared');
    expect(chosenSidecar(snapshot, { use: 'prometheus' })).toBe(undefined);
  });

  it('without the port is told so', () => {
    expect(sentenceOf([telemetry('otel', { ports: [] })])).toBe('otel has no port named admin');
  });
});
