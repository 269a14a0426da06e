import type { DeclaredProcess } from './component.ts';
import type { Scope, ScopeDetour } from './scope.ts';

/** The processes, each with the detours of what it refers to in its scope. */
export const withDetours = (processes: readonly DeclaredProcess[]): readonly DeclaredProcess[] => {
  const detours = detoursByReceiver(processes);
  return detours.size === 0
    ? processes
    : processes.map((process) => rerouted(process, detours.get(process.name)));
};

/** Leaves out the detours through processes that do not run. */
export const detoursWithout = (
  processes: readonly DeclaredProcess[],
  leftOut: readonly string[],
): readonly DeclaredProcess[] =>
  processes.map((process) => {
    const { detours } = process.scope;
    const left = detours.filter(({ by }) => !leftOut.includes(by));
    return left.length === detours.length ? process : rerouted(process, left);
  });

const rerouted = (process: DeclaredProcess, detours: readonly ScopeDetour[] | undefined): DeclaredProcess =>
  detours === undefined ? process : { ...process, scope: { ...process.scope, detours } };

const detoursByReceiver = (
  processes: readonly DeclaredProcess[],
): ReadonlyMap<string, readonly ScopeDetour[]> => {
  const found = new Map<string, ScopeDetour[]>();
  for (const { name, scope, made } of processes) {
    const detour = made?.detour ?? null;
    const target = detour === null ? undefined : scope.single.get(detour.process);
    if (detour === null || target === undefined) continue;
    const own = { process: target, port: detour.port, by: name, through: detour.through };
    for (const receiver of detour.for.flatMap((written) => scope.processes.get(written) ?? []))
      found.set(receiver, [...(found.get(receiver) ?? []), own]);
  }
  return found;
};

/** Values by process and port, as a scope with detours names them. */
export const detoured = <Value>(
  { single, detours }: Scope,
  byWrittenName: ReadonlyMap<string, ReadonlyMap<string, Value>>,
  byName: ReadonlyMap<string, ReadonlyMap<string, Value>>,
): ReadonlyMap<string, ReadonlyMap<string, Value>> => {
  if (detours.length === 0) return byWrittenName;
  const values = new Map(byWrittenName);
  for (const { process, port, by, through } of detours) {
    const value = byName.get(by)?.get(through);
    for (const [written, name] of value === undefined ? [] : single)
      if (name === process) values.set(written, new Map(values.get(written)).set(port, value as Value));
  }
  return values;
};
