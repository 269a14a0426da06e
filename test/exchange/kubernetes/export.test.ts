import { load as parseYaml } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import { exportKubernetes } from '../../../src/exchange/kubernetes/export-kubernetes.ts';
import type { ExportOptions, Manifest } from '../../../src/exchange/kubernetes/export-options.ts';
import { writeManifests } from '../../../src/exchange/kubernetes/write-manifests.ts';
import { inputsFor, load } from '../../config/support.ts';
import { exported, manifestsOf } from './exported.ts';
import { findMistakes } from './find-mistakes.ts';

interface PodSpec {
  readonly containers: readonly Manifest[];
  readonly initContainers?: readonly Manifest[];
  readonly [field: string]: unknown;
}

/** What a Deployment runs. */
const specOf = (config: object, options: Partial<ExportOptions> = {}): PodSpec => {
  const deployment = manifestsOf(config, options).kinds.get('Deployment');
  return (deployment as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
};

const container = (config: object, options: Partial<ExportOptions> = {}): Manifest => {
  const [only] = specOf(config, options).containers;
  if (only === undefined) throw new Error('no container');
  return only;
};

const WEB = { name: 'web', command: ['node', 'web.js'], restart: 'always' };

describe('a mistake in a manifest is found:', () => {
  const NAMED = { name: 'shop' };

  test('a field that Kubernetes does not know', () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: NAMED,
      spec: { containers: [{ name: 'a', image: 'b', imagge: 'b' }] },
    };
    expect(findMistakes(manifest)).toEqual(['/spec/containers/0/imagge is unknown']);
  });

  test('a value of a wrong type', () => {
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: NAMED, spec: { containers: [{ name: 7 }] } };
    expect(findMistakes(manifest).join()).toContain('/spec/containers/0/name');
  });
});

describe('processes become containers', () => {
  test('init tasks and sidecars in the order of their start, and the primary', () => {
    const { initContainers = [], containers } = specOf(
      {
        init: { migrate: { command: 'node migrate.js' } },
        sidecars: { cache: { image: 'redis:7' } },
        primary: WEB,
      },
      {
        images: new Map([
          ['web', 'web:1'],
          ['migrate', 'web:1'],
        ]),
      },
    );
    const short = [...initContainers, ...containers].map(({ name, image, restartPolicy, command }) => ({
      ...{ name, image, restartPolicy, command },
    }));
    expect(short).toEqual([
      { name: 'migrate', image: 'web:1', command: ['sh', '-c', 'node migrate.js'] },
      { name: 'cache', image: 'redis:7', restartPolicy: 'Always' },
      { name: 'web', image: 'web:1', command: ['node', 'web.js'] },
    ]);
  });

  test('a container keeps its entrypoint, arguments, folder, user and pull policy', () => {
    const image = {
      image: 'app:1',
      command: ['run'],
      args: ['--fast'],
      workingDir: '/srv',
      user: '1000:50',
      pull: 'always',
    };
    expect(container({ primary: { name: 'web', ...image } }, { images: new Map() })).toMatchObject({
      ...{
        image: 'app:1',
        command: ['run'],
        args: ['--fast'],
        workingDir: '/srv',
        imagePullPolicy: 'Always',
      },
      securityContext: { runAsUser: 1000, runAsGroup: 50 },
    });
  });

  test.each([
    ['$(HOME)', '$$(HOME)'],
    ['kill $$; echo $HOME', 'kill $$$; echo $HOME'],
    ['$$$', '$$$$$'],
    ['$é', '$$é'],
  ])('a dollar sign stays one: %s', (text, written) => {
    expect(container({ primary: { name: 'web', command: ['echo', text] } })['command']).toEqual([
      ...['echo', written],
    ]);
  });

  test('a dollar sign before a variable stays one', () => {
    const command = ({ env }: { env: { HOME: string } }) => ['echo', `$${env.HOME}`];
    expect(container({ primary: { name: 'web', command } })['command']).toEqual(['echo', '$$$(HOME)']);
  });

  test.each([
    ['redis', 'IfNotPresent'],
    ['localhost:5000/redis:latest', 'IfNotPresent'],
    ['localhost:5000/redis:7', undefined],
    ['redis@sha256:0f', undefined],
  ])('the image %s is pulled only if it is missing', (image, policy) => {
    const { imagePullPolicy } = container({ primary: { name: 'web', image } }, { images: new Map() });
    expect(imagePullPolicy).toBe(policy);
  });

  test('one that is started by hand is left out', () => {
    const config = { sidecars: { debug: { image: 'd:1', autostart: false } }, primary: WEB };
    expect(specOf(config)).not.toHaveProperty('initContainers');
    expect(manifestsOf(config).losses).toEqual([
      'debug: autostart: nobody starts a container by hand; it is left out',
    ]);
  });

  test('nobody is told of one that is left out', () => {
    const config = {
      sidecars: {
        cache: { image: 'redis:7', ports: { main: 6379 }, provides: { env: { CACHE_URL: 'x' } } },
        db: { image: 'db:1', ports: { main: 5432 } },
      },
      primary: { ...WEB, env: { CACHE: 'redis://localhost:${ports.cache.main}' } },
    };
    const { kinds, losses } = manifestsOf(config, { without: ['cache'] });
    const { data } = kinds.get('ConfigMap') as { readonly data: object };
    expect(Object.keys(data).filter((name) => name.includes('_SERVICE_'))).toEqual([
      ...['DB_SERVICE_HOST', 'DB_SERVICE_PORT', 'DB_SERVICE_PORT_MAIN'],
    ]);
    expect(JSON.stringify(kinds.get('Deployment'))).not.toContain('CACHE_URL');
    expect(losses).toEqual(['web: env: it has the address of cache, which is left out']);
  });
});

describe('ports', () => {
  test('keep their numbers; one that is open gets one, and everybody is told', () => {
    const { containers, initContainers = [] } = specOf({
      sidecars: { cache: { image: 'redis:7', ports: { main: { port: 'auto', target: 6379 } } } },
      primary: {
        ...WEB,
        ports: { http: 8080, metrics: 'auto' },
        env: { CACHE: 'redis://localhost:${ports.cache.main}' },
      },
    });
    expect(initContainers[0]?.['ports']).toEqual([{ name: 'main', containerPort: 6379 }]);
    expect(containers[0]?.['ports']).toEqual([
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 8081 },
    ]);
    expect(containers[0]?.['env']).toContainEqual({ name: 'CACHE', value: 'redis://localhost:6379' });
  });

  test('of the primary, and of a sidecar in front of it, are a Service; an admin port is not', () => {
    const { kinds } = manifestsOf({
      sidecars: { edge: { image: 'edge:1', ports: { http: 8000, admin: 9000 }, dependsOn: ['web'] } },
      primary: { ...WEB, ports: { http: 8080, syslog: { port: 5140, protocol: 'udp' } } },
    });
    expect(kinds.get('Service')?.['spec']).toMatchObject({
      ports: [
        { name: 'http', port: 8080 },
        { name: 'syslog', port: 5140, protocol: 'UDP' },
        { name: 'edge-http', port: 8000 },
      ],
    });
  });

  test('with names that Kubernetes does not take have others, which is told', () => {
    const ports = { '1': 8001, '2': 8002, 'administration-http': 8003, 'administration-grpc': 8004 };
    const config = { primary: { ...WEB, ports, readiness: false } };
    expect(container(config)['ports']).toMatchObject([
      ...[{ name: 'port-1' }, { name: 'port-2' }, { name: 'administration' }, { name: 'administrati-2' }],
    ]);
    expect(manifestsOf(config).losses).toContain(
      'web: ports.1: names of ports have at most 15 characters, and a letter: port-1',
    );
  });

  test('on an IPv6 address are at a name, without brackets', () => {
    const ports = { http: { port: 8080, host: '::1' } };
    expect(container({ primary: { ...WEB, ports, readiness: { http: '/up' } } })['readinessProbe']).toEqual({
      ...{ httpGet: { path: '/up', port: 8080 }, periodSeconds: 1 },
    });
  });

  test('two processes of one pod cannot listen on one number', () => {
    const cache = { image: 'redis:7', ports: { main: { port: 'auto', target: 6379 } } };
    const { losses } = manifestsOf({ sidecars: { one: cache, two: cache }, primary: WEB });
    expect(losses).toEqual([
      'two: ports.main: one listens on 6379, too, and containers of a pod share their network',
    ]);
    const apps = { web: { primary: { image: 'web:1' } } };
    const { kinds } = manifestsOf({ sidecars: { one: cache, two: cache }, apps }, { images: new Map() });
    expect(kinds.get('Service')).toMatchObject({ spec: { ports: [{ name: 'one-main', port: 6379 }] } });
  });

  test('two processes can listen on one number by TCP and by UDP', () => {
    const of = (protocol: string) => ({
      image: 'dns:1',
      ports: { main: { port: 53, protocol } },
      readiness: false,
    });
    expect(manifestsOf({ sidecars: { one: of('tcp'), two: of('udp') }, primary: WEB }).losses).toEqual([]);
  });
});

test('a container finds the others of its pod at localhost, and not at the name that it has for this machine', () => {
  const env = { CACHE: 'redis://127.0.0.1:${ports.cache.main}' };
  const sidecars = { cache: { image: 'redis:7', ports: { main: 6379 } } };
  const config = { sidecars, primary: { name: 'web', image: 'web:1', env } };
  expect(container(config)['env']).toEqual([{ name: 'CACHE', value: 'redis://localhost:6379' }]);
});

describe('gates', () => {
  const cache = { image: 'redis:7', ports: { main: 6379 }, readiness: { tcp: 'main', period: '500ms' } };

  test('a sidecar that others wait for has a startup probe, in whole seconds', () => {
    const config = { sidecars: { cache }, primary: { ...WEB, dependsOn: ['cache'] } };
    const tcpSocket = { port: 6379 };
    expect(specOf(config).initContainers?.[0]).toMatchObject({
      startupProbe: { tcpSocket, periodSeconds: 1, failureThreshold: 300 },
      readinessProbe: { tcpSocket, periodSeconds: 1 },
    });
    expect(manifestsOf(config).losses).toContain(
      'cache: readiness.period: Kubernetes counts whole seconds: 500 ms is 1 s',
    );
  });

  test('nobody waits for one in front of the primary, which says so', () => {
    const config = { sidecars: { edge: { ...cache, dependsOn: ['web'] } }, primary: WEB };
    expect(specOf(config).initContainers?.[0]).not.toHaveProperty('startupProbe');
    expect(manifestsOf(config).losses).toContain(
      'edge: dependsOn: a sidecar of Kubernetes starts before web and stops after it',
    );
  });

  test('nobody waits for what waits for one in front of the primary, and its startup probe would hold up the primary', () => {
    const startup = { exec: ['up'], failureThreshold: 20 };
    const sidecars = {
      edge: { ...cache, dependsOn: ['web'], readiness: { tcp: 'main' } },
      meter: { image: 'm:1', dependsOn: ['edge'], startup, liveness: { exec: ['alive'] } },
    };
    const { initContainers = [] } = specOf({ sidecars, primary: WEB });
    for (const each of initContainers) expect(each).not.toHaveProperty('startupProbe');
    expect(initContainers[1]).toMatchObject({ livenessProbe: { initialDelaySeconds: 20 } });
    expect(manifestsOf({ sidecars, primary: WEB }).losses).toContain(
      'meter: startup: the primary would start only after it, and does not wait for it',
    );
  });

  test('nobody waits for a sidecar for which the primary does not wait, as it might wait for the primary', () => {
    const edge = { ...cache, readiness: { http: '/up' }, postStart: 'warm up' };
    const config = {
      sidecars: { edge, meter: { image: 'm:1', dependsOn: ['edge'] } },
      primary: { ...WEB, dependsOn: [] },
    };
    expect(specOf(config).initContainers?.[0]).not.toHaveProperty('startupProbe');
    expect(manifestsOf(config).losses).toEqual([
      'meter: dependsOn: nothing can wait for edge, for which the primary does not wait',
      'edge: postStart: the primary starts only when it has returned',
    ]);
    const init = { migrate: { image: 'm:1', restart: 'on-failure', dependsOn: ['edge'] } };
    const waiting = { ...config, init, primary: { ...WEB, dependsOn: ['migrate'] } };
    expect(specOf(waiting).initContainers?.[0]).toMatchObject({
      startupProbe: { httpGet: { path: '/up' } },
    });
  });

  test('a gate has the time of the start and of what it takes to be ready', () => {
    const startup = { exec: ['up'], initialDelay: '5s', period: '2s', failureThreshold: 10, grace: '7s' };
    const config = {
      sidecars: {
        cache: { ...cache, startup, readiness: { tcp: 'main', period: '5s', successThreshold: 2 } },
      },
      primary: WEB,
    };
    expect(specOf(config).initContainers?.[0]).toMatchObject({
      startupProbe: {
        ...{ tcpSocket: { port: 6379 }, periodSeconds: 5, terminationGracePeriodSeconds: 7 },
        failureThreshold: (5 + 2 * 10 + 300) / 5,
      },
      readinessProbe: { successThreshold: 2 },
    });
    expect(manifestsOf(config).losses).toEqual([
      'cache: startup: what depends on it waits for readiness, and a kubelet asks nothing before',
      'cache: readiness.successThreshold: what depends on it waits for one success',
    ]);
  });

  test('a readiness that a kubelet cannot ask holds up nobody; a startup probe beside it does', () => {
    const sidecars = { cache: { ...cache, startup: { exec: ['up'] }, readiness: { log: 'ready' } } };
    expect(specOf({ sidecars, primary: WEB }).initContainers?.[0]).toMatchObject({
      startupProbe: { exec: { command: ['up'] }, failureThreshold: 60 },
    });
    expect(manifestsOf({ sidecars, primary: WEB }).losses).toEqual([
      'cache: readiness: what depends on it does not wait for it',
      'cache: readiness.log: a kubelet does not read output',
    ]);
  });

  test('a sidecar that only has to be started gates nothing', () => {
    const config = { sidecars: { cache }, primary: { ...WEB, dependsOn: { cache: 'started' } } };
    expect(specOf(config).initContainers?.[0]).not.toHaveProperty('startupProbe');
  });
});

describe('probes and hooks', () => {
  test.each([
    [{ http: '/healthz?full=1' }, { httpGet: { path: '/healthz?full=1', port: 8080 } }],
    [
      { http: { path: '/', headers: { Accept: 'x' } } },
      { httpGet: { port: 8080, httpHeaders: [{ name: 'Accept', value: 'x' }] } },
    ],
    [{ tcp: 'http' }, { tcpSocket: { port: 8080 } }],
    [{ grpc: { port: 'http', service: 'db' } }, { grpc: { port: 8080, service: 'db' } }],
    [{ exec: ['curl', 'x'] }, { exec: { command: ['curl', 'x'] } }],
  ])('%j', (target, expected) => {
    const { livenessProbe } = container({ primary: { ...WEB, ports: { http: 8080 }, liveness: target } });
    expect(livenessProbe).toEqual({ ...expected, periodSeconds: expect.any(Number) });
  });

  test('what a kubelet cannot ask is lost', () => {
    const { losses } = manifestsOf({ primary: { ...WEB, readiness: { log: 'ready' } } });
    expect(losses).toEqual(['web: readiness.log: a kubelet does not read output']);
  });

  test('a loopback address is the pod, and not the node on which a kubelet asks', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const { readinessProbe } = container({
        primary: { ...WEB, readiness: { http: `http://${host}:9000/x` } },
      });
      expect(readinessProbe).toEqual({ httpGet: { path: '/x', port: 9000 }, periodSeconds: 1 });
    }
  });

  test('a header that Kubernetes takes no name of is lost', () => {
    const readiness = { http: { port: 8080, headers: { 'X-A': '1', x_b: '2' } } };
    const config = { primary: { ...WEB, readiness } };
    expect(container(config)['readinessProbe']).toMatchObject({
      httpGet: { httpHeaders: [{ name: 'X-A', value: '1' }] },
    });
    expect(manifestsOf(config).losses).toEqual([
      'web: readiness.http.headers: Kubernetes takes no header x_b',
    ]);
  });

  test('no hook sleeps longer than the pod has to end, and parts of a second are told', () => {
    const hooks = { postStart: { sleep: '1500ms' }, preStop: { sleep: '20s' } };
    const config = { primary: { ...WEB, ...hooks }, stop: { grace: '4500ms', minimumGrace: '1s' } };
    expect(container(config)['lifecycle']).toEqual({
      postStart: { sleep: { seconds: 2 } },
      preStop: { sleep: { seconds: 5 } },
    });
    expect(manifestsOf(config).losses).toEqual([
      "stop.minimumGrace: a kubelet's is 2 s",
      'stop.grace: Kubernetes counts whole seconds: 4500 ms is 5 s',
      'web: postStart.sleep: Kubernetes counts whole seconds: 1500 ms is 2 s',
      'web: preStop.sleep: Kubernetes takes no longer time than the grace of the pod, 5 s',
    ]);
  });

  test('an init container is asked nothing', () => {
    const init = {
      migrate: { image: 'm:1', restart: 'on-failure', readiness: { exec: ['x'] }, preStop: 'y' },
    };
    expect(manifestsOf({ init, primary: WEB }).losses).toEqual([
      'migrate: readiness, preStop: an init container of Kubernetes has none',
    ]);
  });

  test('hooks, and the command of a stop', () => {
    const hooks = { postStart: ['warm', 'up'], preStop: { sleep: '1500ms' } };
    expect(container({ primary: { ...WEB, ...hooks } })['lifecycle']).toEqual({
      postStart: { exec: { command: ['warm', 'up'] } },
      preStop: { sleep: { seconds: 2 } },
    });
    expect(container({ primary: { ...WEB, stop: { command: 'bye' } } })['lifecycle']).toEqual({
      preStop: { exec: { command: ['sh', '-c', 'bye'] } },
    });
    const stop = { command: 'bye' };
    expect(manifestsOf({ primary: { ...WEB, stop } }).losses).toEqual([
      'web: stop.command: it runs before the signal, and not in its place',
    ]);
    expect(manifestsOf({ primary: { ...WEB, stop, preStop: 'first' } }).losses).toEqual([
      'web: stop.command: a kubelet runs preStop, and then sends the signal',
    ]);
  });
});

describe('volumes and files', () => {
  test('a volume of the pod is an empty folder, and one that is kept a claim', () => {
    const config = {
      volumes: { scratch: {}, data: { persist: true } },
      primary: { name: 'web', image: 'web:1', mounts: { data: '/data' }, restart: 'always' },
    };
    const { kinds, losses } = manifestsOf(config);
    expect(specOf(config)).toMatchObject({
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'data', persistentVolumeClaim: { claimName: 'shop-data' } },
      ],
    });
    expect(container(config)['volumeMounts']).toEqual([
      { name: 'scratch', mountPath: '/volumes/scratch' },
      { name: 'data', mountPath: '/volumes/data' },
      { name: 'data', mountPath: '/data' },
    ]);
    expect(kinds.get('PersistentVolumeClaim')).toMatchObject({ metadata: { name: 'shop-data' } });
    expect(kinds.get('Deployment')).toMatchObject({ spec: { strategy: { type: 'Recreate' } } });
    expect(losses).toEqual(['volumes.data: the config has no size; 1Gi is asked for']);
  });

  test('parts of volumes and files are mounted where the config says, read-only or not', () => {
    const mounts = {
      data: ['/data', { path: '/old', subPath: 'a/b', readOnly: true }],
      conf: { path: '/etc/web.conf' },
    };
    const files = { conf: 'x' };
    const config = { volumes: { data: {} }, primary: { name: 'web', image: 'web:1', mounts, files } };
    expect(container(config)['volumeMounts']).toEqual([
      { name: 'data', mountPath: '/volumes/data' },
      { name: 'data', mountPath: '/data' },
      { name: 'data', mountPath: '/old', subPath: 'a/b', readOnly: true },
      { name: 'web-files', mountPath: '/etc/web.conf', subPath: 'conf' },
      { name: 'web-files', mountPath: '/etc/sidecarctl/files/web', readOnly: true },
    ]);
  });

  test('what a process of this machine mounts, its container has at the same places', () => {
    const config = {
      volumes: { data: {} },
      primary: { ...WEB, mounts: { data: '/srv/data', conf: './etc/web.conf' }, files: { conf: 'x' } },
    };
    expect(container(config)['volumeMounts']).toEqual([
      { name: 'data', mountPath: '/volumes/data' },
      { name: 'web-files', mountPath: '/app/etc/web.conf', subPath: 'conf' },
      { name: 'data', mountPath: '/srv/data' },
      { name: 'web-files', mountPath: '/etc/sidecarctl/files/web', readOnly: true },
    ]);
    expect(manifestsOf(config).losses).toEqual([]);
  });

  test('files are a ConfigMap, and secret ones a Secret', () => {
    const { kinds } = manifestsOf({
      primary: {
        ...WEB,
        command: 'serve ${files.conf}',
        ports: { http: 8080 },
        files: {
          conf: 'port ${ports.web.http}',
          run: { content: 'x', mode: '0755' },
          key: { content: 'k', secret: true },
        },
      },
    });
    expect(kinds.get('Secret')).toMatchObject({
      metadata: { name: 'shop-web-files' },
      stringData: { key: 'k' },
    });
    const spec = (kinds.get('Deployment') as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
    expect(spec.containers[0]).toMatchObject({
      command: ['sh', '-c', 'serve /etc/sidecarctl/files/web/conf'],
      volumeMounts: [{ name: 'web-files', mountPath: '/etc/sidecarctl/files/web', readOnly: true }],
    });
    expect(spec['volumes']).toEqual([
      {
        name: 'web-files',
        projected: {
          sources: [
            {
              configMap: {
                name: 'shop-web-files',
                items: [
                  { key: 'conf', path: 'conf' },
                  { key: 'run', path: 'run', mode: 0o755 },
                ],
              },
            },
            { secret: { name: 'shop-web-files', items: [{ key: 'key', path: 'key', mode: 0o600 }] } },
          ],
        },
      },
    ]);
  });
});

test.each([
  ['1000:50', { fsGroup: 50, fsGroupChangePolicy: 'OnRootMismatch' }],
  ['1000', { fsGroup: 1000, fsGroupChangePolicy: 'OnRootMismatch' }],
  ['node', { fsGroup: 65_534, fsGroupChangePolicy: 'OnRootMismatch' }],
  ['0:0', undefined],
])('a secret file can be read by the user %s', (user, securityContext) => {
  const files = { key: { content: 'k', secret: true, mode: '0600' } };
  const config = { primary: { name: 'web', image: 'web:1', user, files } };
  expect(specOf(config)['securityContext']).toEqual(securityContext);
  expect(manifestsOf(config).losses.join().includes('files.key.mode: the group')).toBe(
    securityContext !== undefined,
  );
  expect(specOf({ primary: { ...config.primary, files: { open: 'x' } } })).not.toHaveProperty(
    'securityContext',
  );
});

test.each([
  ['2048 Game', 'app-2048-game'],
  ['x'.repeat(60), 'x'.repeat(52)],
])('the pod %s has a name that a Service and a StatefulSet can have, which is told', (name, called) => {
  const { kinds, losses } = manifestsOf({ name, primary: { ...WEB, ports: { http: 80 } } });
  expect(kinds.get('Service')).toMatchObject({ metadata: { name: called } });
  expect(losses).toContain(`name: there it is called ${called}`);
});

test('a variable that is made of the one outside with its name does not hide that', () => {
  const primary = { ...WEB, command: ['run', '${env.PATH}'], env: { PATH: '/app/bin:${env.PATH}' } };
  const { env, command } = container({ primary });
  expect(env).toEqual([
    {
      name: 'OUTSIDE_PATH',
      valueFrom: { secretKeyRef: { name: 'shop-environment', key: 'PATH' } },
    },
    { name: 'PATH', value: '/app/bin:$(OUTSIDE_PATH)' },
  ]);
  expect(command).toEqual(['run', '$(OUTSIDE_PATH)']);
});

test('a hook has no variable from outside', () => {
  const { losses } = manifestsOf({ primary: { ...WEB, preStop: ['bye', '${env.HOME}'] } });
  expect(losses).toEqual(['web: preStop: nothing fills in HOME there']);
});

test('a variable that the config takes from its environment comes from a secret, and stands in other values', () => {
  const config = { primary: { ...WEB, env: { TOKEN: '${env.TOKEN}', URL: 'http://x/?t=${env.TOKEN}' } } };
  const loaded = load({ name: 'shop', envFile: '.env', ...config }, { '.env': 'TOKEN=abc\n' });
  const found = exportKubernetes(loaded, resolveSymbolically(loaded, inputsFor(loaded)), {
    ...{ kind: 'deployment', images: new Map([['web', 'web:1']]), sidecarImage: null },
  });
  if (!found.ok) throw new Error(found.problems.join());
  const text = writeManifests(found.manifests);
  expect(text).not.toContain('abc');
  expect(text).toContain('value: http://x/?t=$(TOKEN)');
  expect(text).toContain('secretKeyRef:');
});

describe('the kind', () => {
  const primary = { ...WEB, restart: 'on-failure' };

  test('a pod', () => {
    const { kinds } = manifestsOf({ primary }, { kind: 'pod' });
    expect(kinds.get('Pod')).toMatchObject({
      metadata: { name: 'shop' },
      spec: { restartPolicy: 'OnFailure', terminationGracePeriodSeconds: 10 },
    });
  });

  test('a job ends with its primary, and is not started again', () => {
    const { kinds, losses } = manifestsOf({ primary: { ...WEB, restart: 'never' } }, { kind: 'job' });
    expect(kinds.get('Job')).toMatchObject({
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never' } } },
    });
    expect(losses).toEqual([]);
  });

  test('a job whose primary starts again on failure bears restarts of sidecars, too, which Kubernetes counts', () => {
    const { kinds, losses } = manifestsOf({ primary }, { kind: 'job' });
    expect(kinds.get('Job')).toMatchObject({
      spec: { backoffLimit: 2_147_483_647, template: { spec: { restartPolicy: 'OnFailure' } } },
    });
    expect(losses).toEqual([]);
  });

  test('a job with a port is found by its Service', () => {
    const { kinds } = manifestsOf({ primary: { ...WEB, ports: { http: 8080 } } }, { kind: 'job' });
    const selector = (kinds.get('Service') as { spec: { selector: object } }).spec.selector;
    expect(kinds.get('Job')).toMatchObject({ spec: { template: { metadata: { labels: selector } } } });
  });

  test('a stateful set makes the claims of its volumes', () => {
    const { kinds } = manifestsOf({ volumes: { data: { persist: true } }, primary }, { kind: 'statefulset' });
    expect(kinds.get('StatefulSet')).toMatchObject({
      spec: { serviceName: 'shop', volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
    });
    expect(kinds.has('PersistentVolumeClaim')).toBe(false);
  });
});

describe('a restart that is another one in Kubernetes is told:', () => {
  const init = { migrate: { image: 'm:1' } };
  const AGAIN = 'web: restart.policy: a Deployment starts it again whenever it ends';
  const UNTIL = 'migrate: restart.policy: a kubelet starts it again until it exits with 0';

  test.each([
    ['deployment', 'always', 'on-failure', []],
    ['deployment', 'on-failure', 'on-failure', [AGAIN]],
    ['deployment', 'never', 'never', [UNTIL, AGAIN]],
    ['statefulset', 'never', 'on-failure', [AGAIN.replace('Deployment', 'StatefulSet')]],
    ['job', 'never', 'never', []],
    ['job', 'on-failure', 'on-failure', []],
    ['job', 'on-failure', 'never', [UNTIL]],
    [
      'job',
      'never',
      'on-failure',
      ['migrate: restart.policy: its pod fails with it, because nothing of the pod is started again'],
    ],
    ['job', 'always', 'on-failure', ['web: restart.policy: a Job is complete when it exits with 0']],
    ['pod', 'always', 'on-failure', []],
    ['pod', 'on-failure', 'on-failure', []],
    ['pod', 'never', 'never', []],
  ] as const)(
    'a %s of an app that restarts %s, with an init task that restarts %s',
    (kind, app, task, losses) => {
      const config = {
        init: { migrate: { ...init.migrate, restart: task } },
        primary: { ...WEB, restart: app },
      };
      expect(manifestsOf(config, { kind }).losses).toEqual(losses);
    },
  );

  test('back-off times of its own', () => {
    const restart = { policy: 'always', backoff: { max: '5s' } };
    expect(manifestsOf({ primary: { ...WEB, restart } }).losses).toEqual([
      'web: restart.backoff: a kubelet waits longer each time, from 10 s to 5 minutes',
    ]);
  });
});

describe('what cannot be exported', () => {
  test('all processes without an image are named at once', () => {
    const { ok, ...rest } = exported(
      { sidecars: { proxy: { command: 'x' } }, primary: WEB },
      { images: new Map() },
    );
    expect([ok, rest]).toEqual([
      false,
      {
        problems: [
          "proxy, web: no image; set 'image' in the config, or say '--image proxy=REF' '--image web=REF'",
        ],
      },
    ]);
  });

  test('two things that have one name once it is put together', () => {
    const app = (sidecar: string, content: string) => ({
      sidecars: { [sidecar]: { image: 'b:1', files: { conf: content } } },
      primary: { image: 'a:1' },
    });
    const apps = { a: app('a-a-q', 'x'), 'a-a': app('q', 'y') };
    expect(exported({ name: 'x', apps }, { images: new Map() })).toMatchObject({
      problems: [
        'two things become the ConfigMap x-a-a-a-a-q-files in Kubernetes; rename a process, an app or a volume',
      ],
    });
  });

  test('an image for a process that is not there', () => {
    const images = new Map([
      ['wbe', 'web:1'],
      ['web', 'web:1'],
    ]);
    expect(exported({ primary: WEB }, { images })).toMatchObject({
      problems: ['--image wbe: there is no process wbe'],
    });
  });
});

test('the same config gives the same text, which reads back as what it says', () => {
  const config = {
    sidecars: { cache: { image: 'redis:7' } },
    primary: { ...WEB, env: { YES: 'yes', N: '0755' } },
  };
  const texts = [exported(config), exported(config)].map((each) =>
    each.ok ? writeManifests(each.manifests) : '',
  );
  expect(texts[0]).toBe(texts[1]);
  const [, deployment = ''] = texts[0]?.split('---\n') ?? [];
  expect(parseYaml(deployment)).toMatchObject({ kind: 'Deployment' });
});
