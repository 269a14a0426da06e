import { describe, it } from 'vitest';
import { type Case, expectDraft } from './case.ts';

const DAPRD = (id: string, ...more: readonly string[]): readonly string[] => [
  'daprd',
  '--app-id',
  id,
  ...more,
  '--dapr-http-port',
  '${ports.daprd.http}',
  '--dapr-grpc-port',
  '${ports.daprd.grpc}',
  '--dapr-internal-grpc-port',
  '${ports.daprd.internal}',
  '--metrics-port',
  '${ports.daprd.metrics}',
];

const CASES: Readonly<Record<string, Case>> = {
  'apps with a daprd each': {
    files: {
      'dapr.yaml': `version: 1
common: { resourcesPath: ./components, env: { A: 1 } }
apps:
  - { appID: order, appDirPath: ./order, appPort: 6001, command: [node, app.js], enableAppHealthCheck: true }
  - { appDirPath: ./checkout/, daprHTTPPort: 3501, command: [python3, app.py], env: { A: 2 }, containerImage: x }
`,
      'order/app.js': '',
      'checkout/app.py': '',
      'components/a.yaml': '',
    },
    options: { programs: ['node', 'python3', 'daprd'] },
    config: {
      apps: {
        order: {
          sidecars: {
            daprd: {
              command: [
                ...DAPRD('order', '--app-port', '${ports.order.app}', '--enable-app-health-check'),
                '--resources-path',
                'components',
              ],
              ports: { http: 'auto', grpc: 'auto', internal: 'auto', metrics: 'auto' },
              readiness: { http: '/v1.0/healthz/outbound' },
            },
          },
          primary: {
            command: 'node app.js',
            cwd: 'order',
            env: {
              A: '1',
              APP_ID: 'order',
              DAPR_HTTP_PORT: '${ports.daprd.http}',
              DAPR_GRPC_PORT: '${ports.daprd.grpc}',
            },
            ports: { app: 6001 },
            dependsOn: { daprd: 'started' },
            readiness: { http: '/healthz', period: '5s', timeout: '500ms' },
          },
        },
        checkout: {
          sidecars: {
            daprd: {
              command: [...DAPRD('checkout'), '--resources-path', 'components'],
              ports: { http: 3501, grpc: 'auto', internal: 'auto', metrics: 'auto' },
              readiness: { http: '/v1.0/healthz/outbound' },
            },
          },
          primary: {
            command: 'python3 app.py',
            cwd: 'checkout',
            env: {
              A: '2',
              APP_ID: 'checkout',
              DAPR_HTTP_PORT: '${ports.daprd.http}',
              DAPR_GRPC_PORT: '${ports.daprd.grpc}',
            },
            dependsOn: ['daprd'],
          },
        },
      },
    },
    leftOut: ['checkout: containerImage: no meaning here'],
  },
  'one app with its daprd beside it, and one that is only a daprd': {
    files: {
      'dapr.yaml': `apps:
  - { appID: web, appDirPath: web, command: [node, web.js] }
  - { appID: gate, appDirPath: ., daprHTTPPort: 3500 }
`,
      'web/web.js': '',
    },
    options: { programs: ['node', 'daprd'] },
    config: {
      sidecars: {
        daprd: {
          command: DAPRD('web'),
          ports: { http: 'auto', grpc: 'auto', internal: 'auto', metrics: 'auto' },
          readiness: { http: '/v1.0/healthz/outbound' },
        },
        gate: {
          command: DAPRD('gate').map((word) => word.replace('daprd.', 'gate.')),
          ports: { http: 3500, grpc: 'auto', internal: 'auto', metrics: 'auto' },
          readiness: { http: '/v1.0/healthz/outbound' },
        },
      },
      primary: {
        name: 'web',
        command: 'node web.js',
        cwd: 'web',
        env: {
          APP_ID: 'web',
          DAPR_HTTP_PORT: '${ports.daprd.http}',
          DAPR_GRPC_PORT: '${ports.daprd.grpc}',
        },
        dependsOn: ['daprd'],
      },
    },
  },
};

describe('a multi-app run of dapr', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
