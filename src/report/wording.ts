import type { Exit } from '../model/exit.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Notice } from '../model/notice.ts';
import { commandTitle } from '../model/own-command.ts';
import type { ReloadAction, ReloadCause, ReloadEntry } from '../model/planned-reload.ts';
import type { Refusal, RefusedEvent, Unanswered } from '../model/pod-event.ts';
import type { AppEnd, Blocker, FileChange, PodStopReason, Reason, StartWait } from '../model/reason.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { aboveLimitText } from './above-limit-text.ts';
import { alertText } from './alert-text.ts';
import { imageText } from './container-failures.ts';
import { findingText } from './findings.ts';
import { exitFailureText, filesNotWrittenText } from './launch-failures.ts';
import { duration, quoted, times } from './phrases.ts';
import { podCommand } from './pod-command.ts';
import { printable } from './printable.ts';
import { straysText, survivorsText } from './survivors.ts';

export const exitText = ({ failure, signal, code, status }: Exit): string => {
  if (failure !== null && code !== null) return `could not be started: ${quoted(exitFailureText(failure))}`;
  if (failure !== null) return exitFailureText(failure);
  return signal === null ? `exited with code ${code ?? status}` : `was killed by ${signal}`;
};

/** `wasStopped`: it got its stop signal first. A signal that somebody has asked for is no failure. */
export const runEndText = (exit: Exit, wasStopped: boolean): string =>
  wasStopped && exit.signal !== null ? `was stopped by ${exit.signal}` : exitText(exit);

/**
 * Says how a run ended, to follow the name of its process: `exited with code 1`, `was stopped (liveness probe failed:
 * …)`.
 */
export const endText = (reason: Reason | null): string => {
  if (reason === null) return 'ended';
  return reason.kind === 'exited' ? reasonText(reason) : `was stopped (${reasonText(reason)})`;
};

/** Adds the likely cause, if one is known, to the sentence that tells of an end, without what it says already. */
export const withCause = (sentence: string, cause: string | null): string => {
  const rest = cause === null ? null : untold(cause, sentence);
  if (rest === null) return sentence;
  return `${sentence}; ${rest === cause ? 'likely cause: ' : ''}${quoted(rest)}`;
};

/** The part of a likely cause that a sentence does not say already: all of it, the advice, or null for nothing. */
export const untold = (cause: string, sentence: string): string | null => {
  const [, probeOrHook] = /^its (\w+ (?:probe|hook) failed)/.exec(cause) ?? [];
  if (probeOrHook !== undefined && sentence.includes(probeOrHook)) return null;
  if (cause.startsWith(PROBE_FAILS) && sentence.includes(cause.slice(PROBE_FAILS.length))) return null;
  const [, known, advice = ''] = /^(.+): (.+)$/.exec(cause) ?? [];
  return known !== undefined && sentence.includes(known) ? advice : cause;
};

/** Begins the likely cause of a process of which nothing more is known than the finding of its probe. */
export const PROBE_FAILS = 'it is running, but its probe fails: ';

export const reasonText = (reason: Reason): string => {
  switch (reason.kind) {
    case 'exited':
      return exitText(reason.exit);
    case 'pod-stops':
      return 'the pod is stopping';
    case 'app-ended':
      return `app ${reason.app} has ended`;
    case 'stop-requested':
      return 'stop requested';
    case 'restart-requested':
      return 'restart requested';
    case 'dependency-restarts':
      return `${reason.process} is restarting`;
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
      return `${exitText(reason.exit)}; waiting for a file change`;
    case 'probe-failed':
      return `${reason.probe} probe failed: ${quoted(findingText(reason.finding))}`;
    case 'hook-failed':
      return `${reason.hook} hook failed: ${quoted(findingText(reason.finding))}`;
    case 'gave-up':
      return `${exitText(reason.exit)}; gave up after ${times(reason.restarts, 'restart')} within ${duration(reason.within)}`;
    case 'not-ready':
      return `readiness probe failed: ${quoted(findingText(reason.finding))}`;
    case 'waits':
      return blockersText(reason.blockers);
    default:
      return reason satisfies never;
  }
};

/** For example `src/a.js has changed`; of many files, the first is named with the number of the others. */
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
    case 'enabled':
      return 'now enabled';
    case 'disabled':
      return 'now disabled';
    case 'changed':
      return `its ${listed(cause.fields)} changed`;
    case 'files-replaced':
      return replacedText(cause);
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

const replacedText = ({ files, signals }: Extract<ReloadCause, { kind: 'files-replaced' }>): string => {
  const replaced = `${files.length === 1 ? 'file' : 'files'} ${listed(files)} replaced`;
  return signals.length === 0 ? replaced : `${replaced}, ${listed(signals)} sent`;
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const ACTION_TEXT = {
  start: 'starts',
  restart: 'restarts',
  stop: 'stops',
  update: 'is updated without a restart',
  keep: 'is unchanged',
} as const satisfies Record<ReloadAction, string>;

/** For example `web restarts: its command and env changed`. */
export const reloadEntryText = ({ process, action, because }: ReloadEntry): string => {
  const why = because.length === 0 ? '' : `: ${because.map(reloadCauseText).join(', ')}`;
  return `${process} ${ACTION_TEXT[action]}${why}`;
};

const CONDITION_TEXT = { started: 'start', ready: 'be ready', completed: 'complete' } as const;

/**
 * For example `waiting for db to be ready (it is running)`, or `blocked: seed failed` if waiting is in vain. `root`: the
 * process that a dependency waits for in the end, if that is known.
 */
const blockersText = (blockers: readonly Blocker[], root: StartWait | null = null): string => {
  if (blockers.some(({ permanent }) => permanent)) return `blocked: ${obstaclesText(blockers)}`;
  const first = blockers.find(({ state }) => state === 'pending');
  const texts = blockers.map((blocker) => blockerText(blocker, blocker === first ? root : null));
  return `waiting for ${texts.join(', ')}`;
};

const blockerText = ({ process, condition, state }: Blocker, root: StartWait | null): string => {
  if (root !== null) return `${process}, which waits for ${startWaitText(root)}`;
  if (state === 'pending') return `${process}, which waits itself`;
  const isAt = condition === 'completed' && state === 'ready' ? 'still running' : state;
  return `${process} to ${CONDITION_TEXT[condition]} (it is ${isAt})`;
};

/** Names the dependencies that will never be satisfied without intervention. */
const obstaclesText = (blockers: readonly Blocker[]): string => {
  const permanent = blockers.filter(({ permanent }) => permanent);
  return (permanent.length === 0 ? blockers : permanent).map(obstacleText).join(', ');
};

const obstacleText = ({ process, condition, state }: Blocker): string => {
  if (state === 'failed') return `${process} failed`;
  if (state === 'stopped') return `${process} is stopped`;
  if (state === 'pending') return `${process} is blocked`;
  return `${process} cannot ${CONDITION_TEXT[condition]} (it is ${state})`;
};

export const podStopText = (reason: PodStopReason): string => {
  switch (reason.kind) {
    case 'requested':
      return reason.by === 'the dashboard'
        ? 'quit from the dashboard'
        : `stop requested by ${printable(reason.by)}`;
    case 'primary-ended':
      return `primary ${exitText(reason.exit)}`;
    case 'essential-ended':
      return `essential process ${reason.process} ended and will not be restarted${reason.exit === null ? '' : `: it ${exitText(reason.exit)}`}`;
    case 'cannot-start':
      return `${reason.process} cannot start: ${obstaclesText(reason.blockers)}`;
    case 'apps-ended':
      return `all apps have ended: ${reason.ends.map(appEndText).join('; ')}`;
    case 'nothing-left':
      return reason.failed.length === 0
        ? 'everything that was started has completed'
        : `${reason.failed.join(', ')} failed`;
    case 'internal-error':
      return `internal error in sidecarctl: ${quoted(reason.message)}`;
    case 'start-timeout':
      return `not up within ${duration(reason.after)}; still waiting for ${reason.waits.map(startWaitText).join(', ')}`;
    default:
      return reason satisfies never;
  }
};

const appEndText = ({ app, reason }: AppEnd): string =>
  reason.kind === 'primary-ended' ? `${app} ${exitText(reason.exit)}` : `${app} (${podStopText(reason)})`;

const startWaitText = ({ process, state, finding, end }: StartWait): string => {
  if (end !== null) return `${process} (${endText(end)})`;
  return `${process} (${state}${finding === null ? '' : `: ${quoted(findingText(finding))}`})`;
};

export const noticeText = (notice: Notice): string => {
  switch (notice.kind) {
    case 'env-file-overridden':
      return (
        `${notice.process}: ${notice.variable} in ${notice.file} is ignored, because sidecarctl sets it; ` +
        `set it under env in the config to override it`
      );
    case 'still-waiting':
      return stillWaitingText(notice.explanation, notice.waited);
    case 'files-not-replaced':
      return `${notice.process}: ${quoted(filesNotWrittenText(notice.failure))}; it keeps running with the old content`;
    case 'log-ended':
      return `${notice.process}: its output is no longer written to ${notice.path} (${notice.message}); it keeps running, and its output is still shown`;
    case 'started-beside':
      return `${notice.process} starts although processes of its last run are still there: ${survivorsText(notice.survivors)}`;
    case 'strays':
      return straysText(notice.process, notice.strays);
    case 'internal-error':
      return (
        `internal error in sidecarctl, stopping the pod. This is a bug: please report it with these lines\n` +
        notice.report
      );
    case 'watching':
      return `watching files of ${listed(notice.processes)}`;
    case 'build-failed':
      return `${notice.process}: the build step failed (${quoted(findingText(notice.finding))}); the old instance keeps running, and the next change tries again`;
    case 'command-started':
      return `${commandTitle(notice.process, notice.command)} started (pid ${notice.pid})`;
    case 'command-ended':
      return `${commandTitle(notice.process, notice.command)} ${runEndText(notice.exit, notice.wasStopped)} after ${duration(notice.ranFor)}`;
    case 'feedback-loop':
      return (
        `restart loop: ${notice.file} changes each time ${notice.process} starts. Watching is paused. ` +
        `Add ${notice.file} to watch.ignore, or restart ${notice.process} to watch again`
      );
    case 'watch-failed':
      return watchFailedText(notice);
    case 'pattern-too-slow':
      return (
        `${notice.process}: the pattern ${notice.pattern} of its ${notice.probe} probe takes more than a second per line ` +
        'and is no longer used; write it without nested repeats such as (a+)+'
      );
    case 'config-printed':
      return `output of ${notice.file}:\n${notice.text}`;
    case 'left-out':
      return notice.what;
    case 'reload-refused':
    case 'left-behind':
      return notice.message;
    case 'likely-cause':
      return `${notice.process}: likely cause: ${quoted(notice.cause)}`;
    case 'waits-for-input':
      return waitsForInputText(notice);
    case 'port-answered':
      return `${notice.process} is not ready: ${quoted(findingText(notice))}`;
    case 'state-lost':
      return stateLostText(notice);
    case 'state-not-restored':
      return (
        `${notice.folder} or part of it was deleted while the pod was running, and could not be recreated (${notice.message}); ` +
        `the pod keeps running, but output whose log file is gone is no longer kept`
      );
    case 'control-unavailable':
      return `other commands cannot reach this pod (${notice.message}); it keeps running, and Ctrl-C or SIGTERM still stops it`;
    case 'image':
    case 'image-taken':
      return imageText(notice);
    case 'guard-lost':
      return 'the guard, which cleans up if sidecarctl is killed, ended unexpectedly; a new guard takes its place';
    case 'above-limit':
      return aboveLimitText(notice);
    case 'alert':
      return alertText(notice);
    case 'dossier':
      return `${notice.process}: crash report: ${notice.path}`;
    case 'dossier-failed':
      return `${notice.process}: its crash report could not be written (${notice.message})`;
    default:
      return notice satisfies never;
  }
};

const waitsForInputText = ({ process, label }: Extract<Notice, { kind: 'waits-for-input' }>): string => {
  const [attach, send] = [`attach ${process}`, `send ${process} …`].map((words) => podCommand(words, label));
  return `${process} waits for input: answer with ${attach} or ${send}`;
};

const stateLostText = ({ folder, volumes }: Extract<Notice, { kind: 'state-lost' }>): string => {
  const emptied =
    volumes.length === 0
      ? ''
      : `; the contents of ${times(volumes.length, 'volume')} ${listed(volumes)} are lost`;
  return `${folder} or part of it was deleted while the pod was running, and has been recreated: deleted logs start over${emptied}`;
};

const watchFailedText = ({ processes, code, message }: Extract<Notice, { kind: 'watch-failed' }>): string => {
  const what = `files of ${listed(processes)} are not watched`;
  const instead = "or watch less (paths, ignore), or set polling: true in the process's watch";
  switch (code) {
    case 'ENOSPC':
      return `${what}: the system's limit on watched folders is reached. Raise it with sudo sysctl fs.inotify.max_user_watches=524288, ${instead}`;
    case 'EMFILE':
      return `${what}: the system's limit on watchers or open files is reached. Raise it with sudo sysctl fs.inotify.max_user_instances=512 or ulimit -n 65536, ${instead}`;
    case 'BACKSLASH':
      return `${what}: ${message} has a backslash in its name, which the watcher reads as a path separator. Rename it`;
    default:
      return `${what}: ${message}; if the file system reports no changes, set polling: true in the process's watch`;
  }
};

const stillWaitingText = (explanation: Explanation, waited: Milliseconds): string => {
  const since = `${explanation.process} has been ${explanation.state} for ${duration(waited)}`;
  const wait = waitText(explanation);
  return wait === null ? since : `${since}; ${wait}`;
};

/** Says what a process waits for: `waiting for its startup probe (connection refused)`. */
export const waitText = ({ blockers, root, pendingSteps, stop }: Explanation): string | null => {
  if (blockers.length > 0) return blockersText(blockers, root);
  if (stop !== null) return stopText(stop);
  const [first] = pendingSteps;
  if (first === undefined) return null;
  const found = first.finding === null ? null : quoted(findingText(first.finding));
  if (first.what === 'readiness' && found !== null) return `not ready: ${found}`;
  return `waiting for ${AWAITED_TEXT[first.what]}${found === null ? '' : ` (${found})`}`;
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
    return `its main process ${exitText(stop.rootExit)}; ending the processes that it started`;
  if (stop.stage === 'killed') return 'SIGKILL sent; not gone yet';
  if (stop.stage === 'signalled') return 'stop signal sent; SIGKILL follows after its grace';
  if (stop.hookRunning) return 'waiting for its preStop hook';
  return `waiting for ${stop.waitsFor.join(', ')} to stop`;
};

const REFUSED_TEXT: Readonly<Record<Refusal | Unanswered, string>> = {
  'init-task-ran': 'the init task has completed; restart it by name to run it again',
  'pod-stops': 'the pod is stopping',
  'unknown-process': 'there is no such process',
  'pod-ended': 'the pod has ended',
  'internal-error': 'an internal error of sidecarctl stops the pod',
};

export const refusedText = ({ request, name, because }: Omit<RefusedEvent, 'type'>): string =>
  `cannot ${request} ${printable(name)}: ${becauseText(because)}`;

/** Says why a request is not carried out. */
export const becauseText = (because: Refusal | Unanswered): string => REFUSED_TEXT[because];
