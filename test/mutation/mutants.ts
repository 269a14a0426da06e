import { type Mutant, mutantsOf } from './mutant.ts';

const mutant = mutantsOf({ source: 'src/core/', sentences: 'test/core/', simulation: 'test/simulation/' });

export const MUTANTS: readonly Mutant[] = [
  mutant('a process restarts for refreshed files that it does not read', 'on-refreshed', 'refreshed', [
    '(each.file === null || files.includes(each.file))',
    'true',
  ]),
  mutant('an init task that has run runs again for refreshed files', 'on-refreshed', 'refreshed', [
    "state.is === 'completed' ||",
    'false ||',
  ]),
  mutant('the next starts without its gate', 'lifecycle', 'start-order', [
    'if (gatesAreSatisfied(step.pod, record, unsatisfiable)) launch',
    'if (gatesAreSatisfied(step.pod, record, unsatisfiable) || true) launch',
  ]),
  mutant('an optional dependency that has failed holds back', 'gates', 'start-order', [
    'const goesOnWithout = !dependency.required &&',
    'const goesOnWithout = false &&',
  ]),
  mutant('sidecars are stopped in start order', 'start-graph', 'stop', [
    'const first = reachable(dependents, name);',
    'const above = new Set(specs.find((one) => one.name === name)?.dependsOn.map(({ process }) => process));',
  ]),
  mutant('sidecars are stopped before the primary', 'start-graph', 'stop', [
    'order.set(name, [...first]);',
    `const sidecars = specs.filter((other) => other.role === 'sidecar');
    order.set(name, primaries.includes(name) ? sidecars.map((other) => other.name) : []);`,
  ]),
  mutant('a sidecar that the primary does not need does not wait for it to stop', 'start-graph', 'stop', [
    "if (role === 'sidecar' && !(app === null ? onApps : inFront).has(name)) {",
    'if (false) {',
  ]),
  mutant('what uses a process stops together with it', 'start-graph', 'stop', [
    'if (users.size === 0) return order;',
    'if (users.size >= 0) return order;',
  ]),
  mutant('processes that use each other wait for each other', 'start-graph', 'stop', [
    'using.filter((user) => !reachable(all, user).has(name))',
    'using',
  ]),
  mutant('a sidecar follows the primary’s policy', 'restart-policy', 'restart', [
    'switch (spec.restart.policy) {',
    "switch (spec.role === 'sidecar' ? 'never' : spec.restart.policy) {",
  ]),
  mutant('a sidecar that exits 0 is done', 'restart-policy', 'restart', [
    "return !(ok && spec.role === 'init');",
    'return !ok;',
  ]),
  mutant('a sidecar’s exit code counts', 'pod-stop', 'exit-code', [
    'const exitCode = exitCodeOf(step.pod, stop);',
    `const sidecars = step.records().filter(({ spec }) => spec.role === 'sidecar');
  const worst = Math.max(0, ...sidecars.map(({ lastExit }) => lastExit?.exit.status ?? 0));
  const exitCode = exitCodeOf(step.pod, stop) || worst;`,
  ]),
  mutant('an init task that has exited 0 runs again', 'restart-policy', 'restart', [
    "return !(ok && spec.role === 'init');",
    'return true;',
  ]),
  mutant('an init task that was done before its restart could stop it runs again', 'lifecycle', 'requests', [
    'if (hasDoneItsWork(step.record(name), last)) {',
    'if (false) {',
  ]),
  mutant('the back-off is never forgotten', 'restart-policy', 'restart', [
    'last.ranFor >= restart.resetAfter ? 0 : record.crashes',
    'record.crashes',
  ]),
  mutant('the first restart waits like the others', 'restart-policy', 'restart', [
    'if (crashes === 0 || backoff.initial === 0) return 0;',
    'if (backoff.initial === 0) return 0;',
  ]),
  mutant('the back-off grows without end', 'restart-policy', 'restart', [
    'Math.min(backoff.max, backoff.initial * backoff.factor ** (crashes - 1))',
    'backoff.initial * backoff.factor ** (crashes - 1)',
  ]),
  mutant('the limit of restarts is kept one too late', 'restart-policy', 'restart', [
    'restartedAt.length >= restart.limit.restarts',
    'restartedAt.length > restart.limit.restarts',
  ]),
  mutant('preStop hooks run one after the other', 'stopping', 'hooks', [
    'if (spec.preStop === null || grace.until <= step.now) return false;',
    `const another = step
    .records()
    .some(({ state }) => state.is === 'stopping' && state.stop.stage.is === 'holding' && state.stop.stage.hookRunning);
  if (another || spec.preStop === null || grace.until <= step.now) return false;`,
  ]),
  mutant('the signal does not wait for the preStop hook', 'stopping', 'hooks', [
    "stop.stage.is === 'holding' && !stop.stage.hookRunning &&",
    "stop.stage.is === 'holding' &&",
  ]),
  mutant('a preStop hook that overruns the grace is not cut off', 'stopping', 'hooks', [
    'if (hookRunning) step.commands.push(',
    'if (false) step.commands.push(',
  ]),
  mutant('a stop command that fails is not followed by the signal', 'stopping', 'hooks', [
    "if (ok || state.is !== 'stopping' || state.stop.stage.is !== 'signalled') return;",
    "if (ok || true || state.is !== 'stopping' || state.stop.stage.is !== 'signalled') return;",
  ]),
  mutant('every process has a grace from its own signal on, not the shared one', 'stopping', 'stop', [
    'Math.max(until, signalledAt + step.pod.spec.stop.minimumGrace)',
    'signalledAt + step.pod.spec.stop.grace',
  ]),
  mutant('minimumGrace is ignored', 'stopping', 'stop', [
    'Math.max(until, signalledAt + step.pod.spec.stop.minimumGrace)',
    'until',
  ]),
  mutant('a grace of a process’s own is ignored', 'stopping', 'stop', [
    'return own === null ? shared : Math.min(shared, signalledAt + own);',
    'return shared;',
  ]),
  mutant('a second, shorter grace does not shorten', 'pod-stop', 'stop', [
    'else if (grace !== null) shortenStop(step, graceUntil);',
    '',
  ]),
  mutant('a second signal does not kill', 'pod-stop', 'stop', [
    'for (const { spec } of step.records()) killProcess(step, spec.name);',
    '',
  ]),
  mutant('what hangs after its kill is waited for for ever', 'kill-bounds', 'stop', [
    'KILL_AT_MOST + 1_000',
    'KILL_AT_MOST + 1_000_000',
  ]),
  mutant(
    'a sidecar that dies in the stop is restarted',
    'lifecycle',
    'stop',
    ['if (step.pod.stop !== null) return settleStopped(step, name, reason, last);', ''],
    ['if (step.pod.stop !== null) return;\n  const pending', 'const pending'],
  ),
  mutant('readiness stops with the stop', 'stopping', 'stop', [
    "endProbe(step, name, 'liveness');",
    "endProbe(step, name, 'liveness');\n  endProbe(step, name, 'readiness');",
  ]),
  mutant('liveness goes on during the stop', 'stopping', 'stop', ["endProbe(step, name, 'liveness');", '']),
  mutant('failures are counted more than once a period', 'probing', 'probes', [
    'const counts = state.everOk || state.countedAt === null || now - state.countedAt >= spec.period;',
    'const counts = true;',
  ]),
  mutant('an answer of an earlier attempt counts', 'probing', 'probes', [
    'attempt !== null && (attempt !== state.attempt || state.attemptedAt === null)',
    'false',
  ]),
  mutant('a failing readiness probe restarts', 'lifecycle', 'probes', [
    "step.transition(name, { is: 'running', instance: state.instance }, { kind: 'not-ready', finding });",
    "onUnhealthy(step, name, 'liveness', finding);",
  ]),
  mutant('a start may take for ever', 'lifecycle', 'probes', [
    'if (spec.startup !== null) armStartupDeadline(step, name, spec.startup);',
    '',
  ]),
  mutant('a late timer is obeyed', 'decide', 'timers', [
    'if (state === undefined || held?.id !== event.id) return;',
    'if (state === undefined || held === null) return;',
  ]),
  mutant('timers outlive the process they were armed for', 'lifecycle', 'restart', [
    'disarmAll(step, name);\n  const lastExit',
    'const lastExit',
  ]),
  mutant('a word of an earlier run is heard', 'decide', 'timers', [
    'return state !== undefined && isLive(state) && state.instance.generation === event.generation;',
    'return state !== undefined && isLive(state);',
  ]),
  mutant('the primary’s end does not end the pod', 'lifecycle', 'stop', [
    "if (spec.role === 'primary' && exit !== null) {",
    'if (false) {',
  ]),
  mutant('an essential process’s end does not end the pod', 'lifecycle', 'restart', [
    '} else if (spec.essential &&',
    '} else if (false &&',
  ]),
  mutant('a crash takes all dependents along', 'start-graph', 'start-order', [
    'directDependents(specs, (dependency) => dependency.restart)',
    'directDependents(specs, () => true)',
  ]),
  mutant('what restarts with another stays up when that crashes', 'lifecycle', 'requests', [
    'restartDependents(step, name);\n  if (delay === 0)',
    'if (delay === 0)',
  ]),
  mutant('what restarts with another stays up when that is restarted by hand', 'requests', 'requests', [
    'restartDependents(step, name);\n  restartOne(step, name);',
    'restartOne(step, name);',
  ]),
  mutant('a start that runs out of time goes on', 'decide', 'partial-pod', [
    'if (startTimeout?.timer.id !== id) return;',
    'if (startTimeout !== undefined) return;',
  ]),
  mutant('requests are carried out during the stop', 'requests', 'requests', [
    "if (pod.stop !== null) return 'pod-stops';",
    '',
  ]),
  mutant('what was stopped by hand is still wanted', 'requests', 'requests', [
    'const { state } = step.patch(name, { desired: false });',
    'const { state } = step.record(name);',
  ]),
  mutant('a kill by hand waits for those that stop before', 'requests', 'requests', [
    'stop(step, name, { until: step.now, own: 0 });\n  killProcess(step, name);',
    'stop(step, name, { until: step.now, own: 0 });',
  ]),
  mutant('what is killed by hand runs its preStop hook', 'requests', 'requests', [
    'stop(step, name, { until: step.now, own: 0 });',
    'stop(step, name);',
  ]),
  mutant('a restart of all leaves out what waits to be restarted', 'requests', 'requests', [
    "if (isUp(state) || state.is === 'backoff') restartOne",
    'if (isUp(state)) restartOne',
  ]),
  mutant('a restart of all starts what was stopped', 'requests', 'requests', [
    "if (isUp(state) || state.is === 'backoff') restartOne",
    'restartOne',
  ]),
  mutant('a refused request is answered as carried out', 'answer', 'requests', [
    'because === null ? DONE : { ok: false, because }',
    'because === null ? DONE : DONE',
  ]),
  mutant('a refused request gets no answer', 'answer', 'requests', [
    'if (asked.id !== null) step',
    'if (asked.id !== null && outcome.ok) step',
  ]),
  mutant('a request is answered twice', 'answer', 'requests', [
    'if (asked.id !== null) step',
    "if (asked.type === 'kill' && asked.id !== null) step.commands.push({ type: 'reply', id: asked.id, outcome });\n  if (asked.id !== null) step",
  ]),
  mutant('a request is refused to its client and carried out', 'requests', 'requests', [
    "  else step.report({ type: 'refused', name, request, because });",
    "  else step.report({ type: 'refused', name, request, because });\n  if (because === 'init-task-ran') carryOut(step, 'restart', name);",
  ]),
  mutant('a restart of all during the stop is answered as carried out', 'requests', 'requests', [
    "if (step.pod.stop !== null) return 'pod-stops';",
    'if (step.pod.stop !== null) return null;',
  ]),
  mutant('a reload during the stop is answered as carried out', 'reload', 'requests', [
    "return { ok: false, because: 'pod-stops' };",
    'return { ok: true, plan: [] };',
  ]),
  mutant('a waiting process does not say for what', 'explain', 'explain', [
    'isWaitingToStart(record) ? blockersOf(pod, record, unsatisfiable) : []',
    '[] as Blocker[]',
  ]),
  mutant('a reload restarts what it does not concern', 'reload-plan', 'reload', [
    'if (because.length === 0) return unrestarted(record, process);',
    '',
  ]),
  mutant('a changed process runs on as it was', 'reload-plan', 'reload', [
    "if (LAUNCH_ON_EDIT[field] !== 'apart' &&",
    "if (field !== 'command' && LAUNCH_ON_EDIT[field] !== 'apart' &&",
  ]),
  mutant('what depends on moved ports runs on', 'reload-plan', 'reload', [
    'return was !== undefined && is !== undefined && !deepEqual(was.ports, is.ports);',
    'return false;',
  ]),
  mutant('a neighbour that comes restarts all that know of it', 'reload-plan', 'reload', [
    'const { injected: _, services: _s, withoutServices: _w, ...env } = launch.env;\n  const { injected: __, services: __s, withoutServices: __w, ...nextEnv } = is.launch.env;',
    'const env = launch.env;\n  const nextEnv = is.launch.env;',
  ]),
  mutant('what restarts with a changed process stays up', 'reload-plan', 'reload', [
    'const follows = followed !== undefined &&',
    'const follows = false && followed !== undefined &&',
  ]),
  mutant('a changed process is stopped as it is to become', 'reload', 'reload', [
    'return goesDown ? { ...record, desired } : { ...record, desired, spec: process };',
    'return { ...record, desired, spec: process };',
  ]),
  mutant('a process that a reload takes down for good is stopped as it is to become', 'reload', 'reload', [
    'const goesDown = isRestarted || (isLive(record.state) && !desired);',
    'const goesDown = isRestarted;',
  ]),
  mutant('a removed process stays in the pod', 'reload', 'reload', [
    'else left.set(name, leave(step, record));',
    'else processes.set(name, record);',
  ]),
  mutant('a removed process runs on', 'reload', 'reload', [
    "beginStop(step, name, { kind: 'removed' })",
    'undefined',
  ]),
  mutant('a process that comes back counts from one again', 'reload', 'reload', [
    'newRecord(process, step.now, step.pod.left.get(process.name))',
    'newRecord(process, step.now)',
  ]),
  mutant('a reload is followed during the stop', 'reload', 'reload', [
    "if (step.pod.stop !== null) return { ok: false, because: 'pod-stops' };\n",
    '',
  ]),
  mutant('what was stopped by hand comes up with a reload', 'reload-plan', 'reload', [
    'return said === process.desired ? record.desired : process.desired;',
    'return process.desired;',
  ]),
  mutant('a change starts what was stopped by hand', 'on-change', 'changes', [' || !record.desired', '']),
  mutant('a change does not take along what restarts with the process', 'on-change', 'changes', [
    'restartDependents(step, name);\n  if',
    'if',
  ]),
  mutant('a signal for a change goes to a process that has not started', 'on-change', 'changes', [
    'if (signal !== null && isStarted(state)) return',
    "if (signal !== null && 'instance' in state) return",
  ]),
  mutant('a primary that crashes ends the pod though it waits for a change', 'lifecycle', 'changes', [
    "if (is === 'failed' && spec.waitsForChange && exit !== null) {",
    'if (false) {',
  ]),
  mutant('what depends on a primary that waits for a change gives up', 'gates', 'changes', [
    "return record.spec.waitsForChange ? 'waits' : 'unsatisfiable';",
    "return 'unsatisfiable';",
  ]),
  mutant('the end of one app ends the pod', 'app-end', 'apps', [
    'if (primaries.length === 1) return beginPodStop(step, reason);',
    'return beginPodStop(step, reason);',
  ]),
  mutant('the end of an app leaves its sidecars up', 'app-end', 'apps', ['else stopApp(step, primary);', '']),
  mutant('the end of an app takes shared sidecars along', 'app-end', 'apps', [
    'if (spec.app?.primary !== primary ||',
    'if ((spec.app !== null && spec.app.primary !== primary) ||',
  ]),
  mutant('the end of an app takes another along', 'app-end', 'apps', [
    'if (spec.app?.primary !== primary ||',
    'if (spec.app === null ||',
  ]),
  mutant('what the end of an app has stopped is restarted', 'app-end', 'apps', [
    'step.patch(spec.name, { desired: false });',
    '',
  ]),
  mutant(
    'the pod goes on when all apps are over',
    'app-end',
    'apps',
    ['if (allAreOver(step)) endWithTheApps(step);\n  else stopApp', 'stopApp'],
    ['if (stop === null && ends.length > 0 && allAreOver(step))', 'if (false)'],
  ),
  mutant('what is essential in an app ends the pod', 'app-end', 'apps', [
    'if (spec.app === null) beginPodStop',
    'if (true) beginPodStop',
  ]),
  mutant('an app of which the primary cannot start ends the pod', 'pod-phase', 'apps', [
    "endApp(step, process, { kind: 'cannot-start', process, blockers });",
    "beginPodStop(step, { kind: 'cannot-start', process, blockers });",
  ]),
  mutant('the last app that failed gives the exit code', 'exit-code', 'apps', [
    'codes.find((code) => code !== 0)',
    'codes.findLast((code) => code !== 0)',
  ]),
  mutant('an app that had failed before a requested stop does not count', 'exit-code', 'apps', [
    '...countedEnds(pod).map(({ exitCode }) => exitCode), ',
    '',
  ]),
  mutant('shared sidecars wait for the first app only', 'start-graph', 'apps', [
    'if (app === null || app.primary === other)',
    'if (app === null ? other === primaries[0] : app.primary === other)',
  ]),
  mutant('the sidecars of an app wait for the primaries of all', 'start-graph', 'apps', [
    'if (app === null || app.primary === other)',
    'if (true)',
  ]),
  mutant('the pod runs with its first primary', 'pod-phase', 'apps', [
    'records.every(({ state }) => isStarted(state))',
    'records.some(({ state }) => isStarted(state))',
  ]),
  mutant('an app that is started again comes back alone', 'requests', 'apps', [
    "reason?.kind === 'app-ended' && reason.app === primary) bringUp",
    'false) bringUp',
  ]),
  mutant('an app that only supports another keeps the pod', 'app-end', 'apps', ['spec.isSupport || ', '']),
  mutant('what a main process leaves behind is not asked to go', 'lingering', 'lingering', [
    "step.commands.push({ type: 'terminate'",
    "if (false) step.commands.push({ type: 'terminate'",
  ]),
  mutant('a group that had the stop signal gets a second one', 'lingering', 'lingering', [
    'terminate(step, name, stage.sent);',
    'terminate(step, name, false);',
  ]),
  mutant('a group that had only its stop command is spared the signal', 'stopping', 'lingering', [
    'const sent = spec.stop.command === null;',
    'const sent = true as boolean;',
  ]),
  mutant('what is left behind in a stop has all of the grace', 'lingering', 'lingering', [
    'killTime(step, at, { ...grace, until: at })',
    'killTime(step, at, grace)',
  ]),
  mutant('what is left behind is killed at once', 'lingering', 'lingering', [
    "kill: step.arm(name, 'kill', soonest)",
    "kill: step.arm(name, 'kill', at)",
  ]),
  mutant('a main process that has ended is probed on', 'lingering', 'lingering', [
    "endProbe(step, name, 'readiness');",
    '',
  ]),
  mutant('a postStart hook outlives its main process', 'lingering', 'lingering', [
    'endStartOfLife(step, name, state.instance);',
    '',
  ]),
  mutant('a main process may end twice', 'lingering', 'lingering', [
    "case 'lingering':\n      return;",
    "case 'lingering':\n      return setStage(step, name, { ...stage, root });",
  ]),
  mutant(
    'what was left behind and killed counts as the end of its main process',
    'lifecycle',
    'lingering',
    ['exit: root?.exit ?? exit,', 'exit,'],
    [
      "after: stop === null ? 'itself' : lastDoneIn(stop.stage, spec.preStop !== null),",
      "after: stop === null ? 'itself' : stop.stage.is === 'killed' ? 'kill' : lastDoneIn(stop.stage, spec.preStop !== null),",
    ],
  ),
  mutant('a run is as long as the last of its tree', 'lifecycle', 'lingering', [
    'const at = root?.at ?? step.now;',
    'const at = step.now;',
  ]),
  mutant('the pid of a main process that has ended is still told', 'process-state', 'lingering', [
    "return state.is === 'stopping' && rootEndOf(state.stop.stage) !== null",
    'return false',
  ]),
  mutant('a death that leaves others behind is not answered by the policy', 'lifecycle', 'lingering', [
    "return followPolicy(step, name, { kind: 'exited', exit: last.exit }, last);",
    "return step.transitionSilently(name, { is: 'pending' }, reason);",
  ]),
  mutant('what is asked to start while it lingers is left to its policy', 'requests', 'lingering', [
    'if (isLive(state)) return comeBack(step, name, state);',
    'if (isLive(state)) return;',
  ]),
  mutant('a kill that failed counts as one that worked', 'lifecycle', 'lingering', [
    'if (survivors.length > 0) holdDown',
    'if (false) holdDown',
  ]),
  mutant('what could not be ended ends no pod that needs its process', 'lifecycle', 'lingering', [
    'if (desired && !spec.waitsForChange) propagateEnd(step, name);',
    '',
  ]),
  mutant('an init task has failed when what it left behind could not be ended', 'lifecycle', 'lingering', [
    "if (hasDoneItsWork(step.record(name), last)) return step.transition(name, { is: 'completed' }, reason);",
    '',
  ]),
  mutant('a second one is started beside what could not be ended', 'requests', 'lingering', [
    'if (survivors.length > 0) return staysDown(step, name, survivors);',
    '',
  ]),
  mutant('a process that is put back beside its survivors is launched', 'reload', 'lingering', [
    'return { generation, survivors };',
    'return { generation, survivors: [] };',
  ]),
  mutant('what restarts with a process that stays down is restarted', 'reload-plan', 'lingering', [
    "return survivors.length > 0 ? 'update' : 'start';",
    "return 'start';",
  ]),
  mutant('what restarts with a process that cannot start goes down', 'lifecycle', 'restart', [
    'if (canStartAgain(step, name)) restartDependents(step, name);',
    'restartDependents(step, name);',
  ]),
  mutant('a reload starts a second one beside what could not be ended', 'reload', 'lingering', [
    ' && record.survivors.length === 0',
    '',
  ]),
  mutant('what could not be ended is never started again', 'requests', 'lingering', [
    'step.patch(name, { survivors: [] });',
    '',
  ]),
  mutant('what is written off counts as gone', 'decide', 'lingering', [
    "[{ pid, user: null, command: '', why: 'unknown' } as const]",
    '[]',
  ]),
  mutant('an internal error is no failure', 'pod-stop', 'lingering', [
    'else step.patchPod({ stop: { ...step.pod.stop, reason } });',
    '',
  ]),
  mutant('a signal spelt as an exit code is a failure', 'exit-code', 'exit-code', [
    'exit.status === 128 + stopSignalOf(record).signalNumber',
    'exit.signal === stopSignalOf(record).signal',
  ]),
  mutant('a signal to live on with is one to stop', 'on-change', 'changes', [
    "type: 'pass-signal'",
    "type: 'signal'",
  ]),
  mutant('a process that has left is not forgotten', 'reload', 'reload', [
    "step.commands.push({ type: 'forget', process: spec.name });",
    '',
  ]),
  mutant('an edit that is none of its work runs an init task again', 'reload-plan', 'reload', [
    "if (hasDoneItsWork(record) && process.role === 'init') return entryForDone(record, process, desired);",
    '',
  ]),
  mutant('an init task does not run again for another envFile', 'reload-plan', 'reload', [
    "...(deepEqual(was.env.files, is.env.files) ? [] : ['envFile' as const])",
    '',
  ]),
  mutant('an init task that has completed cannot be restarted', 'requests', 'requests', [
    "initRan && request === 'start'",
    'initRan',
  ]),
  mutant('a new or removed file goes unnoticed', 'file-changes', 'file-changes', [
    'was.length !== is.length || is.some(({ name }) => !before.has(name))',
    'false',
  ]),
  mutant('a signal for a file may end a process that is starting', 'file-changes', 'file-changes', [
    'signals.length > 0 && isUp(state) && !isStarted(state)',
    'false',
  ]),
  mutant('a file that takes a restart is only replaced', 'file-changes', 'file-changes', [
    " || changed.some(({ onChange }) => onChange.kind === 'restart')",
    '',
  ]),
  mutant('two files with one signal send it twice', 'file-changes', 'file-changes', [
    '[...new Set(signals)]',
    'signals',
  ]),
  mutant('another reaction to a change replaces the file', 'file-changes', 'file-changes', [
    'deepEqual({ ...was, onChange: null }, { ...is, onChange: null })',
    'deepEqual(was, is)',
  ]),
];
