import { load as parseYaml } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/exchange/kubernetes/export-options.ts';
import { exported, manifestsOf } from './exported.ts';

const OPTIONS = { images: new Map([['web', 'web:1']]), sidecarImage: 'sidecars:1' };
const WEB = { name: 'web', command: ['node', 'web.js'], ports: { http: 8080 } };
const EDGE = { use: 'ambassador', with: { to: 'web', port: 8443, tls: true } };

interface PodSpec {
  readonly initContainers: readonly Manifest[];
  readonly containers: readonly Manifest[];
  readonly volumes: readonly Manifest[];
}

const found = (sidecars: object) => {
  const { manifests, losses, kinds } = manifestsOf({ sidecars, primary: WEB }, OPTIONS);
  const deployment = kinds.get('Deployment') as {
    readonly spec: { readonly template: { readonly spec: PodSpec } };
  };
  const files = manifests.find(({ data }) => Object.hasOwn(Object(data), 'options')) as {
    readonly data: { readonly options: string };
  };
  return {
    spec: deployment.spec.template.spec,
    options: files.data.options,
    losses,
    service: kinds.get('Service'),
  };
};

describe('a ready-made sidecar', () => {
  test('runs its program from the image of ready-made sidecars, with its options in a ConfigMap', () => {
    const { spec } = found({ edge: EDGE });
    expect(spec.initContainers).toMatchObject([
      {
        ...{ name: 'edge', image: 'sidecars:1', restartPolicy: 'Always' },
        command: [
          ...['node', '--max-semi-space-size=4'],
          '/usr/local/lib/node_modules/sidecarctl/dist/programs/proxy.js',
          '/etc/sidecarctl/files/edge/options',
        ],
      },
    ]);
  });

  test('listens on all addresses, where a kubelet asks its admin port, which is no part of the Service', () => {
    const { spec, options, service } = found({ edge: EDGE });
    const { admin, listeners, clusters } = parseYaml(options) as Record<string, never>;
    expect({ admin, listeners, clusters }).toMatchObject({
      admin: '0.0.0.0:8081',
      listeners: [{ listen: '0.0.0.0:8443' }],
      clusters: { app: { endpoints: [{ address: '127.0.0.1:8080' }] } },
    });
    expect(spec.initContainers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: '/ready', port: 8081 } },
    });
    expect(service).toMatchObject({ spec: { ports: [{ port: 8080 }, { name: 'edge-https', port: 8443 }] } });
  });

  test('has the certificates of a CA of its pod, in a folder that its neighbors see, and nobody is told of the one here', () => {
    const { spec, options, losses } = found({ edge: EDGE });
    expect(options).toContain('"certificates": "/run/sidecarctl/certificates"');
    expect(spec.volumes).toContainEqual({ name: 'sidecarctl-certificates', emptyDir: {} });
    expect(spec.initContainers[0]?.['volumeMounts']).toContainEqual({
      ...{ name: 'sidecarctl-certificates', mountPath: '/run/sidecarctl' },
    });
    expect(losses).toContain('edge: with.tls: each pod makes a CA of its own, which nobody else is told of');
    expect(JSON.stringify(spec.containers)).not.toContain('NODE_EXTRA_CA_CERTS');
  });

  test('without TLS has no folder of certificates', () => {
    const { spec } = found({ edge: { use: 'ambassador', with: { to: 'web' } } });
    expect(JSON.stringify(spec)).not.toContain('certificates');
  });

  test('needs an image; one of its own is taken first', () => {
    const config = { sidecars: { edge: EDGE }, primary: WEB };
    expect(exported(config, { ...OPTIONS, sidecarImage: null })).toMatchObject({
      problems: [
        "edge: ready-made, and without an image; say '--sidecar-image REF' ('--build-context DIR' writes what 'docker build DIR' makes it of)",
      ],
    });
    const images = new Map([...OPTIONS.images, ['edge', 'mine:1']]);
    const { manifests } = manifestsOf(config, { ...OPTIONS, images });
    expect(JSON.stringify(manifests)).toContain('"image":"mine:1"');
  });

  test('that renders files renders them there, too, but tells nobody', () => {
    const files = [{ contents: 'x', volume: 'conf', path: 'app.conf' }];
    const conf = { use: 'config-refresh', with: { files, onChange: { signal: 'SIGHUP', to: 'web' } } };
    const config = { volumes: { conf: {} }, sidecars: { conf }, primary: WEB };
    const { kinds, losses } = manifestsOf(config, OPTIONS);
    expect(kinds.get('ConfigMap')).toMatchObject({
      data: { options: expect.stringContaining('/volumes/conf') },
    });
    expect(losses).toContain('web: files: nobody tells it of files that another one has rendered anew');
  });

  test.each([
    ['a monitor', { use: 'monitor' }],
    [
      'a shipper of output',
      { use: 'log-shipper', with: { from: { processes: ['web'] }, to: { file: './x' } } },
    ],
  ])('that asks the supervisor cannot be exported: %s', (_, watch) => {
    expect(exported({ sidecars: { watch }, primary: WEB }, OPTIONS)).toMatchObject({
      problems: [
        "watch: asks the supervisor of the pod, which Kubernetes does not have; leave it out with '--without watch'",
      ],
    });
  });
});
