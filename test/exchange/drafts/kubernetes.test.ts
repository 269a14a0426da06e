import { describe, expect, it, test } from 'vitest';
import { draft, refusal } from './draft.ts';

interface ManifestCase {
  readonly yaml: string;
  readonly config: object;
  readonly leftOut?: readonly string[];
  readonly remarks?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const draftOf = (yaml: string, env: Readonly<Record<string, string>> = {}, programs = ['docker']) =>
  draft({ 'pod.yaml': yaml }, { from: 'pod.yaml', programs, env });

/** A pod that is never restarted, with its containers as they are in YAML, ten spaces in. */
const pod = (spec: string): string => `apiVersion: v1
kind: Pod
metadata: { name: shop, labels: { app: shop } }
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 10
${spec}`;

const CASES: Readonly<Record<string, ManifestCase>> = {
  'a pod is its one container': {
    yaml: `apiVersion: v1
kind: Pod
metadata: { name: hello }
spec:
  restartPolicy: Never
  securityContext: { runAsUser: 1000, runAsNonRoot: true }
  tolerations: [{ operator: Exists }]
  containers:
    - name: hello
      image: "busybox:1"
      imagePullPolicy: Always
      command: [echo]
      args: [hello, you]
      workingDir: /tmp
      securityContext: { runAsGroup: 50, capabilities: { drop: [ALL] } }
      resources: { limits: { memory: 1Gi } }
`,
    config: {
      name: 'hello',
      stop: { grace: '30s' },
      primary: {
        name: 'hello',
        image: 'busybox:1',
        pull: 'always',
        command: ['echo'],
        args: ['hello', 'you'],
        workingDir: '/tmp',
        user: '1000:50',
      },
    },
    leftOut: [
      'tolerations, securityContext.runAsNonRoot: no counterpart on one machine',
      'hello: resources, securityContext.capabilities: no counterpart on one machine',
    ],
  },
  'init containers start one after the other, and native sidecars count when they have started': {
    yaml: pod(`  initContainers:
    - { name: schema, image: "db-tool:1", command: [sh, -c, "migrate && echo done"] }
    - name: proxy
      image: proxy:1
      restartPolicy: Always
      args: [--port, "5432"]
      startupProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1, failureThreshold: 30 }
    - { name: warm, image: "web:1", args: [warm] }
  containers:
    - { name: web, image: "web:1", env: [{ name: DB, value: "postgres://u@localhost:5432/x" }] }
`),
    config: {
      name: 'shop',
      init: {
        schema: { image: 'db-tool:1', command: 'migrate && echo done' },
        warm: { image: 'web:1', args: ['warm'], dependsOn: { proxy: 'started' } },
      },
      sidecars: {
        proxy: {
          image: 'proxy:1',
          args: ['--port', '5432'],
          ports: { main: 5432 },
          dependsOn: ['schema'],
          startup: { tcp: 'main', failureThreshold: 30 },
        },
      },
      primary: {
        name: 'web',
        image: 'web:1',
        env: { DB: 'postgres://u@localhost:${ports.proxy.main}/x' },
        dependsOn: { schema: 'completed', proxy: 'started', warm: 'completed' },
      },
    },
  },
  'a deployment starts its containers again, and its annotation names the app': {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata:
      labels: { app: api }
      annotations: { kubectl.kubernetes.io/default-container: api }
    spec:
      serviceAccountName: api
      containers:
        - name: auth
          image: auth:1
          args: ["--upstream=http://127.0.0.1:8080/", "--http-address=0.0.0.0:4180"]
          ports: [{ containerPort: 4180, name: http }]
        - name: api
          image: api:1
          ports: [{ containerPort: 8080 }]
        - { name: logs, image: "logs:1" }
`,
    config: {
      name: 'api',
      stop: { grace: '30s' },
      sidecars: {
        auth: {
          image: 'auth:1',
          args: ['--upstream=http://127.0.0.1:${ports.api.main}/', '--http-address=0.0.0.0:4180'],
          ports: { http: 4180 },
        },
        logs: { image: 'logs:1', dependsOn: { api: 'started' } },
      },
      primary: {
        name: 'api',
        image: 'api:1',
        ports: { main: 8080 },
        dependsOn: { auth: 'started' },
        restart: 'always',
      },
    },
    leftOut: ['serviceAccountName: no counterpart on one machine'],
  },
  'variables refer to earlier ones, to config maps, secrets, fields and the environment': {
    yaml: `${pod(`  containers:
    - name: web
      image: web:1
      args: ["--as=$(POD)", "--db=$(DB_URL)", "$$(POD)", "$(date)"]
      envFrom: [{ configMapRef: { name: settings }, prefix: APP_ }, { secretRef: { name: absent } }]
      env:
        - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: SIDE, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
        - { name: UID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }
        - { name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }
        - { name: TOKEN, valueFrom: { secretKeyRef: { name: other, key: token } } }
        - { name: DB_URL, value: "postgres://u:$(PASSWORD)@db:5432/$(NAME)" }
        - { name: AUTH, value: "Bearer $(TOKEN)" }
        - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: MODE } } }
`)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { MODE: fast }
---
apiVersion: v1
kind: Secret
metadata: { name: db }
data: { password: czNjcmV0 }
`,
    env: { TOKEN: 't' },
    config: {
      name: 'shop',
      primary: {
        name: 'web',
        image: 'web:1',
        args: ['--as=shop', '--db=postgres://u:s3cret@db:5432/$(NAME)', '$(POD)', '$(date)'],
        env: {
          APP_MODE: 'fast',
          POD: 'shop',
          SIDE: 'shop',
          UID: '5be479ca-f0c0-8a3b-9ddc-133b60da8dff',
          PASSWORD: 's3cret',
          TOKEN: '${env.TOKEN}',
          DB_URL: 'postgres://u:s3cret@db:5432/$(NAME)',
          AUTH: 'Bearer ${env.TOKEN}',
          MODE: 'fast',
        },
      },
    },
    leftOut: [
      'web: envFrom: the secret absent is not in the file',
      'web: env.TOKEN: the secret other has no token in the file; it is taken from the environment',
    ],
    remarks: ['what the secrets hold stands in the config as text'],
  },
  'volumes are shared, kept or folders of this machine': {
    yaml: pod(`  volumes:
    - { name: cache, emptyDir: { medium: Memory } }
    - { name: data, persistentVolumeClaim: { claimName: shop-data } }
    - { name: tmp, hostPath: { path: /tmp } }
    - { name: none, nfs: { server: nas, path: / } }
  initContainers:
    - { name: fill, image: "tool:1", volumeMounts: [{ name: cache, mountPath: /out }] }
  containers:
    - name: web
      image: web:1
      volumeMounts:
        - { name: cache, mountPath: /cache, readOnly: true }
        - { name: data, mountPath: /data/, subPath: web }
        - { name: data, mountPath: /more }
        - { name: tmp, mountPath: /host }
`),
    config: {
      name: 'shop',
      volumes: { cache: {}, data: { persist: true }, tmp: { path: '/tmp' }, none: {} },
      init: { fill: { image: 'tool:1', mounts: { cache: '/out' } } },
      primary: {
        name: 'web',
        image: 'web:1',
        mounts: {
          cache: { path: '/cache', readOnly: true },
          data: [{ path: '/data', subPath: 'web' }, '/more'],
          tmp: '/host',
        },
      },
    },
    leftOut: [
      'volumes.cache: it is on disk, and not in memory',
      'volumes.none: nfs is not here; an empty folder takes its place',
    ],
  },
  'config maps and secrets are files, at their places': {
    yaml: `${pod(`  volumes:
    - { name: config, configMap: { name: conf, defaultMode: 420 } }
    - name: all
      projected:
        sources:
          - { secret: { name: keys, items: [{ key: tls.key, path: web/tls.key }] } }
          - { configMap: { name: conf, items: [{ key: run.sh, path: run.sh, mode: 493 }] } }
          - { serviceAccountToken: { path: token } }
    - { name: absent, secret: { secretName: absent } }
  containers:
    - name: web
      image: web:1
      args: ["--config=/etc/web/web.conf"]
      env: [{ name: KEY, value: /etc/keys/web/tls.key }]
      volumeMounts:
        - { name: config, mountPath: /etc/web/web.conf, subPath: web.conf }
        - { name: all, mountPath: /etc/keys }
        - { name: absent, mountPath: /etc/absent }
    - { name: stats, image: "stats:1", ports: [{ containerPort: 9100 }] }
`)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { web.conf: "stats localhost:9100\\n", run.sh: "exec web\\n" }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { tls.key: secret }
`,
    config: {
      name: 'shop',
      volumes: { absent: {} },
      sidecars: {
        stats: { image: 'stats:1', ports: { main: 9100 }, dependsOn: { web: 'started' }, restart: 'never' },
      },
      primary: {
        name: 'web',
        image: 'web:1',
        args: ['--config=/etc/web/web.conf'],
        env: { KEY: '/etc/keys/web/tls.key' },
        mounts: {
          'web.conf': '/etc/web/web.conf',
          'web-tls.key': '/etc/keys/web/tls.key',
          'run.sh': '/etc/keys/run.sh',
          absent: '/etc/absent',
        },
        files: {
          'web.conf': 'stats localhost:${ports.stats.main}\n',
          'web-tls.key': { content: 'secret', secret: true },
          'run.sh': { content: 'exec web\n', mode: '0755' },
        },
      },
    },
    leftOut: [
      'volumes.all: serviceAccountToken is not here',
      'volumes.absent: the secret absent is not in the file',
    ],
    remarks: [
      'that web is the app is a guess: the pod ends with it',
      'the pod does not wait for the end of stats, as Kubernetes does',
      'what the secrets hold stands in the config as text',
    ],
  },
  'probes keep their times, and name ports': {
    yaml: pod(`  containers:
    - name: web
      image: web:1
      ports: [{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9000 }]
      startupProbe: { httpGet: { path: /up, port: http }, periodSeconds: 2 }
      readinessProbe:
        { httpGet: { path: ready, port: admin, httpHeaders: [{ name: X-A, value: b }] }, successThreshold: 2 }
      livenessProbe:
        exec: { command: [sh, -c, "test -e /alive"] }
        initialDelaySeconds: 90
        timeoutSeconds: 5
        failureThreshold: 6
        terminationGracePeriodSeconds: 3
`),
    config: {
      name: 'shop',
      primary: {
        name: 'web',
        image: 'web:1',
        ports: { http: 8080, admin: 9000 },
        startup: { http: '/up', period: '2s', failureThreshold: 3 },
        readiness: {
          http: { port: 'admin', path: '/ready', headers: { 'X-A': 'b' } },
          period: '10s',
          successThreshold: 2,
        },
        liveness: {
          exec: 'test -e /alive',
          initialDelay: '90s',
          period: '10s',
          timeout: '5s',
          failureThreshold: 6,
          grace: '3s',
        },
      },
    },
  },
  'probes by gRPC, TLS and TCP, also of ports that nobody declares': {
    yaml: pod(`  containers:
    - name: web
      image: web:1
      startupProbe: { grpc: { port: 50051, service: shop } }
      readinessProbe: { httpGet: { path: /up, port: 8443, scheme: HTTPS }, periodSeconds: 1 }
      livenessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 }
`),
    config: {
      name: 'shop',
      primary: {
        name: 'web',
        image: 'web:1',
        ports: { p50051: 50_051, p8443: 8443 },
        startup: { grpc: { port: 'p50051', service: 'shop' }, period: '10s', failureThreshold: 3 },
        readiness: { http: { scheme: 'https', port: 'p8443', path: '/up' } },
        liveness: { tcp: 'p8443' },
      },
    },
  },
  'hooks are commands, requests and waits': {
    yaml: pod(`  initContainers:
    - name: mesh
      image: mesh:1
      restartPolicy: Always
      ports: [{ containerPort: 15000 }]
      lifecycle: { preStop: { exec: { command: [mesh, drain] } }, postStart: { exec: { command: [mesh, wait] } } }
  containers:
    - name: web
      image: web:1
      ports: [{ containerPort: 8080 }]
      lifecycle: { postStart: { httpGet: { path: /warm, port: 8080 } }, preStop: { sleep: { seconds: 5 } } }
`),
    config: {
      name: 'shop',
      sidecars: {
        mesh: {
          image: 'mesh:1',
          ports: { main: 15_000 },
          postStart: ['mesh', 'wait'],
          preStop: ['mesh', 'drain'],
        },
      },
      primary: {
        name: 'web',
        image: 'web:1',
        ports: { main: 8080 },
        dependsOn: { mesh: 'started' },
        postStart: { http: '/warm' },
        preStop: { sleep: '5s' },
      },
    },
  },
  'replicas are instances, with ports of their own': {
    yaml: `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: queue }
spec:
  replicas: 3
  serviceName: queue
  podManagementPolicy: Parallel
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
  template:
    metadata: { labels: { app: queue } }
    spec:
      containers:
        - name: queue
          image: nats
          ports: [{ name: client, containerPort: 4222 }, { name: gossip, containerPort: 7946, protocol: UDP }]
          volumeMounts: [{ name: data, mountPath: /data }]
`,
    config: {
      name: 'queue',
      stop: { grace: '30s' },
      volumes: { data: { persist: true } },
      primary: {
        name: 'queue',
        instances: 3,
        image: 'nats',
        ports: {
          client: { port: 'auto', target: 4222 },
          gossip: { port: 'auto', target: 7946, protocol: 'udp' },
        },
        mounts: { data: '/data' },
        restart: 'always',
      },
    },
    leftOut: ['podManagementPolicy: no counterpart on one machine'],
  },
  'a job tries again as its pod says': {
    yaml: `apiVersion: batch/v1
kind: Job
metadata: { generateName: import }
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: OnFailure
      initContainers: [{ name: fetch, image: "tool:1" }]
      containers: [{ name: import, image: "tool:1", args: [import] }]
`,
    config: {
      name: 'import',
      stop: { grace: '30s' },
      init: { fetch: { image: 'tool:1', restart: 'on-failure' } },
      primary: { name: 'import', image: 'tool:1', args: ['import'], restart: 'on-failure' },
    },
    leftOut: ['backoffLimit: no counterpart on one machine'],
  },
  'what stands beside a container with replicas is there for each of them': {
    yaml: `apiVersion: batch/v1
kind: Job
metadata: { name: crawl }
spec:
  parallelism: 2
  completions: 2
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - { name: auth, image: "auth:1", restartPolicy: Always, args: ["--upstream=localhost:8080"], ports: [{ containerPort: 4180 }] }
      containers: [{ name: crawl, image: "crawl:1", ports: [{ containerPort: 8080 }] }]
`,
    config: {
      name: 'crawl',
      stop: { grace: '30s' },
      sidecars: {
        auth: {
          image: 'auth:1',
          args: ['--upstream=localhost:${ports.crawl.main}'],
          ports: { main: { port: 'auto', target: 4180 } },
        },
      },
      primary: {
        name: 'crawl',
        instances: 2,
        image: 'crawl:1',
        ports: { main: { port: 'auto', target: 8080 } },
        dependsOn: { auth: 'started' },
      },
    },
  },
  'names of workloads that begin alike begin with the name of the pod': {
    yaml: `apiVersion: batch/v1
kind: JobList
items:
  - { apiVersion: batch/v1, kind: Job, metadata: { name: my-shop-web }, spec: { template: { spec: { terminationGracePeriodSeconds: 10, restartPolicy: Never, containers: [{ name: web, image: a }] } } } }
  - { apiVersion: batch/v1, kind: Job, metadata: { name: my-shop-api }, spec: { template: { spec: { terminationGracePeriodSeconds: 10, restartPolicy: Never, containers: [{ name: main, image: b }] } } } }
  - { apiVersion: v1, kind: Pod, metadata: { name: my-shop-api }, spec: { terminationGracePeriodSeconds: 10, restartPolicy: Never, containers: [{ name: main, image: c }] } }
`,
    config: {
      name: 'my-shop',
      apps: {
        web: { primary: { image: 'a' } },
        api: { primary: { image: 'b' } },
        'api-2': { primary: { image: 'c' } },
      },
    },
  },
  'what cannot be had is told, and nothing of it is made up': {
    yaml: `${pod(`  volumes: [{ name: x, configMap: { name: many } }]
  containers:
    - name: web
      image: web:1
      tty: true
      env:
        - { name: CPU, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }
        - { name: LINES, value: "a \`b\` \${env.X}\\n$(HOSTNAME)" }
      envFrom: [{ configMapRef: { name: no, optional: true } }]
      readinessProbe: { httpGet: { path: /, port: nowhere } }
      startupProbe: { tcpSocket: { port: nowhere } }
      livenessProbe: { tcpSocket: { port: 80, host: 10.0.0.1 } }
      lifecycle: { preStop: { tcpSocket: { port: 1 } } }
      volumeMounts: [{ name: x, mountPath: /x }]
`)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: many }
data: { "..hidden": a }
binaryData: { bin: /wD+, plain: YQ== }
`,
    config: {
      name: 'shop',
      primary: {
        name: 'web',
        image: 'web:1',
        env: { CPU: '8', LINES: 'a `b` $${env.X}\n$(HOSTNAME)' },
        mounts: { plain: '/x/plain', '.hidden': '/x/..hidden' },
        files: { plain: 'a', '.hidden': 'a' },
      },
    },
    leftOut: [
      'ConfigMap many, bin: it is no text',
      'web: tty: no counterpart on one machine',
      'web: startupProbe: it has no such port',
      'web: readinessProbe: it has no port nowhere',
      'web: livenessProbe: it asks 10.0.0.1, and not the container',
      'web: lifecycle.preStop: a hook opens no connection',
    ],
  },
  'a cron job runs once': {
    yaml: `apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: nightly, image: "tool:1" }] } } }
`,
    config: {
      name: 'nightly',
      stop: { grace: '30s' },
      primary: { name: 'nightly', image: 'tool:1' },
    },
    leftOut: ['schedule: it runs once, when the pod starts'],
  },
  'several workloads of a list are apps, which reach each other by their services': {
    yaml: `apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web }
    spec:
      template:
        metadata: { labels: { app: web } }
        spec:
          volumes: [{ name: tmp, emptyDir: {} }]
          initContainers:
            - { name: edge, image: "edge:1", restartPolicy: Always, ports: [{ containerPort: 8080 }] }
          containers:
            - name: main
              image: web:1
              volumeMounts: [{ name: tmp, mountPath: /tmp }]
              env:
                - { name: DB_HOST, value: db.default.svc.cluster.local }
                - { name: DB_PORT, value: "5432" }
                - { name: DB_URL, value: "postgres://db:5432/x" }
                - { name: EDGE, value: "http://localhost:8080" }
  - apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: db }
    spec:
      template:
        metadata: { labels: { app: db } }
        spec: { containers: [{ name: postgres, image: "postgres:17" }] }
  - apiVersion: v1
    kind: Service
    metadata: { name: db }
    spec: { selector: { app: db }, ports: [{ port: 5432 }] }
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: web }
`,
    config: {
      stop: { grace: '30s' },
      apps: {
        web: {
          volumes: { tmp: {} },
          sidecars: { edge: { image: 'edge:1', ports: { main: 8080 } } },
          primary: {
            image: 'web:1',
            env: {
              DB_HOST: 'host.docker.internal',
              DB_PORT: '${ports.db.main}',
              DB_URL: 'postgres://127.0.0.1:${ports.db.main}/x',
              EDGE: 'http://localhost:${ports.edge.main}',
            },
            mounts: { tmp: '/tmp' },
            dependsOn: { edge: 'started' },
            restart: 'always',
          },
        },
        db: { primary: { image: 'postgres:17', ports: { main: 5432 }, restart: 'always' } },
      },
    },
    leftOut: ['Ingress web: no counterpart on one machine'],
  },
  'a host and its port in two variables are those of another container': {
    yaml: pod(`  containers:
    - name: web
      image: web:1
      env:
        - { name: HOST, value: 127.0.0.1 }
        - { name: PORT, value: "8080" }
        - { name: CACHE_HOST, value: localhost }
        - { name: CACHE_PORT, value: "6379" }
        - { name: OWN, value: "http://localhost:8080" }
        - { name: LOST, value: "http://localhost:7777" }
      ports: [{ containerPort: 8080 }, { containerPort: 80, hostPort: 80 }]
    - { name: cache, image: "redis:7" }
`),
    config: {
      name: 'shop',
      sidecars: {
        cache: { image: 'redis:7', ports: { main: 6379 }, dependsOn: { web: 'started' }, restart: 'never' },
      },
      primary: {
        name: 'web',
        image: 'web:1',
        env: {
          HOST: '127.0.0.1',
          CACHE_HOST: 'host.docker.internal',
          CACHE_PORT: '${ports.cache.main}',
          OWN: 'http://localhost:8080',
          LOST: 'http://localhost:7777',
        },
        ports: { p8080: 8080, p80: 80 },
      },
    },
    leftOut: ['web: localhost:7777: no container of its pod says that it listens on 7777'],
    remarks: [
      'that web is the app is a guess: the pod ends with it',
      'the pod does not wait for the end of cache, as Kubernetes does',
    ],
  },
  'ports below 1024, and those that two containers have, are published elsewhere': {
    yaml: `${pod('  containers: [{ name: web, image: nginx }]\n')}---
${pod('  containers: [{ name: api, image: api, ports: [{ containerPort: 3000 }] }]\n').replace('shop,', 'api,')}---
${pod('  containers: [{ name: two, image: two, ports: [{ containerPort: 3000 }] }]\n').replace('shop,', 'two,')}`,
    config: {
      apps: {
        shop: { primary: { image: 'nginx', ports: { main: { port: 'auto', target: 80 } } } },
        api: { primary: { image: 'api', ports: { main: 3000 } } },
        two: { primary: { image: 'two', ports: { main: { port: 'auto', target: 3000 } } } },
      },
    },
  },
};

describe('manifests are read:', () => {
  it.each(Object.entries(CASES))('%s', async (_, { yaml, config, leftOut = [], remarks = [], env }) => {
    const drafted = await draftOf(yaml, env);
    expect(drafted.config).toEqual(config);
    expect(drafted.leftOut).toEqual(leftOut);
    expect(drafted.remarks).toEqual(remarks);
  });
});

test('a machine without a container engine gets the same config, and is told', async () => {
  const { config, remarks } = await draftOf(pod('  containers: [{ name: a, image: a }]\n'), {}, []);
  expect(config).toMatchObject({ primary: { image: 'a' } });
  expect(remarks).toEqual(['it needs a container engine, and none of docker, podman, nerdctl is here']);
});

test('only volumes that are all kept are said to be', async () => {
  const withVolume = (volume: string) =>
    draftOf(pod(`  volumes: [{ name: a, ${volume} }]\n  containers: [{ name: a, image: a }]\n`));
  const claim = 'persistentVolumeClaim: { claimName: a }';
  expect((await withVolume(claim)).text).toContain(
    '// Directories that all processes share, kept between runs.\n',
  );
  expect((await withVolume('emptyDir: {}')).text).toContain('// Directories that all processes share.\n');
});

test('manifests without a container are refused', async () => {
  const files = { 'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\n' };
  expect(await refusal(files, { from: 'map.yaml' })).toContain(
    'map.yaml cannot be read: it describes no containers',
  );
});
