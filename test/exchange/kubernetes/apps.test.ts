import { describe, expect, test } from 'vitest';
import type { ExportOptions, Manifest } from '../../../src/exchange/kubernetes/export-options.ts';
import { exported, manifestsOf } from './exported.ts';

const NO_IMAGES = { images: new Map<string, string>() };

/** What is exported of a config whose processes all have images, by kind and name. */
const named = (config: object, options: Partial<ExportOptions> = {}) => {
  const { manifests, losses } = manifestsOf(config, { ...NO_IMAGES, ...options });
  const all = manifests.map((manifest) => {
    const { name } = manifest['metadata'] as { readonly name: string };
    return [`${manifest['kind']} ${name}`, manifest] as const;
  });
  return { all: new Map(all), losses };
};

interface Workload {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: {
        readonly initContainers?: readonly Manifest[];
        readonly containers: readonly Manifest[];
        readonly volumes?: readonly Manifest[];
      };
    };
  };
}

const specOf = (all: ReadonlyMap<string, Manifest>, name: string) =>
  (all.get(name) as unknown as Workload).spec.template.spec;

const web = { image: 'web:1', ports: { http: 'auto' }, restart: 'always' };
const CACHE = { image: 'redis:7', ports: { main: { port: 'auto', target: 6379 } } };

const SHOP = {
  init: { migrate: { image: 'migrate:1', dependsOn: ['cache'] } },
  sidecars: { cache: CACHE },
  apps: {
    web: {
      sidecars: { log: { image: 'log:1', env: { WEB: 'localhost:${ports.web.http}' } } },
      primary: { ...web, instances: 3, env: { CACHE: 'redis://127.0.0.1:${ports.cache.main}/0' } },
    },
    worker: { primary: { image: 'worker:1', env: { WEB: 'http://localhost:${ports.web-2.http}/' } } },
  },
};

describe('several apps are exported as', () => {
  test('a workload for each, with its own sidecars and as many replicas as instances, and one for what they share', () => {
    const { all } = named(SHOP);
    expect([...all.keys()].filter((name) => !name.startsWith('ConfigMap'))).toEqual([
      ...['Deployment shop-shared', 'Service shop-shared'],
      ...['Deployment shop-web', 'Service shop-web', 'Deployment shop-worker'],
    ]);
    expect(all.get('Deployment shop-web')).toMatchObject({ spec: { replicas: 3 } });
    const { initContainers, containers } = specOf(all, 'Deployment shop-web');
    expect(initContainers).toMatchObject([{ name: 'web-log', restartPolicy: 'Always' }]);
    expect(containers).toMatchObject([{ name: 'web', image: 'web:1' }]);
  });

  test('init tasks that they share wait for sidecars that they share, beside a container that does nothing', () => {
    const { initContainers, containers } = specOf(named(SHOP).all, 'Deployment shop-shared');
    expect(initContainers).toMatchObject([
      { name: 'cache', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 6379 } } },
      { name: 'migrate', image: 'migrate:1' },
    ]);
    expect(containers).toMatchObject([{ name: 'pause' }]);
  });

  test('jobs that end, beside a deployment that does not', () => {
    const { all } = named(SHOP, { kind: 'job' });
    expect([...all.keys()]).toEqual(expect.arrayContaining(['Deployment shop-shared', 'Job shop-worker']));
    expect(all.get('Job shop-web')).toMatchObject({ spec: { completions: 3, parallelism: 3 } });
  });

  test('one workload if there is one app and nothing is shared', () => {
    const { all } = named({ primary: { name: 'web', ...web, instances: 2 } });
    expect(all.get('Deployment shop')).toMatchObject({ spec: { replicas: 2 } });
  });
});

describe('the address of a process is', () => {
  const variables = (all: ReadonlyMap<string, Manifest>, workload: string) =>
    [...(specOf(all, workload).initContainers ?? []), ...specOf(all, workload).containers].flatMap(
      ({ env = [] }) => env as readonly object[],
    );

  test('localhost within its workload', () => {
    expect(variables(named(SHOP).all, 'Deployment shop-web')).toContainEqual({
      name: 'WEB',
      value: 'localhost:8080',
    });
  });

  test('the name of a Service outside of it, whatever loopback address the config says', () => {
    const { all } = named(SHOP);
    expect(variables(named(SHOP).all, 'Deployment shop-web')).toContainEqual({
      name: 'CACHE',
      value: 'redis://shop-shared:6379/0',
    });
    expect(variables(all, 'Deployment shop-worker')).toContainEqual({
      name: 'WEB',
      value: 'http://shop-web:8080/',
    });
    expect(all.get('ConfigMap shop-worker-addresses')).toMatchObject({
      data: { CACHE_SERVICE_HOST: 'shop-shared', WEB_1_SERVICE_HOST: 'shop-web', WEB_3_SERVICE_PORT: '8080' },
    });
    expect(all.get('ConfigMap shop-web-addresses')).toMatchObject({
      data: { WEB_1_SERVICE_HOST: 'localhost', WEB_2_SERVICE_HOST: 'shop-web' },
    });
  });

  test('told if the config has nothing but its number', () => {
    const apps = { ...SHOP.apps, worker: { primary: { image: 'x:1', command: 'go ${ports.cache.main}' } } };
    expect(named({ ...SHOP, apps }).losses).toContain(
      "worker: command: cache.main is in another pod, and has no host beside it; write 'localhost:${ports.cache.main}'",
    );
    expect(named(SHOP).losses.filter((loss) => loss.includes('no host'))).toEqual([]);
  });
});

describe('replicas', () => {
  test('lose what differs from instance to instance', () => {
    const primary = {
      ...web,
      ...{ instances: 2, args: ['--of', '${app.name}'], env: { ID: '${app.instance}' } },
      files: { conf: '${ports.web.http}' },
    };
    const log = { image: 'log:1', args: ['localhost:${ports.web.http}'] };
    const { losses } = named({ apps: { web: { sidecars: { log }, primary } } });
    expect(losses).toEqual([
      'web-log, web: env.SIDECARCTL_INSTANCE: replicas have no number',
      'web: env: instances differ in it, and replicas do not; all have that of the first',
    ]);
  });

  test('have the names of an app without instances everywhere', () => {
    const apps = {
      web: {
        volumes: { data: { persist: true } },
        primary: { ...web, instances: 2, args: ['${files.conf}', '${volumes.data}'], files: { conf: 'x' } },
      },
    };
    const { all } = named({ apps });
    expect(specOf(all, 'Deployment shop').containers).toMatchObject([
      {
        args: ['/etc/sidecarctl/files/web/conf', '/volumes/web-data'],
        volumeMounts: [
          { name: 'web-data', mountPath: '/volumes/web-data' },
          { name: 'web-files', mountPath: '/etc/sidecarctl/files/web' },
        ],
      },
    ]);
    expect(specOf(all, 'Deployment shop').volumes).toHaveLength(2);
    expect(named({ apps }).losses).toContain(
      "volumes.web-data: all replicas have the same claim; '--kind statefulset' makes one for each",
    );
    expect(named({ apps }, { kind: 'statefulset' }).losses.join()).not.toContain('same claim');
  });
});

test('one claim, or an empty folder each, is what several workloads have of a volume that they share', () => {
  const { all, losses } = named({ ...SHOP, volumes: { kept: { persist: true }, scratch: {} } });
  expect([...all.keys()].filter((name) => name.startsWith('Persistent'))).toEqual([
    'PersistentVolumeClaim shop-kept',
  ]);
  expect(losses).toContain('volumes.kept: several workloads have one claim, so they have to run on one node');
  expect(losses).toContain('volumes.scratch: each workload has a folder of its own for it');
});

test('an app named as what apps share is refused', () => {
  const apps = { shared: { primary: web } };
  expect(exported({ sidecars: { cache: CACHE }, apps }, NO_IMAGES)).toMatchObject({
    problems: ['two apps are called shop-shared in Kubernetes; rename one'],
  });
});
