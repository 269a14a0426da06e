import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerSpec } from '../../../../src/model/pod-spec.ts';
import { containerText } from '../../../../src/report/container-failures.ts';
import { ContainerCli } from '../../../../src/runtime/engines/container/container-cli.ts';
import { readImageConfig } from '../../../../src/runtime/engines/container/image-facts.ts';
import { Images } from '../../../../src/runtime/engines/container/images.ts';

const container = (image: string, fields: Partial<ContainerSpec> = {}): ContainerSpec => ({
  ...{ kind: 'container', image, pull: 'missing', build: null, entrypoint: null },
  ...{ args: null, workingDir: null, user: null, mounts: [], anonymousVolumes: [] },
  ...fields,
});

/** An engine with two images: one with a command, one without. It notes what it is asked. */
const SCRIPT = `cd "$(dirname "$0")"; echo "$*" >> asked; shift 4; code=0
for image; do
  case $image in
    app) echo '{"Cmd":["app"],"StopSignal":"SIGQUIT"}';;
    bare) echo '{"Env":["PATH=/bin"]}';;
    *) code=1;;
  esac
done
exit $code`;

const open = () => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${SCRIPT}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  const images = new Images(new ContainerCli({ engine: 'docker', env: { PATH: `${folder}:/usr/bin:/bin` } }));
  return { images, asked: () => readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n') };
};

const refusals = async (images: Images, containers: Readonly<Record<string, ContainerSpec>>) =>
  [...(await images.examine(new Map(Object.entries(containers))))].map(([process, failure]) =>
    containerText({ kind: 'unusable-image', processes: [process], failure }),
  );

test('the images of a pod are asked for in one call, and those that are there never again', async () => {
  const { images, asked } = open();
  const containers = {
    one: container('app'),
    two: container('app'),
    three: container('bare', { args: ['x'] }),
  };
  expect(await refusals(images, containers)).toEqual([]);
  for (const each of Object.values(containers)) expect(await images.get(each)).toBeNull();
  expect(asked()).toEqual(['image inspect --format {{json .Config}} app bare']);
  expect(images.factsOf(containers.one)?.stopSignal).toEqual({ signal: 'SIGQUIT', signalNumber: 3 });
});

test('an image that is not there, and not to be pulled, is known before anything starts', async () => {
  const { images } = open();
  const containers = {
    db: container('none', { pull: 'never' }),
    web: container('app'),
    later: container('none'),
    built: container('none', {
      pull: 'never',
      build: { context: '/', dockerfile: null, inline: null, target: null, args: {} },
    }),
  };
  expect(await refusals(images, containers)).toEqual([
    "db: docker has no image none, and pull is 'never'; build or pull it (docker pull none)",
  ]);
});

test('an image without a program is known before anything starts, unless the process has one', async () => {
  const { images } = open();
  const own = { kind: 'shell', line: 'x' } as const;
  const containers = { a: container('bare'), b: container('bare', { entrypoint: own }) };
  expect(await refusals(images, containers)).toEqual([
    'a: the image bare has neither an entrypoint nor a command; give the process a command',
  ]);
  expect(await images.get(containers.a)).toMatchObject({ because: 'no-command' });
});

test('an image is looked for again once the engine could not run it', async () => {
  const { images, asked } = open();
  await images.get(container('app'));
  images.doubt(container('app'));
  await images.get(container('app'));
  expect(asked()).toHaveLength(2);
});

test.each([
  ['{"StopSignal":"SIGQUIT"}', 'SIGQUIT', 3],
  ['{"StopSignal":"USR1"}', 'SIGUSR1', 10],
  ['{"StopSignal":"10"}', 'SIGUSR1', 10],
  ['{"StopSignal":"SIGRTMIN+3"}', 'SIGRTMIN+3', 37],
  ['{"StopSignal":"37"}', 'SIGRTMIN+3', 37],
])('the stop signal of %s is %s', (text, signal, signalNumber) => {
  expect(readImageConfig(text).stopSignal).toEqual({ signal, signalNumber });
});

test.each([
  ['{}', false],
  ['null', false],
  ['{"Cmd":null,"Entrypoint":[]}', false],
  ['{"StopSignal":"SIGNONE","Cmd":["app"]}', true],
  ['{"Entrypoint":"app"}', true],
  ['no JSON', false],
])('%s names no stop signal, and has a program: %s', (text, hasCommand) => {
  expect(readImageConfig(text)).toEqual({ stopSignal: null, hasCommand });
});
