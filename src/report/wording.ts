import type { Exit } from '../model/exit.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Notice } from '../model/notice.ts';
import type { ReloadAction, ReloadCause, ReloadEntry } from '../model/planned-reload.ts';
import type { RefusedEvent } from '../model/pod-event.ts';
import type { AppEnd, Blocker, FileChange, PodStopReason, Reason, StartWait } from '../model/reason.ts';
import type { Milliseconds } from '../model/words.ts';
import { printable } from './printable.ts';
import { maskSecrets } from './secrets.ts';
import { straysText, survivorsText } from './survivors.ts';

/** What a system, a probe or a program said, within a sentence of our own: in one line, and without secrets. */
export const quoted = (message: string): string => printable(maskSecrets(message));

/** 850 → `850ms`, 1500 → `1.5s`, 90_000 → `1m 30s`. */
export const duration = (ms: Milliseconds): string => {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round((ms % 60_000) / 1000);
  return `${Math.floor(ms / 60_000)}m${seconds === 0 ? '' : ` ${seconds}s`}`;
};

export const exitText = (exit: Exit): string => {
  if (exit.message !== null && exit.code !== null) return `could not be started: ${quoted(exit.message)}`;
  if (exit.message !== null) return quoted(exit.message);
  return exit.signal === null
    ? `exited with code ${exit.code ?? exit.status}`
    : `was killed by ${exit.signal}`;
};

export const reasonText = (reason: Reason): string => {
  switch (reason.kind) {
    case 'exited':
      return exitText(reason.exit);
    case 'pod-stops':
      return 'the pod stops';
    case 'app-ended':
      return `app ${reason.app} has ended`;
    case 'stop-requested':
      return 'stop requested';
    case 'restart-requested':
      return 'restart requested';
    case 'dependency-restarts':
      return `${reason.process} restarts`;
    case 'files-changed':
      return filesText(reason);
    case 'config-changed':
      return reason.because.map(reloadCauseText).join(', ');
    case 'removed':
      return 'no longer in the config';
    case 'root-exited':
      return `its main process ${exitText(reason.exit)}`;
    case 'not-ended':
      return survivorsText(reason.survivors);
    case 'waits-for-change':
      return `${exitText(reason.exit)}; waits for a change of its files`;
    case 'probe-failed':
      return `${reason.probe} probe failed: ${quoted(reason.message)}`;
    case 'hook-failed':
      return `${reason.hook} hook failed: ${quoted(reason.message)}`;
    case 'gave-up':
      return `${exitText(reason.exit)}; given up after ${times(reason.restarts, 'restart')} within ${duration(reason.within)}`;
    case 'not-ready':
      return `readiness probe fails: ${quoted(reason.message)}`;
    case 'waits':
      return `waits for ${reason.blockers.map(blockerText).join(', ')}`;
    default:
      return reason satisfies never;
  }
};

/** `src/a.js has changed`; of many the first is named, and how many more there are. */
export const filesText = ({ files, count }: FileChange): string => {
  const [first = 'a file'] = files;
  const name = printable(first);
  return count === 1 ? `${name} has changed` : `${name} and ${count - 1} more have changed`;
};

const reloadCauseText = (cause: ReloadCause): string => {
  switch (cause.kind) {
    case 'new':
      return 'new in the config';
    case 'removed':
      return 'no longer in the config';
    case 'wanted':
      return 'to be started by now';
    case 'unwanted':
      return 'not to be started by now';
    case 'changed':
      return `its ${listed(cause.fields)} changed`;
    case 'ports-of':
      return `the ports of ${cause.process} changed`;
    case 'volume-moved':
      return `volume ${cause.volume} moved`;
    case 'restarts-with':
      return `${cause.process} restarts`;
    default:
      return cause satisfies never;
  }
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const ACTION_TEXT = {
  start: 'starts',
  restart: 'restarts',
  stop: 'stops',
  update: 'takes it over as it runs',
  keep: 'is kept',
} as const satisfies Record<ReloadAction, string>;

/** `web restarts: its command and env changed`. */
export const reloadEntryText = ({ process, action, because }: ReloadEntry): string => {
  const why = because.length === 0 ? '' : `: ${because.map(reloadCauseText).join(', ')}`;
  return `${process} ${ACTION_TEXT[action]}${why}`;
};

const CONDITION_TEXT = { started: 'be started', ready: 'be ready', completed: 'complete' } as const;

export const blockerText = (blocker: Blocker): string => {
  const { process, condition, state, forGood } = blocker;
  return `${process} to ${CONDITION_TEXT[condition]} (it is ${state}${forGood ? ', for good' : ''})`;
};

export const podStopText = (reason: PodStopReason): string => {
  switch (reason.kind) {
    case 'requested':
      return `stop requested by ${printable(reason.by)}`;
    case 'primary-ended':
      return `primary ${exitText(reason.exit)}`;
    case 'essential-ended':
      return `essential process ${reason.process} ended for good${reason.exit === null ? '' : `: it ${exitText(reason.exit)}`}`;
    case 'cannot-start':
      return `${reason.process} cannot start: it waits for ${reason.blockers.map(blockerText).join(', ')}`;
    case 'apps-ended':
      return `all apps have ended: ${reason.ends.map(appEndText).join('; ')}`;
    case 'nothing-left':
      return reason.failed.length === 0
        ? 'all that was asked for has completed'
        : `${reason.failed.join(', ')} failed`;
    case 'internal-error':
      return `an internal error of sidecarctl: ${quoted(reason.message)}`;
    case 'start-timeout':
      return `not up within ${duration(reason.after)}; still waiting for ${reason.waits.map(startWaitText).join(', ')}`;
    default:
      return reason satisfies never;
  }
};

const appEndText = ({ app, reason }: AppEnd): string =>
  reason.kind === 'primary-ended' ? `${app} ${exitText(reason.exit)}` : `${app}, as ${podStopText(reason)}`;

const startWaitText = ({ process, state, message }: StartWait): string =>
  `${process} (${state}${message === null ? '' : `: ${quoted(message)}`})`;

export const noticeText = (notice: Notice): string => {
  switch (notice.kind) {
    case 'env-file-overridden':
      return (
        `${notice.process}: ${notice.variable} in ${notice.file} is not used, as sidecarctl sets it; ` +
        `set it under env in the config to override it`
      );
    case 'still-waiting':
      return stillWaitingText(notice.explanation, notice.waited);
    case 'log-ended':
      return `${notice.process}: its output is no longer kept in ${notice.path} (${notice.message}); it runs on, and its output is still shown`;
    case 'started-beside':
      return `${notice.process} is started although some of its last run is still there: ${survivorsText(notice.survivors)}`;
    case 'strays':
      return straysText(notice.process, notice.strays);
    case 'internal-error':
      return (
        `an internal error of sidecarctl ends the pod. This is a bug: please report it with these lines\n` +
        notice.report
      );
    case 'watching':
      return `watching files of ${listed(notice.processes)}`;
    case 'build-failed':
      return `${notice.process}: the build step failed (${quoted(notice.message)}); the old instance stays, the next change tries again`;
    case 'feedback-loop':
      return (
        `${notice.process} goes round in a circle: ${notice.file} changes each time it has just started. ` +
        `Its watching is paused. Add ${notice.file} to watch.ignore, or restart ${notice.process} by hand to go on`
      );
    case 'watch-failed':
      return watchFailedText(notice);
    case 'pattern-too-slow':
      return (
        `${notice.process}: the pattern ${notice.pattern} of its ${notice.probe} probe takes more than a second for a line, ` +
        'and is no longer looked for; write it without repeats inside of repeats, such as (a+)+'
      );
    case 'config-printed':
      return `${notice.file} says:\n${notice.text}`;
    case 'reload-refused':
    case 'left-behind':
      return notice.message;
    case 'likely-cause':
      return `${notice.process}: likely cause: ${quoted(notice.cause)}`;
    case 'port-answered':
      return `${notice.process} is not ready: ${quoted(notice.message)}`;
    case 'state-lost':
      return stateLostText(notice);
    case 'state-not-restored':
      return (
        `${notice.folder} or a part of it was deleted while the pod runs, and could not be made anew (${notice.message}); ` +
        `the pod runs on, and output whose log is gone is no longer kept`
      );
    case 'control-unavailable':
      return `other commands cannot ask this pod (${notice.message}); it runs all the same, and can still be stopped`;
    case 'guard-lost':
      return 'the guard, which cleans up if sidecarctl is killed, has ended unexpectedly; another one takes its place';
    case 'dossier':
      return `${notice.process}: what is known of its failure is in ${notice.path}`;
    case 'dossier-failed':
      return `${notice.process}: what is known of its failure could not be written down (${notice.message})`;
    default:
      return notice satisfies never;
  }
};

const stateLostText = ({ folder, volumes }: Extract<Notice, { kind: 'state-lost' }>): string => {
  const emptied =
    volumes.length === 0 ? '' : `; what was in ${times(volumes.length, 'volume')} ${listed(volumes)} is lost`;
  return `${folder} or a part of it was deleted while the pod runs, and has been made anew: logs that are gone begin again${emptied}`;
};

const watchFailedText = ({ processes, code, message }: Extract<Notice, { kind: 'watch-failed' }>): string => {
  const what = `files of ${listed(processes)} are not watched`;
  const instead = "or watch less (paths, ignore), or set polling: true in the process's watch";
  switch (code) {
    case 'ENOSPC':
      return `${what}: the system's limit of watched folders is reached. Raise it with sudo sysctl fs.inotify.max_user_watches=524288, ${instead}`;
    case 'EMFILE':
      return `${what}: the system's limit of watchers or open files is reached. Raise it with sudo sysctl fs.inotify.max_user_instances=512 or ulimit -n 65536, ${instead}`;
    case 'BACKSLASH':
      return `${what}: ${message} has a backslash in its name, which stands between folders for the watcher. Rename it to have changes followed`;
    default:
      return `${what}: ${message}; where the file system cannot tell of changes, set polling: true in the process's watch`;
  }
};

const stillWaitingText = (explanation: Explanation, waited: Milliseconds): string => {
  const since = `${explanation.process} has been ${explanation.state} for ${duration(waited)}`;
  const wait = waitText(explanation);
  return wait === null ? since : `${since}: it ${wait}`;
};

/** What a process waits for, to follow its name: `waits for its readiness probe (connection refused)`. */
export const waitText = ({ blockers, awaits, stop }: Explanation): string | null => {
  if (blockers.length > 0) return `waits for ${blockers.map(blockerText).join(', ')}`;
  if (stop !== null) return stopText(stop);
  const [first] = awaits;
  if (first === undefined) return null;
  return `waits for ${AWAITED_TEXT[first.what]}${first.message === null ? '' : ` (${quoted(first.message)})`}`;
};

const AWAITED_TEXT = {
  launch: 'its launch',
  postStart: 'its postStart hook',
  startup: 'its startup probe',
  readiness: 'its readiness probe',
  liveness: 'its liveness probe',
} as const;

const stopText = (stop: NonNullable<Explanation['stop']>): string => {
  if (stop.stage === 'lingering' && stop.rootExit !== null)
    return `has ended (its main process ${exitText(stop.rootExit)}), and what it started is being ended`;
  if (stop.stage === 'killed') return 'has been killed and is not gone yet';
  if (stop.stage === 'signalled') return 'has its stop signal and is killed when the grace is over';
  if (stop.hookRunning) return 'waits for its preStop hook';
  return `waits for ${stop.waitsFor.join(', ')} to be gone`;
};

const REFUSED_TEXT = {
  'init-task-ran': 'the init task has completed; a restart by name runs it again',
  'pod-stops': 'the pod is stopping',
  'unknown-process': 'there is no such process',
} as const;

export const refusedText = ({ request, name, because }: Omit<RefusedEvent, 'type'>): string =>
  `cannot ${request} ${printable(name)}: ${REFUSED_TEXT[because]}`;

export const times = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
