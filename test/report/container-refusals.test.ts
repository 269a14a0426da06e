import { expect, test } from 'vitest';
import { containerRefusal } from '../../src/report/container-refusals.ts';

const RUNC = 'unable to start container process: exec: "nosuch": executable file not found in $PATH';
const HELP = ['', "Run 'docker run --help' for more information"];

/** What podman 4.3 and docker 28 with Engine 20.10 have said. */
test.each([
  [
    125,
    'Error: no command or entrypoint provided, and no CMD or ENTRYPOINT from image',
    'give the process a command',
  ],
  [125, 'docker: Error response from daemon: No command specified', 'give the process a command'],
  [
    127,
    `Error: runc: runc create failed: ${RUNC}: OCI runtime attempted to invoke a command that was not found`,
    'the command nosuch is not in its image: correct it, or install it in the image',
  ],
  [
    127,
    `docker: Error response from daemon: failed to create shim task: OCI runtime create failed: ${RUNC}: unknown`,
    'the command nosuch is not in its image: correct it, or install it in the image',
  ],
  [
    127,
    'Error: runc: unable to start container process: exec: "/no/such": stat /no/such: no such file or directory: OCI',
    'the command /no/such is not in its image',
  ],
  [
    126,
    'Error: runc: unable to start container process: exec: "/etc": permission denied: OCI permission denied',
    '/etc in its image is not executable',
  ],
  [
    126,
    'Error: unable to find user nobodyhere: no matching entries in passwd file',
    'its image has no user nobodyhere: give user a number, as 1000:1000',
  ],
  [
    125,
    'docker: Error response from daemon: unable to find user nobodyhere: no matching entries in passwd file',
    'its image has no user nobodyhere: give user a number, as 1000:1000',
  ],
  [126, 'Error: uids and gids must be in range 0-2147483647', 'the number in user is too large'],
  [
    126,
    'Error: workdir "/nowhere" does not exist on container 2a1eea5d56588',
    'workingDir /nowhere is not in its image: correct it, or make the folder in the image',
  ],
  [
    125,
    'docker: Error response from daemon: Cannot mkdir: /bin/busybox is not a directory',
    'workingDir /bin/busybox is a file in its image',
  ],
  [125, 'Error: statfs /nosuch: no such file or directory', 'not there: /nosuch: make it, or correct mounts'],
  [
    125,
    'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /nosuch',
    'not there: /nosuch: make it, or correct mounts',
  ],
  [125, 'Error: app:1: image not known', 'pull or build it again'],
  [125, 'docker: Error response from daemon: No such image: app:1', 'pull or build it again'],
  [125, 'Error: write /var/lib/x: no space left on device', 'make room'],
  [
    125,
    'docker: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
    'start its daemon again',
  ],
  [1, 'exec /bin/true: exec format error', 'its image is built for another processor'],
  [1, 'exec /s: no such file or directory', 'the interpreter of /s is not in its image'],
  [125, 'Error: something new', 'the container engine could not run it: Error: something new'],
])('exit code %i of a client that says "%s" has a cause and a next step', (code, line, expected) => {
  expect(containerRefusal(code, ['out', line])).toContain(expected);
  expect(containerRefusal(code, [line, ...HELP])).toContain(expected);
});

test.each([
  [127, 'sh: nosuch: not found'],
  [126, 'sh: ./x: Permission denied'],
  [1, 'Error: no such user'],
  [125, ''],
])('an exit with %i of the container itself, which says "%s", is not the engine\'s', (code, line) => {
  expect(containerRefusal(code, [line])).toBeNull();
});
