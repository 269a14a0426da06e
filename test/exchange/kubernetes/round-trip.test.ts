import { expect, test } from 'vitest';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import { exportKubernetes } from '../../../src/exchange/kubernetes/export-kubernetes.ts';
import type { Kind } from '../../../src/exchange/kubernetes/export-options.ts';
import { writeManifests } from '../../../src/exchange/kubernetes/write-manifests.ts';
import { inputsFor, load } from '../../config/support.ts';
import { draft } from '../drafts/draft.ts';

/** What a config reads like after it has been exported, and what export or init lose of it. */
const roundTrip = async (config: object, kind: Kind) => {
  const loaded = load(config);
  const exported = exportKubernetes(loaded, resolveSymbolically(loaded, inputsFor(loaded)), {
    kind,
    images: new Map(),
    sidecarImage: null,
  });
  if (!exported.ok) throw new Error(exported.problems.join('\n'));
  const files = { 'pod.yaml': writeManifests(exported.manifests) };
  const { config: back, leftOut } = await draft(files, { from: 'pod.yaml', programs: ['podman'] });
  return { back, lost: exported.losses.map(({ field }) => field), leftOut };
};

test('a job with init tasks, sidecars, files and volumes is the same config after export and init', async () => {
  const config = {
    name: 'shop',
    volumes: { data: { persist: true }, tmp: {} },
    init: { migrate: { image: 'tool:1', command: 'migrate && echo done', mounts: { data: '/d' } } },
    sidecars: {
      db: {
        image: 'postgres:17',
        pull: 'always',
        user: '999:999',
        ports: { main: 5432 },
        mounts: { data: '/var/lib/data' },
        dependsOn: ['migrate'],
        readiness: { exec: ['pg_isready'], period: '2s' },
      },
    },
    primary: {
      name: 'web',
      image: 'web:1',
      args: ['--config', '${files.conf}', '$(HOME)'],
      env: {
        DB: 'postgres://localhost:${ports.db.main}/x',
        HOME: '${env.HOME}',
        SCRATCH: '${volumes.tmp}/a',
      },
      files: { conf: 'db localhost:${ports.db.main}\n', 'key.pem': { content: 'x', secret: true } },
      ports: { http: 8080, admin: 9000 },
      readiness: { http: '/up' },
      liveness: { http: { port: 'admin', path: '/alive' }, period: '10s', failureThreshold: 5 },
      preStop: { sleep: '2s' },
    },
  };
  const { back, lost, leftOut } = await roundTrip(config, 'job');
  expect(back).toEqual(config);
  expect(lost).toEqual(['volumes.data']);
  expect(leftOut).toEqual([
    'web: env.HOME: the secret shop-environment has no HOME in the file; it is taken from the environment',
  ]);
});

test('a deployment that is always restarted, with a sidecar that only has to be started', async () => {
  const config = {
    name: 'api',
    stop: { grace: '30s' },
    sidecars: {
      mesh: {
        image: 'mesh:1',
        ports: { admin: 15_000 },
        startup: { tcp: 'admin', failureThreshold: 30 },
        postStart: ['mesh', 'wait'],
      },
    },
    primary: {
      name: 'api',
      image: 'api:1',
      ports: { http: 8080 },
      env: { MESH: 'http://localhost:${ports.mesh.admin}' },
      dependsOn: { mesh: 'started' },
      readiness: { http: '/up', period: '10s', timeout: '2s' },
      restart: 'always',
    },
  };
  const { back, lost, leftOut } = await roundTrip(config, 'deployment');
  expect(back).toEqual({
    ...config,
    // Kubernetes waits for the port as well, which the config does by itself.
    sidecars: { mesh: { ...config.sidecars.mesh, readiness: { tcp: 'admin' } } },
  });
  expect([lost, leftOut]).toEqual([[], []]);
});

test('a stateful set with a chain of gates', async () => {
  const config = {
    name: 'queue',
    volumes: { data: { persist: true } },
    sidecars: {
      store: { image: 'store:1', args: ['serve'], readiness: { exec: ['store', 'ping'] } },
      broker: {
        image: 'broker:1',
        dependsOn: ['store'],
        mounts: { data: '/data' },
        readiness: { exec: 'broker status' },
      },
    },
    primary: { name: 'queue', image: 'queue:1', workingDir: '/srv', restart: 'always' },
  };
  const { back, lost, leftOut } = await roundTrip(config, 'statefulset');
  expect(back).toEqual(config);
  expect([lost, leftOut]).toEqual([['volumes.data'], []]);
});

test('several apps, with an address of one in the other, and instances', async () => {
  const config = {
    name: 'shop',
    apps: {
      web: {
        sidecars: {
          mesh: { image: 'mesh:1', ports: { admin: 15_000 }, readiness: { tcp: 'admin' } },
        },
        primary: {
          image: 'web:1',
          env: { API: 'http://127.0.0.1:${ports.api-1.http}', MESH: 'localhost:${ports.mesh.admin}' },
          ports: { http: 8080 },
          readiness: { http: '/up' },
          restart: 'always',
        },
      },
      api: {
        primary: {
          instances: 2,
          image: 'api:1',
          ports: { http: { port: 'auto', target: 9000 } },
          readiness: { tcp: 'http' },
          restart: 'always',
        },
      },
    },
  };
  const { back, lost, leftOut } = await roundTrip(config, 'deployment');
  expect(back).toEqual(config);
  expect(lost).toEqual(['env.SIDECARCTL_INSTANCE']);
  expect(leftOut).toEqual(['web: shop-api: it reaches the first instance of api only']);
});

test('each instance of an app has folders and claims of its own; a claim of several apps is one for all', async () => {
  const config = {
    name: 'shop',
    volumes: { kept: { persist: true } },
    apps: {
      web: {
        volumes: { tmp: {}, cache: { persist: true } },
        sidecars: { log: { image: 'log:1', mounts: { tmp: '/logs', kept: '/kept' } } },
        primary: {
          image: 'web:1',
          env: { TMP: '${volumes.tmp}/x', KEPT: '${volumes.kept}' },
          mounts: { tmp: { path: '/tmp', subPath: 'web' } },
          dependsOn: { log: 'started' },
          restart: 'always',
        },
      },
      api: {
        volumes: { tmp: {} },
        primary: { instances: 2, image: 'api:1', mounts: { tmp: '/tmp' }, restart: 'always' },
      },
    },
  };
  const { back, lost, leftOut } = await roundTrip(config, 'deployment');
  expect(back).toEqual(config);
  expect([...new Set(lost)].sort()).toEqual(['env.SIDECARCTL_INSTANCE', 'volumes.kept', 'volumes.web-cache']);
  expect(leftOut).toEqual(['strategy: no counterpart on one machine']);
});
