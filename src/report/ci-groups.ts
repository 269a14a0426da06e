import type { PodEvent } from '../model/pod-event.ts';

type GroupStep = 'open-start' | 'open-stop' | 'close';

/** Returns the text that begins or ends a group of lines which a CI system folds; empty if there is nothing to do. */
export type CiGroups = Readonly<Record<GroupStep, () => string>>;

type Environment = Readonly<Record<string, string | undefined>>;

interface Syntax {
  open(name: string, title: string): string;
  close(name: string): string;
}

/**
 * Chooses the markers of GitHub Actions or GitLab by the variables that these set; null elsewhere. Start and stop are
 * groups; what comes between them, and everything from a failure on, is not folded.
 */
export const ciGroupsOf = (env: Environment, now: () => number): CiGroups | null => {
  if (env['GITHUB_ACTIONS'] === 'true') return groupsOf(GITHUB);
  return env['GITLAB_CI'] === 'true' ? groupsOf(gitlab(now)) : null;
};

const groupsOf = (syntax: Syntax): CiGroups => {
  let current: string | null = null;
  const close = (): string => {
    const text = current === null ? '' : syntax.close(current);
    current = null;
    return text;
  };
  const open = (name: string, title: string) => (): string => {
    const before = close();
    current = name;
    return before + syntax.open(name, title);
  };
  return {
    'open-start': open('sidecarctl_start', 'sidecarctl: output until the pod is running'),
    'open-stop': open('sidecarctl_stop', 'sidecarctl: output while the pod stops'),
    close,
  };
};

const GITHUB: Syntax = { open: (_, title) => `::group::${title}\n`, close: () => '::endgroup::\n' };

/** The names of sections must not repeat in a job: several pods may run in it. */
const gitlab = (now: () => number): Syntax => {
  const id = process.pid;
  const seconds = (): number => Math.floor(now() / 1_000);
  const marker = (what: string, name: string): string =>
    `\u001b[0Ksection_${what}:${seconds()}:${name}_${id}\r\u001b[0K`;
  return {
    open: (name, title) => `${marker('start', name).replace('\r', '[collapsed=true]\r')}${title}\n`,
    close: (name) => `${marker('end', name)}\n`,
  };
};

/** What to do before the line of an event: everything that a person must not miss stands outside. */
export const groupBefore = (event: PodEvent): GroupStep | null => {
  if (event.type === 'pod') return event.state === 'starting' ? null : 'close';
  if (event.type !== 'process') return null;
  return event.state === 'failed' || event.state === 'backoff' ? 'close' : null;
};

export const groupAfter = (event: PodEvent): GroupStep | null => {
  if (event.type !== 'pod') return null;
  if (event.state === 'starting') return 'open-start';
  return event.state === 'stopping' ? 'open-stop' : null;
};
