import { describe, expect, it } from 'vitest';
import type { Hindrance } from '../../src/model/failures/isolation-failure.ts';
import { isolationText } from '../../src/report/isolation-failures.ts';

const refused = (hindrance: Hindrance): string =>
  isolationText({
    kind: 'namespaces-refused',
    processes: ['web', 'db'],
    tried: [
      { way: 'user-namespace', message: 'unshare: unshare failed: Operation not permitted', exitCode: 1 },
    ],
    hindrance,
  });

describe('namespaces that were refused', () => {
  it('are told with the processes that ask for them, what was tried, and the ways out', () => {
    expect(refused('apparmor')).toBe(
      'web, db cannot be isolated on this machine: in a user namespace the system said ' +
        "'unshare: unshare failed: Operation not permitted'; AppArmor takes away the rights of user namespaces " +
        '(kernel.apparmor_restrict_unprivileged_userns is 1): allow them ' +
        '(sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0), or run sidecarctl as root; ' +
        "or remove isolate, and mounts outside the config's folder, from the config",
    );
  });

  it.each([
    ['max-user-namespaces', 'sudo sysctl user.max_user_namespaces=10000'],
    ['unprivileged-userns-clone', 'sudo sysctl kernel.unprivileged_userns_clone=1'],
    ['container', 'docker run --privileged'],
    ['unknown', 'util-linux 2.36'],
  ] as const)('%s: the advice is %s', (hindrance, advice) => {
    expect(refused(hindrance)).toContain(advice);
  });
});

it('root is not told to become root', () => {
  const text = isolationText({
    kind: 'namespaces-refused',
    processes: ['web'],
    tried: [
      { way: 'privileged', message: 'no', exitCode: 1 },
      { way: 'user-namespace', message: 'not either', exitCode: 1 },
    ],
    hindrance: 'container',
  });
  expect(text).toContain("with this user's rights the system said 'no'; in a user namespace the system said");
  expect(text).not.toContain('as root');
});

it('a missing program is named, with where it was looked for', () => {
  const failure = { kind: 'program-missing', program: 'setpriv', lookedIn: ['/usr/bin', '/bin'] } as const;
  expect(isolationText({ ...failure, processes: ['web'] })).toContain(
    'the program setpriv is missing (looked for in /usr/bin, /bin); install util-linux and coreutils',
  );
});

it('what stands in the way of a mount is named', () => {
  const mount = { kind: 'no-mount-point', process: 'web', mount: 'logs', expected: 'folder' } as const;
  expect(isolationText({ ...mount, path: '/data', at: '/data', found: 'a file' })).toBe(
    'web: the volume logs is to be mounted at /data, where a file stands; mount it elsewhere',
  );
  expect(isolationText({ ...mount, path: '/data/logs', at: '/data', found: 'a file' })).toBe(
    'web: the volume logs is to be mounted at /data/logs, but /data is a file; mount it elsewhere',
  );
});

it.each([
  [0, 'in a user namespace a trial ended with code 0 where it should end by a signal; '],
  [null, 'in a user namespace a trial ended where it should end by a signal; '],
])('a trial that ends with code %s and without a message is reported as such', (exitCode, expected) => {
  const tried = [{ way: 'user-namespace', message: '', exitCode }] as const;
  const failure = { kind: 'namespaces-refused', tried, hindrance: 'unknown', processes: ['web'] } as const;
  expect(isolationText(failure)).toContain(expected);
});
