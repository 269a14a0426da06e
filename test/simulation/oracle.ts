import type { Asked, Changed, CoreEvent, Refreshed } from '../../src/core/core-event.ts';
import type { PodState } from '../../src/core/pod-state.ts';
import { isUp, type ProcessRecord } from '../../src/core/process-state.ts';
import type { DependencySpec, PodSpec, ProcessSpec } from '../../src/model/pod-spec.ts';

/** What follows from the specs and the bare states, worked out from nothing and in the plainest way. */

export const recordIn = (pod: PodState, name: string): ProcessRecord => {
  const record = pod.processes.get(name);
  if (record === undefined) throw new Error(`no process ${name}`);
  return record;
};

/** Whether a dependency lets the process above it start. */
export const lets = (pod: PodState, dependency: DependencySpec): boolean => {
  const below = recordIn(pod, dependency.process);
  if (isSatisfied(below, dependency)) return true;
  return !dependency.required && (below.state.is === 'stopped' || isHopeless(pod, dependency));
};

const isSatisfied = ({ state, spec }: ProcessRecord, { condition }: DependencySpec): boolean => {
  const done = state.is === 'completed';
  if (condition === 'completed') return done;
  if (done) return spec.role === 'init';
  return state.is === 'ready' || (condition === 'started' && state.is === 'running');
};

/** It will not come by itself. */
export const isHopeless = (pod: PodState, dependency: DependencySpec): boolean => {
  const below = recordIn(pod, dependency.process);
  if (isSatisfied(below, dependency)) return false;
  if (below.state.is === 'completed') return true;
  if (below.state.is === 'failed') return !below.spec.waitsForChange;
  return below.state.is === 'pending' && isStranded(pod, below.spec);
};

/** It will not be launched by itself: what it needs will not come. */
export const isStranded = (pod: PodState, spec: ProcessSpec): boolean =>
  spec.dependsOn.some((dependency) => dependency.required && isHopeless(pod, dependency));

export const blockersIn = (pod: PodState, { dependsOn }: ProcessSpec): string[] =>
  dependsOn.filter((dependency) => !lets(pod, dependency)).map(({ process }) => process);

/** Whether `above` has to be gone before `below` is told to go. */
export const stopsBefore = (pod: PodState, above: string, below: string): boolean =>
  above !== below &&
  (precedes(pod, above, below) || (isUsedBy(pod, below, above) && !leadsBack(pod, below, above)));

const isUsedBy = (pod: PodState, used: string, user: string): boolean =>
  pod.processes.get(user)?.spec.uses.includes(used) === true;

/** Whether what is used has to go before its user, by any way. */
const leadsBack = (pod: PodState, used: string, user: string, seen = new Set<string>()): boolean =>
  [...pod.processes.keys()].some((next) => {
    if (seen.has(next) || !(precedes(pod, used, next) || isUsedBy(pod, next, used))) return false;
    seen.add(next);
    return next === user || leadsBack(pod, next, user, seen);
  });

/** Whether the order of the start, or the place beside an app, says so. */
const precedes = (pod: PodState, above: string, below: string): boolean => {
  if (above === below) return false;
  if (standsOn(pod, above, below)) return true;
  const spec = pod.processes.get(below)?.spec;
  if (spec?.role !== 'sidecar') return false;
  const primaries = primariesIn(pod);
  const ofApps = spec.app === null ? ownedIn(pod, primaries) : primaries;
  if (ofApps.some((name) => standsOn(pod, below, name))) return false;
  return ofApps
    .filter((name) => spec.app === null || spec.app.primary === name)
    .some((name) => above === name || standsOn(pod, above, name));
};

const ownedIn = (pod: PodState, primaries: readonly string[]): string[] =>
  [...pod.processes.values()]
    .filter(({ spec: { name, app } }) => app !== null || primaries.includes(name))
    .map(({ spec }) => spec.name);

/** Those that the config has, and those of apps that are leaving. */
const primariesIn = (pod: PodState): string[] => {
  const said = [...pod.spec.processes.values()].filter(({ role }) => role === 'primary');
  const ofApps = [...pod.processes.values()].flatMap(({ spec: { app } }) => app?.primary ?? []);
  return [...said.map(({ name }) => name), ...ofApps].filter((name) => pod.processes.has(name));
};

/** The apps that came to their end between two states of a pod. */
export const endedBetween = (before: PodState, after: PodState): string[] =>
  after.ends.filter((end) => !before.ends.includes(end)).map(({ app }) => app);

/** The apps that are over no more, in a pod that still has them. */
const revivedBetween = (before: PodState, after: PodState): string[] =>
  before.ends
    .filter((end) => !after.ends.includes(end) && after.primaries.includes(end.app))
    .map(({ app }) => app);

/** What comes back with its app: what the app's end had taken down. */
export const revivedWith = (before: PodState, after: PodState): string[] => {
  const apps = revivedBetween(before, after);
  return [...before.processes.values()]
    .filter(({ spec, state, reason, desired }) => {
      if (desired || spec.app === null || !apps.includes(spec.app.primary)) return false;
      if (!after.spec.processes.has(spec.name)) return false;
      return (state.is === 'stopped' || state.is === 'stopping') && reason?.kind === 'app-ended';
    })
    .map(({ spec }) => spec.name);
};

/** Each by the spec that it was launched from: between two configs there may be circles. */
const standsOn = (pod: PodState, above: string, below: string, seen = new Set<string>()): boolean => {
  if (seen.has(above)) return false;
  seen.add(above);
  return (pod.processes.get(above)?.spec.dependsOn ?? []).some(
    ({ process }) => pod.processes.has(process) && (process === below || standsOn(pod, process, below, seen)),
  );
};

export type Request = Extract<CoreEvent, { readonly type: 'request' }>;

export const isAsked = (event: CoreEvent): event is Asked => 'id' in event && event.type !== 'timer';

/** Whether what is asked of a pod is carried out. */
export const isAccepted = (pod: PodState, event: Asked): boolean => {
  if (event.type === 'stop' || event.type === 'kill') return true;
  return event.type === 'request' ? requestIn(pod, event) !== null : pod.stop === null;
};

/** The request that an event makes of a pod, unless it is one that cannot be carried out. */
export const requestIn = (pod: PodState, event: CoreEvent): Request | null => {
  if (event.type !== 'request' || pod.stop !== null) return null;
  const record = pod.processes.get(event.process);
  if (record === undefined || !pod.spec.processes.has(event.process)) return null;
  const ran = record.spec.role === 'init' && record.state.is === 'completed';
  return ran && event.request === 'start' ? null : event;
};

/** What an event asks to have up: one process, or all that are up, and what these need. */
export const askedUp = (pod: PodState, event: CoreEvent): string[] => {
  const asked = requestIn(pod, event);
  if (asked !== null) return takesDown(asked) ? [] : startedWith(pod, asked.process);
  return restartedIn(pod, event).flatMap((name) => startedWith(pod, name));
};

/** The processes that an event restarts by name. */
export const restartedIn = (pod: PodState, event: CoreEvent): string[] => {
  const asked = requestIn(pod, event);
  if (asked !== null) return asked.request === 'restart' ? [asked.process] : [];
  if (event.type !== 'restart-all' || pod.stop !== null) return [];
  return [...pod.processes.values()]
    .filter(({ state }) => isUp(state) || state.is === 'backoff')
    .map(({ spec }) => spec.name);
};

/** Whether what is asked for is to stay down. */
export const takesDown = ({ request }: Request): boolean => request === 'stop' || request === 'kill';

/** A process and all that has to be started with it. */
export const startedWith = (pod: PodState, name: string): string[] => [
  name,
  ...(pod.spec.processes.get(name)?.dependsOn ?? [])
    .filter((dependency) => dependency.required && !lets(pod, dependency))
    .flatMap(({ process }) => startedWith(pod, process)),
];

/** The processes that an event wants to be launched anew: by hand, by a change of their files, by another config. */
export const launchedAnewBy = (pod: PodState, event: CoreEvent): ReadonlySet<string> => {
  if (pod.stop !== null) return new Set();
  if (event.type === 'reload') return concernedBy(pod, event.spec);
  if (event.type === 'change') return new Set(isRestartedBy(pod, event) ? [event.process] : []);
  if (event.type === 'refreshed')
    return new Set(event.files.filter((name) => isRestartedByRefresh(pod, event, name)));
  return new Set(restartedIn(pod, event));
};

/** An init task that has run, and an app that has ended and does not wait for a change, need no new files. */
const isRestartedByRefresh = (pod: PodState, { process: by }: Refreshed, process: string): boolean => {
  const told = pod.spec.processes
    .get(process)
    ?.refreshes.find((each) => each.by === by && each.file === process);
  const record = pod.processes.get(process);
  if (told === undefined || record === undefined || told.onChange.kind === 'none') return false;
  const isOver =
    record.state.is === 'completed' ||
    (record.state.is === 'failed' && record.spec.role !== 'sidecar' && !record.spec.waitsForChange);
  const signal = told.onChange.kind === 'signal' ? told.onChange.signal : null;
  return !isOver && isRestartedBy(pod, { type: 'change', process, files: [process], count: 1, signal });
};

const isRestartedBy = (pod: PodState, { process, signal }: Changed): boolean => {
  const record = pod.processes.get(process);
  if (record === undefined || !record.desired || record.survivors.length > 0) return false;
  const { is } = record.state;
  return signal === null || (is !== 'running' && is !== 'ready');
};

/** Those that differ, those whose dependencies have other ports, and those that restart with one of them. */
const concernedBy = (pod: PodState, spec: PodSpec): ReadonlySet<string> => {
  const concerned = new Set<string>();
  for (const process of spec.processes.values()) {
    const record = pod.processes.get(process.name);
    if (record === undefined || !wishAfter(pod, spec, process.name)) continue;
    if (record.survivors.length > 0) continue;
    if (record.spec.role === 'init' && record.state.is === 'completed' && process.role === 'init') {
      if (work(record.spec) !== work(process)) concerned.add(process.name);
      continue;
    }
    const isDown = !('instance' in record.state);
    const isBack = isDown && !record.desired;
    const isOther =
      essence(record.spec) !== essence(process) || takeRestart(record.spec, process, record.state.is);
    const isMoved = process.dependsOn.some((below) => hasOtherPorts(pod, spec, below.process));
    const isUp = !isDown && record.state.is !== 'stopping';
    const follows = process.dependsOn.some((below) => below.restart && concerned.has(below.process));
    if (isOther || isMoved || isBack || (isUp && follows)) concerned.add(process.name);
  }
  return concerned;
};

/** Whether other files take a new instance: a new or removed one, one that says so, or a signal that comes too early. */
const takeRestart = (was: ProcessSpec, is: ProcessSpec, state: string): boolean => {
  const names = ({ files }: ProcessSpec): string =>
    files
      .map(({ name }) => name)
      .toSorted()
      .join();
  if (names(was) !== names(is)) return true;
  return is.files.some((file) => {
    const before = was.files.find(({ name }) => name === file.name);
    if (JSON.stringify({ ...before, onChange: null }) === JSON.stringify({ ...file, onChange: null }))
      return false;
    return file.onChange.kind === 'restart' || (file.onChange.kind === 'signal' && state === 'starting');
  });
};

/** What an init task that has completed runs again for. */
const work = ({ launch: { command, cwd, env } }: ProcessSpec): string =>
  JSON.stringify([command, cwd, env.files]);

/** What only a new instance can have otherwise. */
const essence = ({
  role,
  app,
  launch,
  ports,
  startup,
  readiness,
  liveness,
  postStart,
}: ProcessSpec): string =>
  JSON.stringify([role, app, launch, ports, startup, readiness, liveness, postStart]);

const hasOtherPorts = (pod: PodState, spec: PodSpec, name: string): boolean => {
  const was = pod.spec.processes.get(name)?.ports;
  return was !== undefined && JSON.stringify(was) !== JSON.stringify(spec.processes.get(name)?.ports);
};

/** Whether a process is wanted once the config says `spec`: a word of the config counts when it is a new one. */
export const wishAfter = (pod: PodState, spec: PodSpec, name: string): boolean => {
  const said = pod.spec.processes.get(name)?.desired;
  const says = spec.processes.get(name)?.desired;
  const asked = pod.processes.get(name)?.desired ?? false;
  const app = spec.processes.get(name)?.app?.primary;
  if (said === undefined && pod.ends.some((end) => end.app === app)) return false;
  return says === undefined || said === says ? asked : says;
};
