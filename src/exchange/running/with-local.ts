import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';
import type { LocalProblem } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { Fields, FoundPod, FoundProcess, Value } from '../form/found-pod.ts';
import { toLabels } from '../form/label.ts';
import type { Loss } from '../form/losses.ts';
import { mapTexts } from '../form/map-texts.ts';
import { type LocalMachine, withLocalMounts } from './local-mounts.ts';

/** Commands of this machine by the containers whose places they take. */
export type LocalCommands = ReadonlyMap<string, string>;

type WithLocal =
  | { readonly ok: true; readonly pod: FoundPod }
  | { readonly ok: false; readonly problems: readonly LocalProblem[] };

/**
 * Puts processes of this machine in the places of containers: each has its container's variables, files, volumes, ports,
 * probes and hooks, and its command is a shell line in `cwd`.
 */
export const withLocal = (pod: FoundPod, locals: LocalCommands, on: LocalMachine): WithLocal => {
  const named = [...locals].map(([name, command]) => ({ found: processCalled(name, pod), command }));
  const problems = named.flatMap(({ found }) => ('kind' in found ? [found] : []));
  if (problems.length > 0) return { ok: false, problems };
  const commands = new Map(
    named.flatMap(({ found, command }) => ('kind' in found ? [] : [[found.name, command] as const])),
  );
  const losses: Loss[] = [];
  const volumes = (pod.fields['volumes'] ?? {}) as Fields;
  const processes = pod.processes.map((process) => {
    const command = commands.get(process.name);
    if (command === undefined) return process;
    const mounted = withLocalMounts(process, volumes, on);
    losses.push(...mounted.losses);
    return local(mounted.process, command, on.cwd);
  });
  const taken = new Set(processes.filter(({ name }) => commands.has(name)).flatMap(fixedPorts));
  return {
    ok: true,
    pod: {
      ...pod,
      losses: [...pod.losses, ...losses],
      processes: processes.map((process) => (commands.has(process.name) ? process : giveWay(process, taken))),
    },
  };
};

/** Its name in the source, in a config, or that of its container alone. */
const processCalled = (found: string, { processes }: FoundPod): FoundProcess | LocalProblem => {
  const labels = toLabels(processes.map(({ name }) => name));
  const exact = processes.find(({ name }) => name === found || labels.get(name) === found);
  if (exact !== undefined) return exact;
  const [only, ...more] = processes.filter(({ containerName }) => containerName === found);
  const known = processes.map(({ name }) => name);
  if (only === undefined) return { kind: 'unknown-local', found, nearest: nearest(found, known), known };
  const names = [only, ...more].map(({ name }) => name);
  return more.length === 0 ? only : { kind: 'ambiguous-local', found, names };
};

const local = (process: FoundProcess, command: string, cwd: string): FoundProcess => {
  const { image, build, pull, user, workingDir, args, anonymousVolumes, instances, tty, ports, ...stays } =
    process.fields;
  const fields = mapTexts(stays, (text) => [onThisMachine(text)]);
  return {
    ...process,
    container: undefined,
    fields: {
      ...fields,
      ...ownFiles(fields['files'] as Fields | undefined),
      ...ownVariables(fields['env'] as Fields | undefined),
      ...{ command, cwd, ports: ports === undefined ? undefined : ownPorts(ports as Fields) },
    },
  };
};

/** Every process of this machine reaches the others at its own loopback address. */
const onThisMachine = (text: string): string => text.replaceAll(HOST, '127.0.0.1');

const HOST = new RegExp(`(?<![\\w.-])${HOST_OF_CONTAINERS.replaceAll('.', '\\.')}(?![\\w.-])`, 'g');

/** A variable that an image may have in its own way, such as PORT, is taken from its container; a command here wants it. */
const ownVariables = (env: Fields | undefined): Fields =>
  env === undefined
    ? {}
    : { env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== null)) };

/** A secret file of this machine is closed to other users, whatever mode it has in a container. */
const ownFiles = (files: Fields | undefined): Fields =>
  files === undefined
    ? {}
    : {
        files: Object.fromEntries(
          Object.entries(files).map(([name, file]) => {
            const { mode, ...rest } = (typeof file === 'object' ? (file ?? {}) : {}) as Fields;
            return [name, rest['secret'] === true ? rest : file];
          }),
        ),
      };

/** It listens where it would listen in its container. */
const ownPorts = (ports: Fields): Fields =>
  Object.fromEntries(
    Object.entries(ports).map(([name, value]) => {
      if (typeof value !== 'object' || value === null) return [name, value];
      const { target, port, ...rest } = value as Fields;
      const own = target ?? port ?? 'auto';
      return [name, Object.keys(rest).length === 0 ? own : { port: own, ...rest }];
    }),
  );

const fixedPorts = ({ fields }: FoundProcess): readonly string[] =>
  Object.values((fields['ports'] ?? {}) as Fields).map((value) => keyOf(value));

const keyOf = (value: Value | undefined): string => {
  const { port, protocol = 'tcp' } = typeof value === 'object' ? (value as Fields) : { port: value };
  return `${String(protocol)} ${String(port)}`;
};

/** A container can be published anywhere, and a process listens where it listens. */
const giveWay = (process: FoundProcess, taken: ReadonlySet<string>): FoundProcess => {
  const ports = process.fields['ports'] as Fields | undefined;
  if (process.container === undefined || ports === undefined) return process;
  const others = Object.entries(ports).map(([name, value]) => {
    if (!taken.has(keyOf(value)) || keyOf(value).endsWith(' auto')) return [name, value];
    const written = typeof value === 'object' && value !== null ? (value as Fields) : { port: value };
    return [name, { target: written['port'], ...written, port: 'auto' }];
  });
  return { ...process, fields: { ...process.fields, ports: Object.fromEntries(others) } };
};
