import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { httpTo, Receiver, ShipperPod, status } from './running-shipper.ts';
import { lines, text } from './tailing/follower.ts';

/** A file system of its own, which few machines allow a user. */
const UNSHARE = ['unshare', '--user', '--map-root-user', '--mount'];

const canMount = (): boolean => {
  try {
    const mount = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
    execFileSync('unshare', [...UNSHARE.slice(1), ...mount], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

it.skipIf(!canMount())('on a full disk everything waits, and nothing is lost or sent twice', async () => {
  const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
  const small = join(pod.folder, 'small');
  mkdirSync(small);
  const at = (name: string): string => `/proc/${pod.pid}/root${small}/${name}`;
  // One line for each batch is refused: it goes to the dead letters.
  receiver.answers.push(status(400));
  await pod.start(
    {
      outputs: [
        httpTo(receiver.url),
        { kind: 'file', name: 'file', path: join(small, 'out'), size: 1e9, keep: 1 },
      ],
      positions: join(small, 'positions'),
      deadLetter: join(small, 'dead'),
    },
    [...UNSHARE, 'sh', '-c', `mount -t tmpfs -o size=256k tmpfs ${small} && exec "$@"`, 'sh'],
  );
  writeFileSync(at('ballast'), 'x'.repeat(230_000));
  const all = lines('a', 300);
  writeFileSync(join(pod.logs, 'a.log'), text(all));
  await eventually('no room', () => pod.output.includes('ENOSPC'));
  const trouble = await pod.ask('/stats');
  expect(trouble).toContain('ENOSPC');
  writeFileSync(at('ballast'), '');
  const dead = (): readonly string[] => messagesIn(at('dead'));
  const written = (): readonly string[] => messagesIn(at('out'));
  await eventually('all lines', () => written().length >= 300);
  await eventually('the dead letters', () => dead().length + receiver.messages.length >= 300);
  expect(written()).toEqual(all);
  expect([...dead(), ...receiver.messages].toSorted()).toEqual(all.toSorted());
});

interface Line {
  readonly message: string;
}

/** Dead letters have the line within them. */
const messagesIn = (path: string): readonly string[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((text) => JSON.parse(text) as Line & { readonly entry?: Line })
        .map(({ entry, message }) => entry?.message ?? message)
    : [];

it.runIf(isInstalled('prlimit'))('with fewer descriptors than files it ships every file', async () => {
  const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
  const names = Array.from({ length: 150 }, (_, at) => `${at}.log`);
  for (const name of names) writeFileSync(join(pod.logs, name), text(lines(name, 2)));
  await pod.start({ outputs: [httpTo(receiver.url)] }, ['prlimit', '--nofile=100:100']);
  const all = names.flatMap((name) => lines(name, 2));
  await eventually('all lines', () => receiver.messages.length >= all.length);
  expect(receiver.messages.toSorted()).toEqual(all.toSorted());
  await eventually(
    'positions',
    async () => JSON.parse((await pod.ask('/stats')) ?? '').outputs.http.bytes.lag === 0,
  );
  expect(pod.output).toBe('');
  await pod.stop();
});
