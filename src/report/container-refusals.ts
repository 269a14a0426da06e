/** Exit code of the clients of container engines for what the engine could not do. */
const ENGINE_FAILED = 125;
/** Exit codes that are the engine's if it says so, and else the container's own. */
const MAYBE_ENGINES: ReadonlySet<number> = new Set([126, 127]);

/** How podman, docker and nerdctl begin a line about themselves. */
const OF_CLIENT = /^(?:Error: |docker: |FATA\[|time=\S+ level=fatal )/;
/** docker's last line. */
const HELP = /--help/;

/**
 * Returns why a container engine could not run a container, and what to do, from the exit code of its client and the
 * newest lines of output; null if the container has run.
 *
 * @example
 * containerRefusal(125, ['docker: Error response from daemon: No command specified']);
 */
export const containerRefusal = (code: number | null, lines: readonly string[]): string | null => {
  const line = lines.findLast((each) => each.trim() !== '' && !HELP.test(each))?.trim() ?? '';
  const ofImage = causeIn(INSIDE, line);
  if (ofImage !== null) return ofImage;
  const isEngines = code === ENGINE_FAILED || (MAYBE_ENGINES.has(code ?? 0) && OF_CLIENT.test(line));
  if (!isEngines || line === '') return null;
  return causeIn(CAUSES, line) ?? `the container engine could not run it: ${line}`;
};

type Cause = readonly [RegExp, (found: string) => string];

const causeIn = (causes: readonly Cause[], line: string): string | null => {
  for (const [pattern, textOf] of causes) {
    const match = pattern.exec(line);
    if (match !== null) return textOf(match.slice(1).find((group) => group !== undefined) ?? '');
  }
  return null;
};

/** What the kernel said when the container's first program was to be executed. The container has run by then. */
const INSIDE: readonly Cause[] = [
  [
    /^exec (\S+): exec format error$/,
    () =>
      'its image is built for another processor: get it for this one (pull --platform), or install an emulation ' +
      '(qemu-user-static)',
  ],
  [
    /^exec (\S+): no such file or directory$/,
    (file) =>
      `the interpreter of ${file} is not in its image: install that, or correct the first line (and its line ending)`,
  ],
];

const CAUSES: readonly Cause[] = [
  [
    /no command or entrypoint provided|No command specified/,
    () => 'its image has neither an entrypoint nor a command: give the process a command',
  ],
  [
    /exec: "([^"]*)": (?:executable file not found|stat \S+: no such file|no such file)/,
    (file) => `the command ${file} is not in its image: correct it, or install it in the image`,
  ],
  [
    /exec: "([^"]*)": (?:permission denied|is a directory)/,
    (file) =>
      `${file} in its image is not executable: make it so in the image (chmod +x), or name its interpreter`,
  ],
  [
    /unable to find user ([^:\s]*)/,
    (user) =>
      `its image has no user ${user}: give user a number, as 1000:1000, or a name that the image knows`,
  ],
  [
    /unable to find group ([^:\s]*)/,
    (group) =>
      `its image has no group ${group}: give user a number, as 1000:1000, or a name that the image knows`,
  ],
  [/uids and gids must be in range/, () => 'the number in user is too large: correct it'],
  [
    /workdir "([^"]*)" does not exist/,
    (folder) => `workingDir ${folder} is not in its image: correct it, or make the folder in the image`,
  ],
  [
    /workdir "([^"]*)" exists .*not a directory|Cannot mkdir: (\S+) is not a directory/,
    (path) => `workingDir ${path} is a file in its image: correct it`,
  ],
  [
    /statfs (\S+): no such file|source path does not exist: (\S+)/,
    (path) => `what is to be mounted is not there: ${path}: make it, or correct mounts`,
  ],
  [
    /image not known|No such image/i,
    () => 'the container engine does not have its image any more: pull or build it again',
  ],
  [
    /no space left on device/i,
    () => 'the disk of the container engine is full: make room (its command system prune)',
  ],
  [
    /Cannot connect to the Docker daemon|connection refused|docker\.sock.*no such file/i,
    () => 'the container engine does not answer any more: start its daemon again',
  ],
  [
    /permission denied while trying to connect/i,
    () => 'this user may not use the container engine: add the user to its group, and log in again',
  ],
];
