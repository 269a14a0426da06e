import { isIP } from 'node:net';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import { hostsOverlap } from '../../model/ip-address.ts';
import { nearest } from '../../model/nearest.ts';
import type { ConfiguredVolume, DeclaredProcess } from '../resolve/component.ts';
import { configuredVolumes, declaredProcesses, portsOf } from '../resolve/declared.ts';
import { signalName, signalNames } from '../resolve/signal-name.ts';
import type { FileConfig, PodConfig } from '../types.ts';
import { findContainerProblems } from './container-rules.ts';
import { findDependencyProblems } from './dependency-rules.ts';
import { findFileProblems } from './file-rules.ts';
import { findIsolationProblems } from './isolation-rules.ts';
import { findKeyProblems } from './key-rules.ts';
import { findMountProblems } from './mount-rules.ts';
import { findNameProblems } from './name-rules.ts';
import { findProbeProblems } from './probe-rules.ts';
import { isSamePath } from './same-path.ts';

/** Finds problems of a config in which every field has a valid shape. */
export const findRuleProblems = (
  config: PodConfig,
  folder: string,
  platform: NodeJS.Platform = process.platform,
): readonly ConfigProblem[] => {
  const processes = declaredProcesses(config);
  return [
    ...findNameProblems(config, processes),
    ...volumeProblems(configuredVolumes(config)),
    ...processes.flatMap((process) => [
      ...watchProblems(process),
      ...signalProblems(process),
      ...findProbeProblems(process),
      ...findIsolationProblems(process, folder, platform),
      ...findFileProblems(process, processes),
      ...findContainerProblems(process),
      ...emptyProvides(process),
      ...receiverProblems(process),
    ]),
    ...detourProblems(processes),
    ...findDependencyProblems(config),
    ...portProblems(processes),
    ...activationProblems(processes),
    ...findMountProblems(processes, folder),
    ...findKeyProblems(config),
  ];
};

const volumeProblems = (volumes: readonly ConfiguredVolume[]): readonly ConfigProblem[] =>
  volumes
    .filter(({ fields: { persist = false, path } }) => persist && path !== undefined)
    .map(({ path }) => ({ kind: 'volume-persist-and-path', path }));

const watchProblems = ({ fields, path, role }: DeclaredProcess): readonly ConfigProblem[] =>
  role === 'init' && fields.watch !== undefined
    ? [{ kind: 'watched-init-task', path: [...path, 'watch'] }]
    : [];

const signalProblems = ({ fields, path }: DeclaredProcess): readonly ConfigProblem[] => {
  const { stop, watch, files = {} } = fields;
  const action = watch !== undefined && 'action' in watch ? watch.action : undefined;
  const onChange = typeof action === 'object' && 'signal' in action ? action.signal : undefined;
  return [
    ...unknownSignal(stop?.signal, [...path, 'stop', 'signal']),
    ...unknownSignal(onChange, [...path, 'watch', 'action', 'signal']),
    ...Object.entries(files).flatMap(([name, file]) =>
      unknownSignal(signalOf(file), [...path, 'files', name, 'onChange', 'signal']),
    ),
  ];
};

const signalOf = (file: FileConfig): string | undefined => {
  const onChange = typeof file === 'object' ? file.onChange : undefined;
  return typeof onChange === 'object' ? onChange.signal : undefined;
};

const unknownSignal = (found: string | undefined, path: FieldPath): readonly ConfigProblem[] => {
  if (found === undefined || signalName(found) !== null) return [];
  const written = found.startsWith('SIG') ? found : `SIG${found}`;
  return [{ kind: 'unknown-signal', path, found, nearest: nearest(written, signalNames) }];
};

/** A ready-made sidecar may have variables to which only `to` is added. */
const emptyProvides = ({ path, fields: { provides } }: DeclaredProcess): readonly ConfigProblem[] =>
  provides === undefined || provides.env !== undefined || provides.defaults !== undefined
    ? []
    : [{ kind: 'invalid', path: [...path, 'provides'], found: provides, expected: 'provides' }];

const receiverProblems = ({
  name,
  scope,
  path,
  fields: { provides },
}: DeclaredProcess): readonly ConfigProblem[] =>
  (provides?.to ?? []).flatMap((found, index): readonly ConfigProblem[] => {
    const meant = scope.processes.get(found) ?? [];
    if (meant.length > 0 && !meant.includes(name)) return [];
    const known = [...scope.processes.keys()].filter((other) => !scope.processes.get(other)?.includes(name));
    const at = [...path, 'provides', 'to', index];
    return [
      { kind: 'unknown-name', named: 'process', path: at, found, nearest: nearest(found, known), known },
    ];
  });

/** One port is reached in one way. */
const detourProblems = (processes: readonly DeclaredProcess[]): readonly ConfigProblem[] =>
  processes.flatMap(({ name, scope: { detours } }) =>
    detours.flatMap(({ process, port, by }, index): readonly ConfigProblem[] => {
      const before = detours
        .slice(0, index)
        .find((other) => other.process === process && other.port === port);
      if (before === undefined) return [];
      const [path, other] = [by, before.by].map((way) => pathOf(way, processes));
      return [
        { kind: 'detoured-twice', path: [...(path ?? []), 'with', 'for'], process: name, by: other ?? [] },
      ];
    }),
  );

const pathOf = (name: string, processes: readonly DeclaredProcess[]): FieldPath =>
  processes.find((process) => process.name === name)?.path ?? [];

const portProblems = (processes: readonly DeclaredProcess[]): readonly ConfigProblem[] => {
  const taken = new Map<string, { readonly host: string; readonly path: FieldPath }[]>();
  return processes.flatMap((process) =>
    portsOf(process).flatMap(({ name, port, protocol, host }): readonly ConfigProblem[] => {
      if (port === 'auto') return [];
      const path = [...process.path, 'ports', name];
      const before = taken.get(`${protocol} ${port}`) ?? [];
      const by = before.find((other) => hostsOverlap(other.host, host));
      taken.set(`${protocol} ${port}`, [...before, { host, path }]);
      if (by === undefined) return [];
      return isSamePath(by.path, path)
        ? [{ kind: 'port-of-instances', path, port }]
        : [{ kind: 'port-taken', path, port, protocol, host, by: by.path, byHost: by.host }];
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
