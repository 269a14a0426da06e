import { declaredProcesses } from '../../../config/resolve/declared.ts';
import type { LoadedConfig } from '../../../config/resolve/loaded-config.ts';
import type { Pod, Process } from '../../export/pod.ts';

type Names = ReadonlySet<string>;

/** A pod with the processes that start only by hand, which are services with a profile. */
export const withByHand = (
  pod: Pod,
  { config }: LoadedConfig,
  leftOut: Names,
): { readonly pod: Pod; readonly byHand: Names } => {
  const byHand = new Set(
    declaredProcesses(config)
      .filter(({ fields }) => fields.autostart === false)
      .map(({ name }) => name)
      .filter((name) => pod.processes.get(name)?.desired === false && !leftOut.has(name)),
  );
  const processes = [...pod.processes].map(
    ([name, process]) => [name, { ...process, desired: process.desired || byHand.has(name) }] as const,
  );
  return { pod: { ...pod, processes: new Map(processes) }, byHand };
};

/** The profiles of services: its own, and those of others that need it and are started by hand. */
export const profilesOf = (
  processes: readonly Process[],
  byHand: Names,
): ReadonlyMap<string, readonly string[]> => {
  const needing = (name: string): readonly string[] =>
    processes
      .filter(
        (process) => byHand.has(process.name) && process.dependsOn.some((each) => each.process === name),
      )
      .flatMap((process) => [process.name, ...needing(process.name)]);
  return new Map([...byHand].map((name) => [name, [...new Set([name, ...needing(name)])]]));
};
