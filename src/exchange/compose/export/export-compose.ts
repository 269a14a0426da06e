import type { LoadedConfig } from '../../../config/resolve/loaded-config.ts';
import type { SymbolicPod } from '../../../config/resolve/symbolic/resolve-symbolically.ts';
import { choosePorts } from '../../export/chosen-ports.ts';
import { declaredIn } from '../../export/declared.ts';
import { functionLosses } from '../../export/function-losses.ts';
import { withoutNumber } from '../../export/instances.ts';
import { reportLeftOut, withoutLeftOut } from '../../export/left-out.ts';
import { labelOf } from '../../export/names.ts';
import { Parts } from '../../export/parts.ts';
import type { Pod } from '../../export/pod.ts';
import { findProblems } from '../../export/problems.ts';
import { CERTIFICATES_VOLUME, inContainers, usersOfCertificates } from '../../export/ready-made.ts';
import { Losses } from '../../form/losses.ts';
import { assumedVariables } from './assumed-variables.ts';
import { profilesOf, withByHand } from './by-hand.ts';
import type { ComposeFile, ComposeOptions, Data, Exported } from './compose-file.ts';
import { endOf } from './end.ts';
import { awaitedIn } from './gates.ts';
import { imagesByService } from './images-by-service.ts';
import { InsideService } from './inside-service.ts';
import { writtenHere } from './path-here.ts';
import { openIn, portsByKey } from './publishing.ts';
import { reportPart } from './report-part.ts';
import { reportUnawaited } from './report-unawaited.ts';
import { withSeparateInstances } from './separate-instances.ts';
import { serviceOf, type WrittenService } from './service.ts';
import { volumesOf } from './volumes.ts';

/** A config as a Compose file: a service for each process. The same config gives the same file. */
export const exportCompose = (
  loaded: LoadedConfig,
  symbolic: SymbolicPod,
  given: ComposeOptions,
): Exported => {
  const { pod: whole, byHand } = withByHand(symbolic.pod as Pod, loaded, given.leftOut);
  const { ports: declared, volumeOwners, volumePaths } = declaredIn(loaded);
  const pod = withoutLeftOut(withSeparateInstances(inContainers(whole), volumeOwners));
  const parts = new Parts(pod, volumeOwners);
  const processes = parts.all.flatMap((part) => part.processes);
  const options = { ...given, images: imagesByService(given.images, processes, whole) };
  const problems = findProblems(parts.all, options, 'Compose');
  if (problems.length > 0) return { ok: false, problems };
  const [losses, assumptions] = [new Losses(), new Losses()];
  losses.add(...functionLosses(symbolic));
  if (labelOf(pod.name) !== pod.name) losses.of(null)(`there it is called ${labelOf(pod.name)}`, 'name');
  reportLeftOut(pod, losses);
  const ports = choosePorts(declared, parts);
  const common = {
    ...{ options, losses, assumptions, declared: portsByKey(declared, parts) },
    profiles: profilesOf(processes, byHand),
    ...{ all: new Map(processes.map((process) => [process.name, process])) },
    ...{ grace: Number(pod.stop.grace), gates: awaitedIn(processes), open: openIn(parts.all) },
    certified: usersOfCertificates(processes, losses),
    outside: new InsideService(ports, parts, '', null),
    folders: foldersOf(volumePaths, parts, options.folder),
  };
  const written = parts.all.flatMap((part) =>
    part.processes.map((process): readonly [string, WrittenService] => {
      const inside = new InsideService(ports, parts, process.name, part.instance);
      reportPart(process, part, inside, losses);
      const own = part.replicas > 1 ? withoutNumber(process) : process;
      return [process.name, serviceOf(own, { ...common, part, inside })];
    }),
  );
  reportUnawaited(processes, losses);
  assumedVariables(processes, options.folder, assumptions);
  const file = {
    comments: endOf(processes.filter(({ name }) => !byHand.has(name))),
    name: labelOf(pod.name),
    apps: processes.filter(({ role }) => role === 'primary').map(({ name }) => name),
    services: Object.fromEntries(written.map(([name, { service }]) => [name, service])),
    volumes: {
      ...volumesOf(
        written.flatMap(([, { mounts }]) => mounts),
        parts.all.flatMap(({ volumes }) => volumes),
        losses,
      ),
      ...(common.certified.size > 0 ? { [CERTIFICATES_VOLUME]: {} } : {}),
    },
    configs: joined(written, 'configs'),
    secrets: joined(written, 'secrets'),
  } satisfies ComposeFile;
  return { ok: true, file, losses: losses.all, assumptions: assumptions.all };
};

const joined = (
  written: ReadonlyArray<readonly [string, WrittenService]>,
  kind: 'configs' | 'secrets',
): Data => Object.assign({}, ...written.map(([, { files }]) => files[kind]));

const foldersOf = (
  paths: ReadonlyMap<string, string>,
  { volumeOf }: Parts,
  folder: string,
): ReadonlyMap<string, string> =>
  new Map([...paths].map(([volume, path]) => [volumeOf(volume), writtenHere(path, folder)]));
