import { expect, test } from 'vitest';
import type { ContainerSpec, PortSpec } from '../../../../src/model/pod-spec.ts';
import type { ContainerNetwork } from '../../../../src/runtime/engines/container/network.ts';
import { passedEnvironment, runWords } from '../../../../src/runtime/engines/container/run-words.ts';
import { mountOf } from '../../../support/mount-spec.ts';

const PORT: PortSpec = {
  ...{ name: 'main', port: 41233, target: 5432, protocol: 'tcp', host: '127.0.0.1' },
  ...{ auto: true, activate: false },
};

const NOTHING: ContainerSpec = {
  ...{ kind: 'container', image: 'postgres:17', pull: 'missing', build: null, entrypoint: null },
  ...{ args: null, workingDir: null, user: null, mounts: [], anonymousVolumes: [] },
};

const wordsFor = (
  container: Partial<ContainerSpec>,
  env: Readonly<Record<string, string>> = {},
  network: ContainerNetwork = { kind: 'user-mode', program: 'slirp4netns' },
): readonly string[] =>
  runWords({
    ...{ name: 'sidecarctl-1-db-1', runId: '1', env, network, marker: 'MARK', host: 'host.docker.internal' },
    process: { name: 'db', ports: [PORT], launch: { stdin: 'pipe' } },
    container: { ...NOTHING, ...container },
    ofEngine: [],
  });

test('a container is labeled, published on the loopback address, and reaches it', () => {
  expect(wordsFor({})).toEqual([
    'run',
    '--rm',
    '--name=sidecarctl-1-db-1',
    '--pull=never',
    '--sig-proxy=false',
    '--label=sidecarctl.run=1',
    '--label=sidecarctl.process=db',
    '--network=slirp4netns:allow_host_loopback=true',
    '--add-host=host.docker.internal:10.0.2.2',
    '--publish=127.0.0.1:41233:5432/tcp',
    '--env',
    'MARK',
    '--interactive',
    'postgres:17',
  ]);
});

test.each<[title: string, container: Partial<ContainerSpec>, end: readonly string[]]>([
  ['the image’s command', {}, ['--interactive', 'postgres:17']],
  ['other arguments', { args: ['-v', 'a b'] }, ['--interactive', 'postgres:17', '-v', 'a b']],
  [
    'another command',
    { entrypoint: { kind: 'direct', file: 'serve', args: ['-p', '1'] }, args: ['-v'] },
    ['--entrypoint=serve', 'postgres:17', '-p', '1', '-v'],
  ],
  [
    'a line for the shell',
    { entrypoint: { kind: 'shell', line: 'a | b' } },
    ['--entrypoint=sh', 'postgres:17', '-c', 'a | b'],
  ],
  [
    'volumes of the engine',
    { anonymousVolumes: ['/app/node_modules', '/a,b'] },
    [
      ...['--mount', 'type=volume,target=/app/node_modules', '--mount', 'type=volume,"target=/a,b"'],
      ...['--env', 'MARK', '--interactive', 'postgres:17'],
    ],
  ],
  [
    'a folder and a user',
    { workingDir: '/app', user: '9:9' },
    ['--workdir=/app', '--user=9:9', 'postgres:17'],
  ],
])('a container runs %s', (_title, container, end) => {
  expect(wordsFor(container).slice(-end.length)).toEqual(end);
});

test('paths of volumes are read as they are, with commas and quotes', () => {
  const words = wordsFor({ mounts: [mountOf({ source: '/a,b/"c"', path: '/data' })] });
  expect(words).toContain('type=bind,"source=/a,b/""c""",target=/data');
});

test('a part of a volume is mounted from where it is, and read-only if it has to be', () => {
  const part = mountOf({ source: '/volumes/data', subPath: 'a/b', path: '/data', readOnly: true });
  expect(wordsFor({ mounts: [part] })).toContain('type=bind,source=/volumes/data/a/b,target=/data,readonly');
});

test('values of variables are not in the arguments, but of those that the client would read itself', () => {
  const env = { PASSWORD: 'secret', DOCKER_HOST: 'inside', PATH: '/bin' };
  const words = wordsFor({}, env);
  expect(words.join(' ')).toContain('--env PASSWORD --env DOCKER_HOST=inside --env PATH=/bin');
  expect(passedEnvironment(env)).toEqual({ PASSWORD: 'secret' });
});
