/** Advice for a launch that failed, by its error message. */
const ADVICE: readonly (readonly [found: RegExp, advice: string])[] = [
  [/^command not found: /, 'install it, or give its path'],
  [/^not executable, as it is a folder/, 'name a file in it'],
  [/^not executable: /, 'make it executable (chmod +x), or name its interpreter'],
  [/^not permitted to execute: /, 'its file system may forbid it (noexec), or a folder above it'],
  [
    /has Windows line endings/,
    "convert it to Unix ones (sed -i 's/\\r$//' FILE), and let git keep them (eol=lf)",
  ],
  [/its interpreter is not: /, 'install that, or correct the first line'],
  [/is a symlink to what is not there: /, 'install or build that, or point the symlink elsewhere (ln -sfn)'],
  [/what loads it is not: /, 'it was built for another C library or system: get the build for this one'],
  [/\(E2BIG\)/, 'put long values into a file'],
  [/\(EAGAIN\)/, 'a limit of this user (ulimit -u) or of its cgroup (pids.max) is reached'],
  [/\(EMFILE\)/, 'raise the limit (ulimit -n) for sidecarctl'],
  [/\(ENFILE\)/, 'raise the limit with sysctl fs.file-max'],
  [/\(ENOMEM\)/, 'end other programs to free memory'],
  [/\(ETXTBSY\)/, 'wait until the build has finished'],
  [/\(ENOEXEC\)/, 'it was built for another processor or system: get the build for this one'],
  [/^the folder is missing: /, 'create it, or correct cwd'],
  [/^not a folder: /, 'correct cwd'],
  [/ needs bash, but sh runs the command line$/, "write ['bash', '-c', '…']"],
  [/^port \d+ .* is taken by /, 'stop that process, or give the port another number, or auto'],
];

/** Returns advice for a failed launch, or null if there is none. */
export const launchAdvice = (message: string): string | null =>
  ADVICE.find(([found]) => found.test(message))?.[1] ?? null;
