import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import type { Pod, Process } from '../../../src/exchange/export/pod.ts';
import { inputsFor, load } from '../../config/support.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a config means, process by process, whatever it writes and what it leaves to defaults. */
export const meaningOf = (
  config: object,
  files: Readonly<Record<string, string>>,
): Readonly<Record<string, Fields>> => {
  const loaded = load(config, files);
  const { pod } = resolveSymbolically(loaded, inputsFor(loaded, { watching: true })) as { readonly pod: Pod };
  const processes = [...pod.processes.values()].map((process): [string, Fields] => [
    process.name,
    fieldsOf(process, pod),
  ]);
  const volumes = Object.fromEntries([...pod.volumes.values()].map(({ name, lifetime }) => [name, lifetime]));
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(processes), '': { name: pod.name, volumes } }));
};

const fieldsOf = (process: Process, pod: Pod): Fields => {
  const { launch, role, desired, ports, dependsOn, startup, readiness, liveness, files, stop } = process;
  const command = launch.command.kind === 'container' ? launch.command : null;
  return {
    ...{ role, desired, startup, readiness, liveness, watch: process.watch, restart: process.restart.policy },
    ...{ postStart: process.postStart, preStop: process.preStop, image: command?.image, pull: command?.pull },
    ...{
      command: command?.entrypoint,
      args: command?.args,
      workingDir: command?.workingDir,
      user: command?.user,
    },
    env: { ...launch.env.pod, ...launch.env.own },
    ports: Object.fromEntries(
      ports.map(({ name, auto, port, target, protocol, host }) => [
        name,
        { port: auto ? 'auto' : port, target, protocol, host },
      ]),
    ),
    mounts: command?.mounts.filter(({ source, path }) => JSON.stringify(source) !== JSON.stringify(path)),
    dependsOn: Object.fromEntries(
      dependsOn
        .map(({ process: other, condition }): [string, string] => [
          other,
          isMere(pod, other, condition) ? 'started' : condition,
        ])
        .toSorted(([one], [another]) => one.localeCompare(another)),
    ),
    files: files.map(({ name, content, mode, secret }) => ({ name, content, mode, secret })),
    stop: { signal: stop.signal, grace: stop.grace ?? pod.stop.grace },
  };
};

/** Ready says no more than started of a process without a readiness. */
const isMere = (pod: Pod, name: string, condition: string): boolean =>
  condition === 'ready' && pod.processes.get(name)?.readiness === null;
