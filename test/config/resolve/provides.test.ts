import { describe, expect, it, test } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { injectedInto } from '../../../src/core/injected.ts';
import { planReload } from '../../../src/core/reload-plan.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import { CoreDriver } from '../../support/core-driver.ts';
import { inputsFor, makeFolder, podOf, problemsOf, processOf, resolveProblemsOf } from '../support.ts';

const providedTo = (pod: PodSpec, name: string) => processOf(pod, name).launch.env.provided;

const proxy = (provides: object) => ({
  command: 'proxy',
  ports: { main: 7001 },
  provides,
});

const shop = (provides: object) => ({
  sidecars: { proxy: proxy(provides), jobs: { command: 'jobs' } },
  primary: { name: 'web', command: 'node' },
});

describe('the variables that a process provides', () => {
  it('reach every other process, with its own references and functions filled in', () => {
    const pod = podOf(
      shop({
        env: {
          HTTP_PROXY: 'http://127.0.0.1:${ports.proxy.main}',
          RETRIES: ({ ports }: { ports: { proxy: { main: number } } }) => ports.proxy.main - 7000,
          LEFT_OUT: null,
        },
      }),
    );
    const provided = {
      HTTP_PROXY: { value: 'http://127.0.0.1:7001', by: 'proxy' },
      RETRIES: { value: '1', by: 'proxy' },
    };
    expect(providedTo(pod, 'web')).toEqual(provided);
    expect(providedTo(pod, 'jobs')).toEqual(provided);
    expect(providedTo(pod, 'proxy')).toEqual({});
  });

  it('reach those that are named, and no others', () => {
    const pod = podOf(shop({ env: () => ({ A: 'b' }), to: ['web'] }));
    expect(providedTo(pod, 'web')).toEqual({ A: { value: 'b', by: 'proxy' } });
    expect(providedTo(pod, 'jobs')).toEqual({});
  });

  it('stay within the instance of an app, whose name means all its instances to others', () => {
    const pod = podOf({
      sidecars: { otel: { command: 'otel', provides: { env: { OTEL: 'shared' }, to: ['web'] } } },
      apps: {
        web: {
          sidecars: { proxy: { command: 'x', provides: { env: { NUMBER: '${app.instance}' } } } },
          primary: { command: 'y', instances: 2 },
        },
        jobs: { primary: { command: 'z' } },
      },
    });
    expect(providedTo(pod, 'web-2')).toEqual({
      OTEL: { value: 'shared', by: 'otel' },
      NUMBER: { value: '2', by: 'web-2-proxy' },
    });
    expect(providedTo(pod, 'jobs')).toEqual({});
    expect(providedTo(pod, 'otel')).toEqual({});
  });

  it('stay when the primary runs another command', () => {
    const primary = { command: 'x', provides: { env: { A: '1' } } };
    const pod = podOf({ sidecars: { jobs: { command: 'y' } }, primary }, { primaryCommand: ['npm', 'test'] });
    expect(providedTo(pod, 'jobs')).toEqual({ A: { value: '1', by: 'primary' } });
  });

  it('rank as injected ones', () => {
    const pod = podOf(shop({ env: { A: '1' } }));
    expect(injectedInto(processOf(pod, 'web').launch.env)).toMatchObject({
      A: '1',
      PROXY_SERVICE_PORT: '7001',
    });
  });
});

test('a variable that two processes provide to a third is an error, and to different ones it is not', () => {
  const both = (to: readonly string[]) => ({
    sidecars: {
      a: { command: 'a', provides: { env: { URL: '1' }, to: ['web'] } },
      b: { command: 'b', provides: { env: { URL: '2' }, to } },
    },
    primary: { name: 'web', command: 'node' },
  });
  expect(problemsOf(both(['web']))).toBe(
    "sidecars.b.provides.env.URL: sidecars.a.provides.env.URL provides URL to 'web', too: leave one of them out, or name in to who gets it.",
  );
  expect(problemsOf(both(['a']))).toBe('no problem');
});

test('that a function provides a variable twice is found when it is called', () => {
  const sidecar = { command: 'a', provides: { env: () => ({ URL: '1' }) } };
  expect(resolveProblemsOf({ sidecars: { a: sidecar, b: sidecar }, primary: { command: 'x' } })).toContain(
    "sidecars.b.provides.env.URL: sidecars.a.provides.env.URL provides URL to 'primary', too",
  );
});

test('all instances of an app provide nothing to one process', () => {
  const web = { primary: { command: 'x', instances: 2, provides: { env: { URL: '1' } } } };
  expect(problemsOf({ apps: { web, jobs: { primary: { command: 'y' } } } })).toContain(
    "apps.web.primary.provides.env.URL: every instance provides URL to 'jobs': name in to who gets it.",
  );
});

describe('wrong receivers and variables are problems of the config', () => {
  it.each([
    [
      'an unknown process',
      { env: {}, to: ['wbe'] },
      "sidecars.proxy.provides.to[0]: there is no process 'wbe'. Did you mean 'web'? There are: jobs, web.",
    ],
    [
      'itself',
      { env: {}, to: ['proxy'] },
      "sidecars.proxy.provides.to[0]: there is no process 'proxy'. There are: jobs, web.",
    ],
    [
      'a variable that sidecarctl sets',
      { env: { PROXY_SERVICE_PORT: '1' }, to: ['web'] },
      "sidecars.proxy.provides.env.PROXY_SERVICE_PORT: sidecarctl itself gives PROXY_SERVICE_PORT to 'web': name the variable otherwise.",
    ],
    [
      'no variables',
      { to: ['web'] },
      'sidecars.proxy.provides: is {"to":["web"]}; expected an object with env, defaults or both and, if needed, to.',
    ],
    [
      'another field',
      { env: {}, for: [] },
      'sidecars.proxy.provides.for: unknown field. Known fields: env, defaults, to.',
    ],
  ])('%s', (_, provides, message) => {
    expect(problemsOf(shop(provides))).toBe(message);
  });
});

test('a reload restarts the receivers of another value, and nobody else', () => {
  const folder = makeFolder();
  const podWith = (value: string): PodSpec => {
    const config = shop({ env: { A: value }, to: ['jobs'] });
    const loaded = checkConfig(config, { file: 'x', folder, env: {} });
    const pod = loaded.ok ? resolvePod(loaded.value, inputsFor(loaded.value)) : loaded;
    if (!pod.ok) throw new Error(JSON.stringify(pod.problems));
    return pod.value;
  };
  const driver = new CoreDriver(podWith('1'));
  driver.start();
  for (const name of ['proxy', 'jobs', 'web'])
    if (driver.live.get(name)?.attempts.has('readiness')) driver.probe(name, 'readiness', true);
  expect(planReload(driver.pod, podWith('2')).map(({ process, action }) => [process, action])).toEqual([
    ['proxy', 'keep'],
    ['jobs', 'restart'],
    ['web', 'keep'],
  ]);
});
