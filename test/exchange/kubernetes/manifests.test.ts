import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { readRunnable } from '../../../src/exchange/running/read-runnable.ts';
import { drawGraph } from '../../../src/report/graph.ts';
import { inputsFor } from '../../config/support.ts';
import { runOf } from './run-of.ts';

/** Manifests as projects publish them for their sidecars, in words of our own. */
const FOLDER = join(import.meta.dirname, 'manifests');

interface Facts {
  /** The start order as `graph` draws it, below the name of the pod. */
  readonly graph: readonly string[];
  /** What matters of each process. */
  readonly processes: object;
  /** Fields and kinds that one machine has no counterpart of. */
  readonly nowhere?: string;
  /** All other losses and remarks. */
  readonly said?: readonly string[];
}

const PULLED = 'imagePullPolicy: an image that the engine has is not pulled again';
const ON_DISK = 'it is on disk, and not in memory';
const NO_LIMIT = 'nothing limits its size';

const FACTS: Readonly<Record<string, Facts>> = {
  'mesh-injected': {
    graph: [
      '└─ reviews (primary)',
      '   ├─ mesh-init (init), once completed',
      '   └─ mesh-proxy (sidecar), once started',
      '      └─ mesh-init (init), once completed',
    ],
    processes: {
      'mesh-init': { user: '0', restart: 'on-failure' },
      'mesh-proxy': {
        args: ['proxy', 'sidecar', '--domain', 'default.svc.cluster.local', '--concurrency', '2'],
        env: { POD_NAME: 'reviews', SERVICE_ACCOUNT: 'reviews', CPUS: '2', GOMEMLIMIT: '1073741824' },
        ports: {
          'http-envoy-prom': { port: 'auto', target: 15_090 },
          p15021: { port: 'auto', target: 15_021 },
        },
        startup: { http: { port: 'p15021', path: '/healthz/ready' }, timeout: '3s', failureThreshold: 600 },
        readiness: { period: '15s', failureThreshold: 4 },
        preStop: ['mesh-agent', 'drain', '--wait', '5'],
        user: '1337:1337',
        files: {
          labels: 'app="reviews"\nversion="v2"',
          annotations:
            'kubectl.kubernetes.io/default-container="reviews"\nmesh.example/config="{\\"drain\\":\\"5s\\"}"',
        },
        mounts: { labels: '/etc/mesh/pod/labels', 'mesh-ca': '/var/run/secrets/mesh' },
      },
      reviews: {
        ports: { main: { port: 'auto', target: 9080 } },
        mounts: { tmp: '/tmp' },
        restart: 'always',
      },
    },
    nowhere:
      'serviceAccountName; mesh-init: securityContext.capabilities; mesh-proxy: resources, securityContext.runAsNonRoot, securityContext.readOnlyRootFilesystem',
    said: [`volumes.mesh-envoy: ${ON_DISK}`, 'volumes.mesh-token: serviceAccountToken is not here'],
  },
  'mesh-holds-app': {
    graph: [1, 2, 3, 4, 5, 6, 7].flatMap((number) => [
      `${number === 7 ? '└─' : '├─'} ratings-${number} (primary)`,
      `${number === 7 ? '  ' : '│ '} └─ ratings-${number}-proxy (sidecar), once started`,
    ]),
    processes: {
      proxy: {
        readiness: { exec: ['mesh-agent', 'ready'], period: '2s' },
        postStart: { http: '/wait' },
        preStop: { http: '/drain' },
        ports: { status: { port: 'auto', target: 15_021 } },
      },
      ratings: { instances: 7, preStop: ['sleep', '5'], dependsOn: { proxy: 'started' } },
    },
  },
  'mesh-identity': {
    graph: ['└─ web-svc (primary)', '   └─ mesh-proxy (sidecar), once started'],
    processes: {
      'mesh-proxy': {
        env: {
          _pod_ns: 'emojivoto',
          _pod_uid: 'ac23f425-a776-8ce3-9b24-7565b80bd9ee',
          CONTEXT: '{"ns":"emojivoto", "pod":"web"}',
          NAME: 'default.emojivoto.serviceaccount.identity.mesh.cluster.local',
        },
        postStart: ['/usr/lib/mesh/await', '--timeout=2m'],
        startup: { http: { port: 'mesh-admin', path: '/ready' }, failureThreshold: 120 },
        mounts: { identity: '/var/run/mesh/identity', token: '/var/run/secrets/tokens' },
      },
    },
    nowhere:
      'mesh-proxy: securityContext.readOnlyRootFilesystem, securityContext.seccompProfile; web-svc: resources',
    said: [
      `volumes.identity: ${ON_DISK}`,
      'volumes.token: serviceAccountToken is not here',
      'volumes.token: the configMap kube-root-ca.crt is not in the file',
    ],
  },
  'sql-proxy': {
    graph: ['└─ orders (primary)', '   └─ sql-proxy (sidecar), once started'],
    processes: {
      'sql-proxy': {
        ports: { health: { port: 'auto', target: 9801 }, p5432: { port: 'auto', target: 5432 } },
        startup: { http: '/startup', timeout: '5s', failureThreshold: 20 },
        liveness: { http: '/liveness', period: '1m', timeout: '30s', failureThreshold: 5 },
        preStop: 'wget -qO- --post-data= localhost:9091/quitquitquit',
        files: { 'service_account.json': { content: '{}\n', secret: true } },
        mounts: { 'service_account.json': { path: '/secrets/service_account.json', readOnly: true } },
      },
      orders: {
        env: {
          DB_USER: 'orders',
          DB_PASS: 'not-secret',
          DB_HOST: 'host.docker.internal',
          DB_PORT: '{sql-proxy.p5432}',
        },
        readiness: { tcp: 'main', period: '10s', successThreshold: 2 },
      },
    },
    nowhere: 'serviceAccountName; sql-proxy: resources, securityContext.runAsNonRoot',
  },
  'job-with-proxy': {
    graph: ['└─ migrate (primary)', '   └─ sql-proxy (sidecar), once started'],
    processes: {
      'sql-proxy': {
        ports: { main: { port: 'auto', target: 5432 } },
        startup: { tcp: 'main', failureThreshold: 30 },
      },
      migrate: {
        args: [
          'until nc -z host.docker.internal {sql-proxy.main}; do sleep 1; done; migrate --to 42 --at $(date +%F)',
        ],
      },
    },
    nowhere: 'backoffLimit, ttlSecondsAfterFinished',
  },
  'job-with-hook': {
    graph: ['├─ report (primary)', '└─ sql-proxy (primary)'],
    processes: {
      report: {
        command:
          'report --db postgres://localhost:{sql-proxy.main}/shop; wget -qO- --post-data= http://localhost:{sql-proxy.p9091}/quitquitquit',
        restart: 'on-failure',
      },
      'sql-proxy': {
        ports: { main: { port: 'auto', target: 5432 }, p9091: { port: 'auto', target: 9091 } },
        restart: 'on-failure',
      },
    },
  },
  'vault-agent': {
    graph: [
      '├─ billing (primary)',
      '│  └─ agent-init (init), once completed',
      '└─ agent (primary)',
      '   └─ agent-init (init), once completed',
    ],
    processes: {
      agent: {
        env: {
          VAULT_ADDR: 'https://vault.example:8200',
          TEMPLATE: expect.stringMatching(/^{{ with secret .*\nurl = .*\n{{ end }}\n$/),
        },
        mounts: { 'agent.hcl': '/etc/vault/agent.hcl', rendered: '/vault/secrets' },
        files: { 'ca.crt': { content: '-----BEGIN CERTIFICATE-----', secret: true, mode: '0400' } },
      },
      billing: { mounts: { rendered: { path: '/vault/secrets', readOnly: true } } },
    },
    nowhere: 'agent: resources',
    said: [`volumes.rendered: ${ON_DISK}`, `volumes.rendered: ${NO_LIMIT}`],
  },
  'oauth-proxy': {
    graph: ['├─ oauth (primary)', '└─ dashboard (primary)'],
    processes: {
      oauth: {
        args: expect.arrayContaining(['--upstream=http://localhost:{dashboard.main}']),
        mounts: { 'tls.crt': '/etc/tls/private/tls.crt', 'tls.key': '/etc/tls/private/tls.key' },
      },
      dashboard: { ports: { main: { port: 'auto', target: 8080 } } },
    },
    nowhere: 'serviceAccountName, ServiceAccount dashboard',
    said: ['that dashboard listens on 8080 is a guess: oauth asks for localhost:8080'],
  },
  'log-shipper': {
    graph: ['├─ count (primary)', '└─ shipper (primary)'],
    processes: {
      count: { args: [expect.stringContaining('echo "$i: $(date)" >> /var/log/app/1.log; i=$((i+1))')] },
      shipper: {
        mounts: {
          logs: { path: '/var/log/app', readOnly: true },
          'shipper.conf': '/fluent-bit/etc/shipper.conf',
        },
        files: { 'shipper.conf': expect.stringContaining('Path /var/log/app/*.log') },
      },
    },
  },
  'git-sync': {
    graph: ['├─ sync (primary)', '└─ httpd (primary)'],
    processes: {
      sync: {
        user: '65533',
        mounts: { content: '/tmp/git', ssh: { path: '/etc/git-secret/ssh', readOnly: true } },
        files: { ssh: { content: 'key', secret: true, mode: '0444' } },
      },
      httpd: { mounts: { content: { path: '/usr/share/nginx/html', readOnly: true } } },
    },
  },
  'docs-deployment': {
    graph: ['└─ myapp (primary)', '   └─ logshipper (sidecar), once started'],
    processes: { logshipper: { mounts: { data: '/opt' } }, myapp: { restart: 'always' } },
  },
  'docs-job': {
    graph: ['└─ myjob (primary)', '   └─ logshipper (sidecar), once started'],
    processes: { myjob: { command: 'echo "logging" > /opt/logs.txt', dependsOn: { logshipper: 'started' } } },
  },
  tailnet: {
    graph: [
      '├─ nginx (primary)',
      '│  └─ sysctler (init), once completed',
      '└─ tailnet (primary)',
      '   └─ sysctler (init), once completed',
    ],
    processes: { tailnet: { env: { TN_SECRET: 'tailnet-auth', TN_USERSPACE: 'false' } } },
    nowhere:
      'serviceAccountName; sysctler: securityContext.privileged; tailnet: securityContext.capabilities',
    said: [`tailnet: ${PULLED}`],
  },
  'csi-controller': {
    graph: ['├─ provisioner (primary)', '├─ liveness-probe (primary)', '└─ driver (primary)'],
    processes: {
      provisioner: { args: ['-v=2', '--csi-address=/csi/csi.sock', '--leader-election'] },
      'liveness-probe': { ports: { healthz: { port: 'auto', target: 29_652 } } },
      driver: {
        args: ['-v=5', '--nodeid=localhost', '--endpoint=unix:///csi/csi.sock'],
        liveness: { http: { port: '{liveness-probe.healthz}', path: '/healthz' }, failureThreshold: 5 },
        mounts: { pods: '/var/lib/kubelet/pods', socket: '/csi' },
      },
    },
    nowhere:
      'hostNetwork, serviceAccountName, nodeSelector, priorityClassName, tolerations; driver: securityContext.privileged, securityContext.capabilities',
    said: [
      'volumes.pods: /var/lib/kubelet/pods-that-are-not-here is not on this machine; an empty folder takes its place',
    ],
  },
  edge: {
    graph: ['├─ api (primary)', '├─ edge-1 (primary)', '└─ edge-2 (primary)'],
    processes: {
      api: { readiness: { grpc: 'grpc', period: '10s' } },
      edge: {
        instances: 2,
        readiness: {
          http: {
            scheme: 'https',
            path: '/healthz',
            headers: { Host: 'www.shop.example', 'X-Probe': '1' },
          },
        },
        files: { 'edge.yaml': expect.stringContaining('hosts: ["127.0.0.1:{api.grpc}"]') },
      },
    },
  },
  'metrics-exporter': {
    graph: ['├─ redis (primary)', '├─ exporter (primary)', '└─ redis-exporter (primary)'],
    processes: {
      exporter: {
        command: [
          '/monitor',
          '--source=redis:http://localhost:{redis-exporter.main}',
          '--pod-id=redis',
          '--namespace-id=shop',
        ],
      },
      'redis-exporter': {
        args: ['--redis.addr=redis://localhost:{redis.main}', '--web.listen-address=:9121'],
      },
    },
  },
  'accelerator-job': {
    graph: ['└─ train (primary)', '   └─ copier (sidecar), once started'],
    processes: {
      copier: { args: ['--memory-limit', '512'] },
      train: { mounts: { results: { path: '/results', subPath: 'run' } } },
    },
    nowhere: 'nodeSelector; copier, train: resources',
    said: [`volumes.results: ${NO_LIMIT}`],
  },
  'shared-processes': {
    graph: ['├─ nginx (primary)', '└─ shell (primary)'],
    processes: { nginx: { stdin: 'null' }, shell: { command: ['sleep', '3600'] } },
    nowhere: 'shell: tty, securityContext.capabilities',
  },
  'queue-set': {
    graph: ['├─ queue (primary)', '└─ worker (primary)', '   └─ worker-wait (init), once completed'],
    processes: {
      queue: {
        args: ['--name', 'queue-0', '--config', '/etc/nats/nats.conf'],
        mounts: { data: { path: '/data', subPath: 'queue-0' }, 'nats.conf': '/etc/nats/nats.conf' },
        startup: { http: { port: 'monitor', path: '/healthz' }, period: '10s', failureThreshold: 90 },
      },
      wait: { command: 'until nc -z host.docker.internal {queue.client}; do sleep 1; done' },
      worker: {
        args: ['--queue=nats://127.0.0.1:{queue.client}'],
        env: { QUEUE_URL: 'nats://127.0.0.1:{queue.client}' },
      },
    },
  },
  nightly: {
    graph: ['└─ backup (primary)'],
    processes: {
      backup: { env: { KEEP: '7', TARGET: '/backups', DB_PASSWORD: 'pw' }, mounts: { out: '/backups' } },
    },
    said: ['schedule: it runs once, when the pod starts'],
  },
};

const NOWHERE = ': no counterpart on one machine';

test('every manifest is looked at', () => {
  expect(readdirSync(FOLDER).map((file) => file.replace('.yaml', ''))).toEqual(Object.keys(FACTS).toSorted());
});

describe.each(Object.entries(FACTS))('the manifest %s', (name, { graph, processes, nowhere, said = [] }) => {
  const file = join(FOLDER, `${name}.yaml`);
  const text = readFileSync(file, 'utf8');

  test('runs without a problem, in its order', async () => {
    const around = { env: {}, onRead: () => undefined, locals: new Map(), cwd: FOLDER, canMount: true };
    const asked = { file, text, ...around };
    const loaded = await readRunnable(asked);
    expect(loaded).toMatchObject({ ok: true });
    if (loaded?.ok !== true) return;
    const pod = resolvePod(loaded.value, inputsFor(loaded.value));
    expect(pod).toMatchObject({ ok: true });
    if (pod.ok) expect(drawGraph(pod.value, 'tree').split('\n').slice(1)).toEqual(graph);
  });

  test('keeps what matters, and says what is lost', async () => {
    const run = await runOf(text);
    expect(run.processes).toMatchObject(processes);
    const lost = run.losses.filter((loss) => loss.endsWith(NOWHERE)).map((loss) => loss.replace(NOWHERE, ''));
    expect(lost.join('; ')).toBe(nowhere ?? '');
    expect([...run.losses.filter((loss) => !loss.endsWith(NOWHERE)), ...run.remarks]).toEqual(said);
  });
});
