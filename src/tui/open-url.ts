interface Opener {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly notify: (text: string) => void;
  readonly platform?: NodeJS.Platform;
}

const commandFor = (platform: NodeJS.Platform, url: string): readonly [string, ...string[]] => {
  if (platform === 'darwin') return ['open', url];
  return platform === 'win32' ? ['cmd', '/c', 'start', '', url] : ['xdg-open', url];
};

/** Opens an address with the program of the desktop. The browser stays when sidecarctl ends. */
export const openUrl = async (
  url: string,
  { env, notify, platform = process.platform }: Opener,
): Promise<void> => {
  const { execa } = await import('execa');
  const [program, ...args] = commandFor(platform, url);
  notify(`opening ${url}`);
  const outcome = await execa(program, args, {
    stdio: 'ignore',
    env,
    extendEnv: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  if (outcome.code === 'ENOENT') return notify(`${program}: not found; open ${url} yourself`);
  if (outcome.failed) notify(`${program} could not open ${url} (exit code ${outcome.exitCode ?? '-'})`);
};
