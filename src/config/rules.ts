import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ConfigProblem, FieldPath } from '../core/config-problem.ts';
import type { DeclaredPort } from '../core/port-failure.ts';
import { type DeclaredProcess, declaredProcesses, isPrivateMount, mountsOf, portsOf } from './declared.ts';
import { findDependencyProblems } from './dependency-rules.ts';
import { findIsolationProblems } from './isolation-rules.ts';
import { findKeyProblems } from './key-rules.ts';
import { nearest } from './nearest.ts';
import { findProbeProblems } from './probe-rules.ts';
import { signalName, signalNames } from './signal-name.ts';
import type { PodConfig, ProcessConfig, VolumeConfig } from './types.ts';

/** What is wrong with a config whose every field has the right shape. */
export const findRuleProblems = (
  config: PodConfig,
  folder: string,
  platform: NodeJS.Platform = process.platform,
): readonly ConfigProblem[] => {
  const processes = declaredProcesses<ProcessConfig>(config);
  const volumes: Readonly<Record<string, VolumeConfig>> = config.volumes ?? {};
  return [
    ...nameProblems(processes),
    ...volumeProblems(volumes),
    ...processes.flatMap((process) => [
      ...unsupportedProblems(process),
      ...watchProblems(process),
      ...signalProblems(process),
      ...findProbeProblems(process),
      ...findIsolationProblems(process, folder, platform),
    ]),
    ...findDependencyProblems(config),
    ...portProblems(processes),
    ...activationProblems(processes),
    ...mountProblems(processes, Object.keys(volumes), folder),
    ...findKeyProblems(config),
  ];
};

const nameProblems = (processes: readonly DeclaredProcess[]): readonly ConfigProblem[] => {
  const paths = new Map<string, FieldPath>();
  return processes.flatMap(({ name, path }) => {
    const by = paths.get(name);
    if (by !== undefined) return [{ kind: 'name-taken', path, name, by }];
    paths.set(name, path);
    return [];
  });
};

const volumeProblems = (volumes: Readonly<Record<string, VolumeConfig>>): readonly ConfigProblem[] =>
  Object.entries(volumes)
    .filter(([, { persist = false, path }]) => persist && path !== undefined)
    .map(([name]) => ({ kind: 'volume-persist-and-path', path: ['volumes', name] }));

const unsupportedProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] => {
  return fields.tty === true ? [{ kind: 'not-supported-yet', path: [...path, 'tty'] }] : [];
};

const watchProblems = ({ fields, path, role }: DeclaredProcess): readonly ConfigProblem[] =>
  role === 'init' && fields.watch !== undefined
    ? [{ kind: 'watched-init-task', path: [...path, 'watch'] }]
    : [];

const signalProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] => {
  const { stop, watch } = fields;
  const action = watch !== undefined && 'action' in watch ? watch.action : undefined;
  const onChange = typeof action === 'object' && 'signal' in action ? action.signal : undefined;
  return [
    ...unknownSignal(stop?.signal, [...path, 'stop', 'signal']),
    ...unknownSignal(onChange, [...path, 'watch', 'action', 'signal']),
  ];
};

const unknownSignal = (found: string | undefined, path: FieldPath): readonly ConfigProblem[] => {
  if (found === undefined || signalName(found) !== null) return [];
  const written = found.startsWith('SIG') ? found : `SIG${found}`;
  return [{ kind: 'unknown-signal', path, found, nearest: nearest(written, signalNames) }];
};

const portProblems = (processes: readonly DeclaredProcess[]): readonly ConfigProblem[] => {
  const paths = new Map<string, FieldPath>();
  return processes.flatMap((process) =>
    portsOf(process).flatMap(({ name, port, protocol, host }): readonly ConfigProblem[] => {
      if (port === 'auto') return [];
      const path = [...process.path, 'ports', name];
      const socket = `${protocol} ${host} ${port}`;
      const by = paths.get(socket);
      if (by !== undefined) return [{ kind: 'port-taken', path, port, protocol, host, by }];
      paths.set(socket, path);
      return [];
    }),
  );
};

const activationProblems = (processes: readonly DeclaredProcess[]): readonly ConfigProblem[] =>
  processes.flatMap((process) =>
    portsOf(process).flatMap((port): readonly ConfigProblem[] => {
      const because = port.activate ? activationObstacle(port) : null;
      const path = [...process.path, 'ports', port.name, 'activate'];
      return because === null ? [] : [{ kind: 'not-activatable', path, because }];
    }),
  );

const activationObstacle = ({
  protocol,
  host,
}: DeclaredPort): Extract<ConfigProblem, { readonly kind: 'not-activatable' }>['because'] | null => {
  if (process.platform === 'win32') return 'platform';
  if (protocol === 'udp') return 'udp';
  return host === 'localhost' || isIP(host) !== 0 ? null : 'host-name';
};

/** One path shows one volume; several processes may mount that volume there, it is the same symlink. */
const mountProblems = (
  processes: readonly DeclaredProcess[],
  volumes: readonly string[],
  folder: string,
): readonly ConfigProblem[] => {
  const mounted = new Map<string, { readonly volume: string; readonly path: FieldPath }>();
  return processes.flatMap(({ fields, path: base }) =>
    mountsOf(fields).flatMap(([volume, at]): readonly ConfigProblem[] => {
      const path = [...base, 'mounts', volume];
      if (!volumes.includes(volume)) {
        const near = nearest(volume, volumes);
        return [
          { kind: 'unknown-name', named: 'volume', path, found: volume, nearest: near, known: volumes },
        ];
      }
      // What only one process sees is in nobody else's way.
      if (isPrivateMount(at, folder)) return [];
      const absolute = resolve(folder, at);
      const other = mounted.get(absolute);
      if (other !== undefined && other.volume !== volume)
        return [{ kind: 'mount-taken', path, at, by: other.path }];
      mounted.set(absolute, { volume, path });
      return [];
    }),
  );
};
