import { describe, expect, it, test } from 'vitest';
import { refusedRun, runOf } from './run-of.ts';

/** A pod that is never restarted, with its spec as it is in YAML, two spaces in. */
const pod = (spec: string, metadata = 'name: shop'): string => `apiVersion: v1
kind: Pod
metadata: { ${metadata} }
spec:
  restartPolicy: Never
${spec}`;

const deployment = (name: string, containers: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  ${more}
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [${containers}] }
`;

const MAIN = { stdin: 'null' };

describe('the containers of a pod that runs at once', () => {
  test('are apps, which all end by themselves', async () => {
    const { apps, processes, remarks } = await runOf(
      pod('  containers: [{ name: web, image: a }, { name: log, image: b }]\n'),
    );
    expect(apps).toEqual(['web', 'log']);
    expect(processes).toEqual({ web: { image: 'a', ...MAIN }, log: { image: 'b', ...MAIN } });
    expect(remarks).toEqual([]);
  });

  test('start in the order of a kubelet: init containers and sidecars one after the other, then the rest together', async () => {
    const { processes, apps } = await runOf(
      pod(`  initContainers:
    - { name: one, image: a }
    - { name: side, image: b, restartPolicy: Always, startupProbe: { exec: { command: [up] }, periodSeconds: 1 } }
    - { name: two, image: a }
    - { name: tail, image: b, restartPolicy: Always }
  containers: [{ name: web, image: c }, { name: api, image: d }]
`),
    );
    const before = { one: 'completed', side: 'started', two: 'completed', tail: 'started' };
    expect(apps).toEqual(['web', 'api']);
    expect(processes).toEqual({
      one: { image: 'a' },
      side: { image: 'b', startup: { exec: ['up'], failureThreshold: 3 }, dependsOn: ['one'], ...MAIN },
      two: { image: 'a', dependsOn: { side: 'started' } },
      tail: { image: 'b', dependsOn: ['two'], ...MAIN },
      web: { image: 'c', dependsOn: before, ...MAIN },
      api: { image: 'd', dependsOn: before, ...MAIN },
    });
  });

  test('wait for the hook of an earlier one, and not for its probes', async () => {
    const { processes } = await runOf(
      pod(`  containers:
    - { name: mesh, image: a, lifecycle: { postStart: { exec: { command: [wait] } } } }
    - { name: web, image: b, startupProbe: { exec: { command: [up] } } }
    - { name: api, image: c }
`),
    );
    expect(processes).toMatchObject({
      mesh: { postStart: ['wait'] },
      web: { dependsOn: { mesh: 'started' } },
      api: { dependsOn: { mesh: 'started' } },
    });
  });

  test('of several workloads belong to one app for each, and no app waits until those beside it are ready', async () => {
    const { apps, processes } = await runOf(
      `${deployment('web', '{ name: web, image: a }, { name: log, image: b }')}---\n${deployment('db', '{ name: db, image: c }')}`,
    );
    expect(apps).toEqual(['web', 'db']);
    expect(processes).toEqual({
      log: { image: 'b', ...MAIN },
      web: { image: 'a', restart: 'always', dependsOn: [], ...MAIN },
      db: { image: 'c', restart: 'always', ...MAIN },
    });
  });

  test('of replicas start together, behind their init containers', async () => {
    const { processes } = await runOf(
      deployment('web', '{ name: web, image: a }, { name: log, image: b }', 'replicas: 2').replace(
        'spec: { containers',
        'spec: { initContainers: [{ name: set-up, image: c }], containers',
      ),
    );
    expect(processes).toMatchObject({ web: { dependsOn: ['set-up'] }, log: { dependsOn: ['set-up'] } });
  });

  test('do not run where a workload is scaled to zero', async () => {
    const { apps, losses } = await runOf(
      `${deployment('web', '{ name: web, image: a }')}---\n${deployment('db', '{ name: db, image: c }', 'replicas: 0')}`,
    );
    expect(apps).toEqual(['web']);
    expect(losses).toEqual(['Deployment.db.spec.replicas: it is 0, so it does not run']);
  });

  test('without a probe are ready when they have started, whatever ports they declare', async () => {
    const { processes } = await runOf(
      pod('  containers: [{ name: web, image: a, stdin: true, ports: [{ containerPort: 8080 }] }]\n'),
    );
    expect(processes).toEqual({
      web: { image: 'a', ports: { main: { port: 'auto', target: 8080 } }, readiness: false },
    });
  });

  test('are probed by the defaults where a probe says 0, as Go has it for what is not set', async () => {
    const { processes } = await runOf(
      pod(
        '  containers: [{ name: web, image: a, livenessProbe: { exec: { command: [up] }, periodSeconds: 0, timeoutSeconds: 0, successThreshold: 0, failureThreshold: 0 } }]\n',
      ),
    );
    expect(processes).toMatchObject({ web: { liveness: { exec: ['up'], period: '10s' } } });
  });

  test('end with the signal of their life cycle', async () => {
    const { processes } = await runOf(
      pod('  containers: [{ name: web, image: a, lifecycle: { stopSignal: SIGQUIT } }]\n'),
    );
    expect(processes).toEqual({ web: { image: 'a', stop: { signal: 'SIGQUIT' }, ...MAIN } });
  });

  test('have images that are not pulled when they are there, and one that never is', async () => {
    const { processes, losses } = await runOf(
      pod(
        '  containers: [{ name: web, image: "a:latest", imagePullPolicy: Always }, { name: b, image: b, imagePullPolicy: Never }]\n',
      ),
    );
    expect(processes).toEqual({
      web: { image: 'a:latest', ...MAIN },
      b: { image: 'b', pull: 'never', ...MAIN },
    });
    expect(losses).toEqual(['web: imagePullPolicy: an image that the engine has is not pulled again']);
  });
});

describe('a container is told', () => {
  test('its own resources, and what this machine has where it sets no limit', async () => {
    const told = (resource: string, divisor = '') =>
      `{ name: ${resource.replace('.', '_').replaceAll('-', '_')}${divisor}, valueFrom: { resourceFieldRef: { resource: ${resource}${divisor === '' ? '' : `, divisor: ${divisor}`} } } }`;
    const { processes } = await runOf(
      pod(`  containers:
    - name: web
      image: a
      resources: { limits: { cpu: 1500m }, requests: { memory: 100Mi } }
      env:
        - ${told('limits.cpu')}
        - ${told('limits.cpu', '1m')}
        - ${told('limits.memory', '1Gi')}
        - ${told('requests.memory')}
        - ${told('requests.cpu', '1m')}
        - ${told('requests.ephemeral-storage')}
    - { name: any, image: a, env: [${told('limits.cpu')}] }
`),
    );
    expect(processes).toMatchObject({
      web: {
        env: {
          limits_cpu: '2',
          limits_cpu1m: '1500',
          limits_memory1Gi: '16',
          requests_memory: '104857600',
          requests_cpu1m: '1500',
          requests_ephemeral_storage: '0',
        },
      },
      any: { env: { limits_cpu: '8' } },
    });
  });

  test('the same id of its pod each time, and the name of a pod of a set', async () => {
    const set = (name: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name} }
spec:
  serviceName: db
  template:
    spec:
      containers:
        - name: db
          image: a
          env:
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: ID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }
`;
    const env = async (text: string) =>
      Object.values((await runOf(text)).processes)[0] as { env: Record<string, string> };
    const [first, again, other] = [await env(set('db')), await env(set('db')), await env(set('dc'))];
    expect(first.env).toEqual({
      POD: 'db-0',
      ID: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    });
    expect(again.env).toEqual(first.env);
    expect(other.env['ID']).not.toBe(first.env['ID']);
  });

  test('what a secret of the environment holds', async () => {
    const text = pod(
      '  containers: [{ name: web, image: a, env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: s, key: k } } }] }]\n',
    );
    const { processes, losses } = await runOf(text, { env: { TOKEN: 'abc' } });
    expect(processes).toMatchObject({ web: { env: { TOKEN: 'abc' } } });
    expect(losses).toEqual([
      'web: env.TOKEN: the secret s has no k in the file; it is taken from the environment',
    ]);
    expect(await refusedRun(text)).toEqual([
      'containers.web.env.TOKEN: the secret s has no k in the file, and TOKEN is not set in the environment.',
    ]);
  });

  test('nothing of what is optional and not there', async () => {
    const { processes, losses } = await runOf(
      pod(`  containers:
    - name: web
      image: a
      envFrom: [{ configMapRef: { name: gone, optional: true } }]
      env: [{ name: A, valueFrom: { configMapKeyRef: { name: gone, key: a, optional: true } } }]
`),
    );
    expect(processes).toEqual({ web: { image: 'a', ...MAIN } });
    expect(losses).toEqual([]);
  });
});

describe('files are where a kubelet has them:', () => {
  const CONF = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { a.conf: "one", a-conf: "two", sub.txt: "at localhost:9000" }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { token: t }
`;

  test('all of a ConfigMap, one of them, chosen ones, and those of several sources', async () => {
    const { processes, losses } = await runOf(
      pod(`  volumes:
    - { name: conf, configMap: { name: conf, defaultMode: 0400 } }
    - { name: some, configMap: { name: conf, items: [{ key: sub.txt, path: x/y.txt, mode: 0755 }] } }
    - name: both
      projected:
        defaultMode: 0600
        sources: [{ secret: { name: keys } }, { configMap: { name: conf, items: [{ key: a.conf, path: a }] } }]
  containers:
    - name: web
      image: a
      args: ["--conf=/etc/conf/a.conf"]
      volumeMounts:
        - { name: conf, mountPath: /etc/conf/ }
        - { name: conf, mountPath: /etc/one, subPath: a.conf, readOnly: true }
        - { name: some, mountPath: /some }
        - { name: both, mountPath: /both }
    - { name: api, image: b, ports: [{ containerPort: 9000 }] }
`) + CONF,
    );
    expect(processes).toMatchObject({
      web: {
        args: ['--conf=/etc/conf/a.conf'],
        mounts: {
          'a.conf': ['/etc/conf/a.conf', { path: '/etc/one', readOnly: true }],
          'a-conf-2': '/etc/conf/a-conf',
          'sub.txt': '/etc/conf/sub.txt',
          'x-y.txt': '/some/x/y.txt',
          token: '/both/token',
          a: '/both/a',
        },
        files: {
          'a.conf': { content: 'one', mode: '0400' },
          'a-conf-2': { content: 'two', mode: '0400' },
          'sub.txt': { content: 'at localhost:{api.main}', mode: '0400' },
          'x-y.txt': { content: 'at localhost:{api.main}', mode: '0755' },
          token: { content: 't', secret: true, mode: '0600' },
          a: { content: 'one', mode: '0600' },
        },
      },
    });
    expect(losses).toEqual([]);
  });

  test('readable for everybody where the pod has a group for them', async () => {
    const { processes } = await runOf(
      pod(`  securityContext: { runAsUser: 65533, fsGroup: 65533 }
  volumes: [{ name: keys, secret: { secretName: keys, defaultMode: 0500 } }]
  containers: [{ name: web, image: a, volumeMounts: [{ name: keys, mountPath: /keys }] }]
`) + CONF,
    );
    expect(processes).toMatchObject({
      web: { user: '65533', files: { token: { content: 't', secret: true, mode: '0555' } } },
    });
  });

  test('what a pod is told of itself, as a kubelet writes it', async () => {
    const { processes } = await runOf(
      pod(
        `  volumes:
    - name: info
      downwardAPI:
        items:
          - { path: labels, fieldRef: { fieldPath: metadata.labels } }
          - { path: notes, fieldRef: { fieldPath: metadata.annotations } }
          - { path: name, fieldRef: { fieldPath: metadata.name }, mode: 0444 }
          - { path: memory, resourceFieldRef: { containerName: web, resource: limits.memory, divisor: 1Mi } }
  containers: [{ name: web, image: a, volumeMounts: [{ name: info, mountPath: /info }] }]
`,
        `name: shop, labels: { tier: web, app: shop }, annotations: { note: "two\\nlines, a \\"b\\" \\\\\\u0007" }`,
      ),
    );
    expect(processes).toMatchObject({
      web: {
        mounts: { labels: '/info/labels', notes: '/info/notes', name: '/info/name', memory: '/info/memory' },
        files: {
          labels: 'app="shop"\ntier="web"',
          notes: String.raw`note="two\nlines, a \"b\" \\\x07"`,
          name: { content: 'shop', mode: '0444' },
          memory: '16384',
        },
      },
    });
  });

  test('an empty folder is there for a ConfigMap that may be missing', async () => {
    const { processes, volumes, losses } = await runOf(
      pod(`  volumes: [{ name: c, configMap: { name: gone, optional: true } }]
  containers: [{ name: web, image: a, volumeMounts: [{ name: c, mountPath: /c }] }]
`),
    );
    expect([volumes, processes]).toMatchObject([{ c: {} }, { web: { mounts: { c: '/c' } } }]);
    expect(losses).toEqual([]);
  });

  test('parts of a volume, at several places', async () => {
    const { processes, volumes, losses } = await runOf(
      pod(`  volumes:
    - { name: data, emptyDir: { medium: Memory, sizeLimit: 1Gi } }
    - { name: sock, hostPath: { path: /var/run/docker.sock, type: Socket } }
    - { name: file, hostPath: { path: /shop/a.txt } }
    - { name: made, hostPath: { path: /nowhere, type: DirectoryOrCreate } }
  containers:
    - name: web
      image: a
      env: [{ name: PART, value: p }]
      volumeMounts:
        - { name: data, mountPath: /d, subPathExpr: "x/$(PART)", readOnly: true }
        - { name: data, mountPath: /all }
        - { name: sock, mountPath: /docker.sock }
        - { name: file, mountPath: /a.txt }
        - { name: made, mountPath: /made }
`),
      { files: { 'a.txt': '' } },
    );
    expect(volumes).toEqual({ data: {}, sock: { path: '/var/run' }, file: { path: '/shop' }, made: {} });
    expect(processes).toMatchObject({
      web: {
        mounts: {
          data: [{ path: '/d', subPath: 'x/p', readOnly: true }, '/all'],
          sock: { path: '/docker.sock', subPath: 'docker.sock' },
          file: { path: '/a.txt', subPath: 'a.txt' },
          made: '/made',
        },
      },
    });
    expect(losses).toEqual([
      'volumes.data: it is on disk, and not in memory',
      'volumes.data: nothing limits its size',
      'volumes.made: /nowhere is not on this machine; an empty folder takes its place',
    ]);
  });
});

describe('a port that nobody declares is that of', () => {
  const beside = async (asking: string, others: string) => {
    const { processes, remarks, losses } = await runOf(
      pod(`  containers: [{ name: edge, image: e, ${asking} }, ${others}]\n`),
    );
    return { processes: processes as Record<string, { args?: unknown; ports?: unknown }>, remarks, losses };
  };
  const ASKS = 'args: ["--to=http://localhost:8080/"]';

  test.each([
    ['the other container, if it declares nothing', '{ name: app, image: a }', 'main', true],
    ['the one whose image has it', '{ name: x, image: a }, { name: app, image: "adminer:4" }', 'main', false],
    [
      'the one whose command has the number',
      '{ name: x, image: a }, { name: app, image: b, command: [sh, -c, "cd /www; httpd -f -p 8080"] }',
      'main',
      true,
    ],
    [
      'the one that says it listens there, beside what it declares',
      '{ name: x, image: a }, { name: app, image: b, args: ["--listen=:8080"], ports: [{ containerPort: 9090, name: metrics }] }',
      'p8080',
      false,
    ],
  ])('%s', async (_, others, port, isGuess) => {
    const { processes, remarks, losses } = await beside(ASKS, others);
    expect(processes['edge']?.args).toEqual([`--to=http://localhost:{app.${port}}/`]);
    expect(processes['app']?.ports).toMatchObject({ [port]: { port: 'auto', target: 8080 } });
    expect(remarks).toEqual(
      isGuess ? ['that app listens on 8080 is a guess: edge asks for localhost:8080'] : [],
    );
    expect(losses).toEqual([]);
  });

  test('the container itself, if it is the only one with the number', async () => {
    const { processes, losses } = await beside(
      'command: [sh, -c, "httpd -p 8080 && wget localhost:8080"]',
      '{ name: app, image: a }',
    );
    expect(processes['edge']?.ports).toEqual({ main: { port: 'auto', target: 8080 } });
    expect(processes['app']?.ports).toBeUndefined();
    expect(losses).toEqual([]);
  });

  test('nobody, if it may be any of several', async () => {
    const { processes, losses } = await beside(ASKS, '{ name: a, image: a }, { name: b, image: b }');
    expect(processes['edge']?.args).toEqual(['--to=http://localhost:8080/']);
    expect(losses).toEqual(['edge: localhost:8080: no container of its pod says that it listens on 8080']);
  });

  test('a host and a port in two variables', async () => {
    const { processes } = await beside(
      'env: [{ name: DB_HOST, value: localhost }, { name: DB_PORT, value: "5433" }]',
      '{ name: app, image: a }',
    );
    expect(processes).toMatchObject({
      edge: { env: { DB_HOST: 'host.docker.internal', DB_PORT: '{app.main}' } },
      app: { ports: { main: { port: 'auto', target: 5433 } } },
    });
  });

  test('the container that serves it, whoever declares it and is probed there', async () => {
    const { processes } = await runOf(
      pod(`  containers:
    - { name: probe, image: p, args: ["--http-endpoint=localhost:29652"] }
    - name: driver
      image: d
      ports: [{ name: healthz, containerPort: 29652 }]
      livenessProbe: { httpGet: { path: /healthz, port: healthz } }
`),
    );
    expect(processes).toMatchObject({
      probe: { ports: { healthz: { port: 'auto', target: 29_652 } } },
      driver: { liveness: { http: { port: '{probe.healthz}', path: '/healthz' } } },
    });
    expect(processes['driver']).not.toHaveProperty('ports');
  });
});

test('probes and hooks reach the other containers of their pod from within', async () => {
  const { processes } = await runOf(
    pod(`  containers:
    - name: mesh
      image: a
      lifecycle: { postStart: { exec: { command: [sh, -c, "until wget localhost:8080/up; do sleep 1; done"] } } }
      readinessProbe: { exec: { command: [wget, "http://localhost:8080/", "127.0.0.1:15000"] } }
    - { name: web, image: b, ports: [{ containerPort: 8080 }] }
`),
  );
  expect(processes['mesh']).toMatchObject({
    postStart: 'until wget host.docker.internal:{web.main}/up; do sleep 1; done',
    readiness: { exec: ['wget', 'http://host.docker.internal:{web.main}/', '127.0.0.1:15000'] },
  });
});

describe('the name of a service reaches', () => {
  const DB = `---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: d, ports: [{ containerPort: 5432 }] }] }
`;

  test('its port in arguments, files, and URLs without a number, but not as part of other words', async () => {
    const asking = `{ name: api, image: a, args: ["--web=http://web/x", "--to=web:80", "http://web.default.svc", "web", "/web", "web:90", "db-0.db:5432", "--peers=db-1.db.default.svc.cluster.local:5432", "http://web-2/"] }`;
    const { processes } = await runOf(
      `${deployment('api', asking)}---\n${deployment('web', '{ name: web, image: w, ports: [{ name: http, containerPort: 8080 }] }')}${DB}`,
    );
    expect(processes['api']).toMatchObject({
      args: [
        '--web=http://127.0.0.1:{web.http}/x',
        '--to=127.0.0.1:{web.http}',
        'http://127.0.0.1:{web.http}',
        'web',
        '/web',
        'web:90',
        '127.0.0.1:{db-1.main}',
        '--peers=127.0.0.1:{db-2.main}',
        'http://web-2/',
      ],
    });
  });

  test('its port where host and port are apart, as for localhost', async () => {
    const asking = `{ name: api, image: a, command: [sh, -c, "nc -z web 80 && pg_isready -h db -p 5432; sleep 5432"] }`;
    const other = `{ name: two, image: a, command: [nc, -z, localhost, "8080"], args: [--retries, "80", web, "80"] }`;
    const { processes } = await runOf(
      `${deployment('api', `${asking}, ${other}, { name: x, image: x, ports: [{ containerPort: 8080 }] }`)}---\n${deployment('web', '{ name: web, image: w, ports: [{ name: http, containerPort: 8081 }] }')}${DB}`,
    );
    expect(processes).toMatchObject({
      api: {
        command:
          'nc -z host.docker.internal {web.http} && pg_isready -h host.docker.internal -p {db-1.main}; sleep 5432',
      },
      two: {
        command: ['nc', '-z', 'host.docker.internal', '{x.main}'],
        args: ['--retries', '80', 'host.docker.internal', '{web.http}'],
      },
    });
  });

  test('its port by the variables that a kubelet gives every container', async () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { name: front-end }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http, name: http }] }
`;
    const url = 'http://$(FRONT_END_SERVICE_HOST):$(FRONT_END_SERVICE_PORT)/';
    const asking = `{ name: api, image: a, args: ["${url}", "$(DB_SERVICE_HOST)"], env: [{ name: URL, value: "${url}x" }] }`;
    const text = `${deployment('api', asking)}---\n${deployment('web', '{ name: web, image: w, ports: [{ name: http, containerPort: 8080 }] }')}${DB}${service}`;
    expect((await runOf(text)).processes['api']).toMatchObject({
      args: ['http://127.0.0.1:{web.http}/', '$(DB_SERVICE_HOST)'],
      env: {
        FRONT_END_SERVICE_HOST: 'host.docker.internal',
        FRONT_END_SERVICE_PORT: '{web.http}',
        FRONT_END_SERVICE_PORT_HTTP: '{web.http}',
        URL: 'http://127.0.0.1:{web.http}/x',
      },
    });
    const { processes } = await runOf(
      text.replace('spec: { containers', 'spec: { enableServiceLinks: false, containers'),
    );
    expect(processes['api']).toMatchObject({ args: [url, '$(DB_SERVICE_HOST)'], env: { URL: `${url}x` } });
  });

  test('a container beside the main one by its number', async () => {
    const { processes } = await runOf(
      `${deployment('api', '{ name: api, image: a, args: ["http://web/"] }')}---\n${deployment('web', '{ name: web, image: w }, { name: edge, image: e, ports: [{ name: http, containerPort: 8080 }] }')}${DB}`,
    );
    expect(processes['api']).toMatchObject({ args: ['http://127.0.0.1:8080/'] });
  });
});

test('probes have headers with HTTPS, a host that is the pod, and several successes', async () => {
  const { processes, losses } = await runOf(
    pod(`  containers:
    - name: edge
      image: a
      ports: [{ name: https, containerPort: 8443 }, { name: admin, containerPort: 9000 }]
      readinessProbe:
        httpGet: { path: /up, port: https, scheme: HTTPS, httpHeaders: [{ name: ":authority", value: x }] }
        successThreshold: 2
      livenessProbe: { tcpSocket: { port: admin, host: localhost } }
      lifecycle:
        postStart: { httpGet: { path: /warm, port: 9000, host: 127.0.0.1 } }
        preStop: { sleep: { seconds: 2 } }
`),
  );
  expect(processes).toMatchObject({
    edge: {
      readiness: {
        http: { scheme: 'https', path: '/up', headers: { ':authority': 'x' } },
        successThreshold: 2,
      },
      liveness: { tcp: 'admin' },
      postStart: { http: { port: 'admin', path: '/warm' } },
      preStop: { sleep: '2s' },
    },
  });
  expect(losses).toEqual([]);
});

describe('refused before anything starts:', () => {
  const container = (more: string): string => pod(`  containers: [{ name: web, image: a, ${more} }]\n`);
  const AT = 'Pod.shop.spec.containers.0';

  it.each<readonly [string, string, string]>([
    ['no containers', pod('  containers: []\n'), 'Pod.shop.spec.containers: it has no containers.'],
    [
      'no name',
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: a }] }\n',
      'Pod.metadata.name: it has no name.',
    ],
    ['a container without a name', pod('  containers: [{ image: a }]\n'), `${AT}.name: it has no name.`],
    ['no image', pod('  containers: [{ name: web }]\n'), `${AT}.image: it has no image.`],
    [
      'two of one name',
      pod('  containers: [{ name: web, image: a }, { name: web, image: b }]\n'),
      'Pod.shop.spec.containers: two containers are called web.',
    ],
    [
      'a misspelled field',
      container('ports: [{ contianerPort: 80 }]'),
      `${AT}.ports.0.contianerPort: there is no such field; the nearest one is containerPort.`,
    ],
    [
      'a number as a variable',
      container('env: [{ name: PORT, value: 8080 }]'),
      `${AT}.env.0.value: it must be a text, and is a number in YAML: write it in quotes.`,
    ],
    [
      'a word that is a boolean in YAML 1.1',
      container('env: [{ name: DEBUG, value: yes }]'),
      `${AT}.env.0.value: it must be a text, and is a boolean in YAML: write it in quotes.`,
    ],
    [
      'a port out of range',
      container('ports: [{ containerPort: 70000 }]'),
      `${AT}.ports.0.containerPort: it must be a number from 1 to 65535.`,
    ],
    ['a list that is none', container('command: run'), `${AT}.command: it must be a list.`],
    [
      'a mount of nothing',
      container('volumeMounts: [{ name: data, mountPath: /d }]'),
      `${AT}.volumeMounts.0.name: the pod has no volume data.`,
    ],
    [
      'a liveness probe with several successes',
      container('livenessProbe: { exec: { command: [a] }, successThreshold: 2 }'),
      `${AT}.livenessProbe.successThreshold: it must be 1.`,
    ],
    [
      'a probe of a port without that name',
      container('readinessProbe: { tcpSocket: { port: http } }'),
      `${AT}.readinessProbe: its container has no port called http.`,
    ],
    [
      'a probe of two kinds',
      container('readinessProbe: { tcpSocket: { port: 80 }, exec: { command: [a] } }'),
      `${AT}.readinessProbe: it is one of exec and tcpSocket.`,
    ],
    [
      'a probe of no kind',
      container('readinessProbe: { periodSeconds: 5 }'),
      `${AT}.readinessProbe: it has none of exec, httpGet, tcpSocket, grpc.`,
    ],
    [
      'a probe with a negative number',
      container('livenessProbe: { exec: { command: [a] }, failureThreshold: -1 }'),
      `${AT}.livenessProbe.failureThreshold: it is less than 0.`,
    ],
    [
      'a negative number of replicas',
      deployment('web', '{ name: web, image: a }', 'replicas: -1'),
      'Deployment.web.spec.replicas: it is less than 0.',
    ],
    [
      'a document that does not say what it is',
      `${container('args: []')}---\nkind: Service\nmetadata: { name: s }\n---\nfoo: bar\n`,
      "the document that begins with 'kind' has no apiVersion.\nthe document that begins with 'foo' has no apiVersion and no kind.",
    ],
    [
      'nothing but what is scaled to zero',
      deployment('web', '{ name: web, image: a }', 'replicas: 0'),
      'Deployment.web.spec.replicas: it is 0, and nothing else runs: write 1.',
    ],
    [
      'a plain text where a Secret has base64',
      `${container('args: []')}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { key: "plain text" }\n`,
      'Secret.s.data.key: it is not in base64: write a plain text in stringData.',
    ],
    [
      'probes of an init container that ends',
      pod(
        '  initContainers: [{ name: i, image: a, livenessProbe: { exec: { command: [a] } } }]\n  containers: [{ name: b, image: b }]\n',
      ),
      'Pod.shop.spec.initContainers.0.livenessProbe: an init container has it only with restartPolicy: Always.',
    ],
    [
      'a job that would never end',
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { containers: [{ name: a, image: a }] } } }\n',
      'Job.j.spec.template.spec.restartPolicy: a Job has OnFailure or Never, and not Always.',
    ],
    [
      'a ConfigMap that is not there',
      pod('  volumes: [{ name: c, configMap: { name: gone } }]\n  containers: [{ name: a, image: a }]\n'),
      'volumes.c: the configMap gone is not in the file.',
    ],
    [
      'a key that is not there',
      `${container('env: [{ name: A, valueFrom: { configMapKeyRef: { name: c, key: b } } }]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: x }\n`,
      'containers.web.env.A: the configMap c has no b in the file, and A is not set in the environment.',
    ],
    [
      'variables of a Secret that is not there',
      container('envFrom: [{ secretRef: { name: gone } }]'),
      'containers.web.envFrom: the secret gone is not in the file.',
    ],
    [
      'the same twice',
      `${container('args: []')}---\n${container('args: []')}`,
      'Pod.shop: it is in the file twice.',
    ],
    [
      'values of a ConfigMap that are no texts',
      `${container('args: []')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: 1 }\n`,
      'ConfigMap.c.data.a: it must be a text, and is a number in YAML: write it in quotes.',
    ],
    [
      'a folder that has to be there',
      pod(
        '  volumes: [{ name: h, hostPath: { path: /gone, type: Directory } }]\n  containers: [{ name: a, image: a }]\n',
      ),
      'volumes.h: /gone of this machine is no Directory.',
    ],
    [
      'only kinds without containers',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: ns }\n',
      'it describes no containers: it has no Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob, only Namespace ns',
    ],
  ])('%s', async (_, text, refusal) => {
    expect(await refusedRun(text)).toEqual(refusal.split('\n'));
  });

  test('but not a field of a later version', async () => {
    const { losses } = await runOf(container('quantumMode: true'));
    expect(losses).toEqual([
      'Pod shop: spec.containers[0].quantumMode: Kubernetes 1.34 has no such field',
      'web: quantumMode: no counterpart on one machine',
    ]);
  });
});
