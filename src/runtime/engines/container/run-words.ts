import type {
  CommandSpec,
  ContainerSpec,
  MountSpec,
  PortSpec,
  ProcessSpec,
} from '../../../model/pod-spec.ts';
import { mountedPath } from '../../volumes/mounted-path.ts';
import type { Environment } from '../workload.ts';
import { isOfClient, RUN_LABEL } from './container-cli.ts';
import { type ContainerNetwork, networkWords } from './network.ts';

interface RunOptions {
  /** Name of the container. */
  readonly name: string;
  readonly runId: string;
  readonly process: Pick<ProcessSpec, 'name' | 'ports'> & {
    readonly launch: Pick<ProcessSpec['launch'], 'stdin'>;
  };
  readonly container: ContainerSpec;
  readonly env: Environment;
  /** Variable by which the processes of the run are found. The client has it. */
  readonly marker: string;
  readonly network: ContainerNetwork;
  /** Name by which the container reaches this machine. */
  readonly host: string;
  /** Arguments that only this engine knows. */
  readonly ofEngine: readonly string[];
}

/** Arguments with which a client runs a container, attached to its output, and removes it at its end. */
export const runWords = (options: RunOptions): readonly string[] => {
  const { name, runId, process, container, env, marker, network, host, ofEngine } = options;
  const { entrypoint, args } = commandWords(container);
  return [
    ...['run', '--rm', `--name=${name}`, '--pull=never', '--sig-proxy=false'],
    ...[`--label=${RUN_LABEL}=${runId}`, `--label=sidecarctl.process=${process.name}`],
    ...ofEngine,
    ...networkWords(network, host),
    ...process.ports.map(publishWord),
    ...container.mounts.flatMap((mount) => ['--mount', mountWord(mount)]),
    ...container.anonymousVolumes.flatMap((path) => ['--mount', `type=volume,${csvField(`target=${path}`)}`]),
    ...['--env', marker, ...environmentWords(env)],
    ...(process.launch.stdin === 'pipe' ? ['--interactive'] : []),
    ...(container.workingDir === null ? [] : [`--workdir=${container.workingDir}`]),
    ...(container.user === null ? [] : [`--user=${container.user}`]),
    ...(entrypoint === null ? [] : [`--entrypoint=${entrypoint}`]),
    ...[container.image, ...args],
  ];
};

/** Variables that the client itself has besides its own: their values are seen by nobody else. */
export const passedEnvironment = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOfClient(name)));

/** The value of a variable without `=` comes from the client's environment. */
const environmentWords = (env: Environment): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) => ['--env', isOfClient(name) ? `${name}=${value}` : name]);

const publishWord = ({ host, port, target, protocol }: PortSpec): string =>
  `--publish=${host}:${port}:${target}/${protocol}`;

/** The parts are read as CSV. */
const mountWord = (mount: MountSpec): string =>
  [
    'type=bind',
    `source=${mountedPath(mount)}`,
    `target=${mount.path}`,
    ...(mount.readOnly ? ['readonly'] : []),
  ]
    .map(csvField)
    .join(',');

const csvField = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** An entrypoint is one word; the rest of it precedes the arguments. */
const commandWords = ({
  entrypoint,
  args,
}: ContainerSpec): { readonly entrypoint: string | null; readonly args: readonly string[] } => {
  if (entrypoint === null) return { entrypoint: null, args: args ?? [] };
  const [file = '', ...words] = wordsInside(entrypoint);
  return { entrypoint: file, args: [...words, ...(args ?? [])] };
};

/** A line runs in the shell of the image. */
export const wordsInside = (command: CommandSpec): readonly string[] =>
  command.kind === 'shell' ? ['sh', '-c', command.line] : [command.file, ...command.args];
