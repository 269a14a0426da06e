import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerEngineName } from '../../../../src/model/container-engines.ts';
import type { Notice } from '../../../../src/model/notice.ts';
import type { ContainerSpec } from '../../../../src/model/pod-spec.ts';
import { containerText } from '../../../../src/report/container-failures.ts';
import { launchFailureText } from '../../../../src/report/launch-failures.ts';
import { ContainerCli } from '../../../../src/runtime/engines/container/container-cli.ts';
import { examineEngines, findCli } from '../../../../src/runtime/engines/container/find-cli.ts';
import { Images } from '../../../../src/runtime/engines/container/images.ts';

/** A PATH with programs that answer so. */
const pathWith = (scripts: Readonly<Partial<Record<ContainerEngineName | 'slirp4netns', string>>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-engines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: folder };
};

const find = (scripts: Parameters<typeof pathWith>[0], engine: ContainerEngineName | null = null) =>
  findCli({ engine, env: pathWith(scripts), processes: ['db'], images: [] });

const refusal = async (...given: Parameters<typeof find>): Promise<string> => {
  const found = await find(...given);
  return found.ok ? 'found' : containerText(found.failure);
};

const DEAD_DOCKER = `echo '{"ServerErrors":["x"]}'
echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1`;
const PODMAN = `echo '{"host":{"slirp4netns":{"executable":"/usr/bin/slirp4netns"},"security":{"rootless":true}}}'`;
const DOCKER = `case $1 in info) echo '{"OperatingSystem":"Debian"}';; *) echo '172.17.0.0/16 ';; esac`;

test('the first engine that answers is taken', async () => {
  expect(await find({ docker: DEAD_DOCKER, podman: PODMAN })).toMatchObject({
    ok: true,
    found: { cli: { engine: 'podman' }, network: { kind: 'user-mode', program: 'slirp4netns' } },
  });
});

test.runIf(process.platform === 'linux')(
  'podman is not asked to describe the machine where slirp4netns is on PATH',
  async () => {
    const found = { cli: { engine: 'podman' }, network: { kind: 'user-mode', program: 'slirp4netns' } };
    const asked = '[ "$1" = ps ] || { echo "asked for $1" >&2; exit 1; }';
    expect(await find({ podman: asked, slirp4netns: '' })).toMatchObject({ ok: true, found });
    expect(await refusal({ podman: 'echo broken >&2; exit 1', slirp4netns: '' }, 'podman')).toBe(
      'db: no container engine answers: podman refuses (broken), try podman info',
    );
  },
);

test('the one that the config names is asked alone', async () => {
  expect(await refusal({ docker: DOCKER }, 'podman')).toBe(
    'db: no container engine answers: podman is not installed, install it (https://podman.io/docs/installation)',
  );
});

test('an engine with a bridge gives the address of this machine in it', async () => {
  expect(await find({ docker: DOCKER })).toMatchObject({
    found: { network: { kind: 'bridge', subnet: '172.17.0.0/16', gateway: '172.17.0.1' } },
  });
});

test('a reason and what to do is told for each that does not answer', async () => {
  const nerdctl =
    'echo "level=fatal msg=\\"dial unix /run/containerd.sock: permission denied\\"" >&2; exit 1';
  expect(await refusal({ docker: DEAD_DOCKER, nerdctl })).toBe(
    'db: no container engine answers: ' +
      'docker is not running (Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon ' +
      'running?), start its daemon (sudo systemctl start docker, or Docker Desktop); ' +
      'podman is not installed, install it (https://podman.io/docs/installation); ' +
      'nerdctl may not be used by this user (level=fatal msg="dial unix /run/containerd.sock: permission denied"), ' +
      'run sidecarctl as the user whom the engine is set up for',
  );
});

test('podman without a network in user space is refused', async () => {
  const podman = `echo '{"host":{"slirp4netns":{"executable":""}}}'`;
  expect(await refusal({ podman })).toBe(
    'db: podman has no network in which a container reaches this machine; install slirp4netns',
  );
});

test('all engines are examined, in the order in which a pod asks them', async () => {
  const docker = DOCKER.replace('{', '{"ServerVersion":"28.0.1","SecurityOptions":["name=rootless"],');
  const podman = `echo '{"host":{"security":{"rootless":false}},"version":{"Version":"5.4.2"}}'`;
  expect(await examineEngines(pathWith({ docker, podman }))).toEqual([
    { engine: 'docker', answers: true, version: '28.0.1', isRootless: true, reachesThisMachine: true },
    { engine: 'podman', answers: true, version: '5.4.2', isRootless: false, reachesThisMachine: false },
    {
      engine: 'nerdctl',
      answers: false,
      silence: { engine: 'nerdctl', because: 'not-installed', said: '' },
    },
  ]);
});

const CONTAINER: ContainerSpec = {
  ...{ kind: 'container', image: 'app:1', pull: 'missing', build: null, entrypoint: null },
  ...{ args: null, workingDir: null, user: null, mounts: [], anonymousVolumes: [] },
};

const imagesOf = (script: string) => {
  const notices: Notice[] = [];
  const cli = new ContainerCli({ engine: 'docker', env: pathWith({ docker: script }) });
  const images = new Images(cli);
  images.tellTo((notice) => notices.push(notice));
  return { images, notices };
};

test('an image that the engine has is not pulled, unless the config says so', async () => {
  const { images, notices } = imagesOf(`[ "$1" = image ] && echo '{"Cmd":["app"]}'`);
  expect(await images.get(CONTAINER)).toBeNull();
  expect([images.get(CONTAINER), notices]).toEqual([null, []]);
  expect(await images.get({ ...CONTAINER, pull: 'always' })).toMatchObject({ step: 'pull' });
});

test('a pull is told, and done once', async () => {
  const { images, notices } = imagesOf('[ "$1" = pull ] && echo "Pulling fs layer"');
  expect(await Promise.all([images.get(CONTAINER), images.get(CONTAINER)])).toEqual([null, null]);
  expect(notices).toEqual([
    { kind: 'image', image: 'app:1', step: 'pull', progress: null },
    { kind: 'image-taken', image: 'app:1', step: 'pull', took: expect.any(Number) },
  ]);
});

test.each([
  ['manifest for app:1 not found: manifest unknown', 'unknown-image'],
  ['pull access denied for app, repository does not exist or may require docker login', 'access-denied'],
  ['dial tcp: lookup registry.invalid: no such host', 'no-network'],
  ['write /var/lib/docker/x: no space left on device', 'no-space'],
  ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'other-architecture'],
  ['something else', 'failed'],
])('a pull that fails says why: %s', async (said, because) => {
  const { images } = imagesOf(`[ "$1" = pull ] && echo 'Error response from daemon: ${said}' >&2; exit 1`);
  const failure = await images.get(CONTAINER);
  expect(failure).toMatchObject({ because });
  if (failure === null) throw new Error('pulled');
  expect(launchFailureText(failure)).toBe(
    `the image app:1 cannot be pulled: Error response from daemon: ${said}`,
  );
});

test('a build gets its context, its file and its stage', async () => {
  const { images } = imagesOf('echo "$@" >&2; exit 1');
  const build = {
    context: '/src',
    dockerfile: '/src/Other',
    inline: null,
    target: 'run',
    args: { V: '1 2' },
  };
  expect(await images.get({ ...CONTAINER, build })).toMatchObject({
    step: 'build',
    said: 'build --tag=app:1 --file=/src/Other --target=run --build-arg=V=1 2 /src',
  });
});

test('a build reads a Dockerfile that is no file on its stdin', async () => {
  const { images } = imagesOf('read -r line; echo "$@" and "$line" >&2; exit 1');
  const build = { context: '/src', dockerfile: null, inline: 'FROM scratch\n', target: null, args: {} };
  expect(await images.get({ ...CONTAINER, build })).toMatchObject({
    said: 'build --tag=app:1 --file=- /src and FROM scratch',
  });
});
