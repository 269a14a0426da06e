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
};

describe('a multi-app run of dapr', () => {
  it.each(Object.entries(CASES))('has %s', async (_, each) => {
    await expectDraft(each);
  });
});
