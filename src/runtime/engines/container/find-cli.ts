import { isIPv4 } from 'node:net';
import { CONTAINER_ENGINES, type ContainerEngineName } from '../../../model/container-engines.ts';
import type {
  ContainerFailure,
  EngineSilence,
  SilentEngine,
} from '../../../model/failures/container-failure.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { findProgram } from '../../launch/program-search.ts';
import type { Environment } from '../workload.ts';
import { type CliAnswer, ContainerCli } from './container-cli.ts';
import { type ImageFacts, inspectImages } from './image-facts.ts';
import type { BridgeNetwork, ContainerNetwork } from './network.ts';

const ANSWERS_WITHIN: Milliseconds = 10_000;

/** An engine that answers. */
export interface FoundCli {
  readonly cli: ContainerCli;
  readonly network: ContainerNetwork;
  /** What it has said of the images, if it has them. */
  readonly images: ReadonlyMap<string, ImageFacts>;
}

export type Found =
  | { readonly ok: true; readonly found: FoundCli }
  | { readonly ok: false; readonly failure: ContainerFailure };

interface Wanted {
  /** Null: the first that answers. */
  readonly engine: ContainerEngineName | null;
  readonly env: Environment;
  /** Names of the processes with an image. */
  readonly processes: readonly string[];
  /** Images that they start with. */
  readonly images: readonly string[];
}

/** Asks the container engines of this machine, one after the other, until one answers. */
export const findCli = async ({ engine, env, processes, images }: Wanted): Promise<Found> => {
  const tried: SilentEngine[] = [];
  for (const name of engine === null ? CONTAINER_ENGINES : [engine]) {
    const cli = new ContainerCli({ engine: name, env });
    // All at the same time: each question costs the time of a program.
    const [{ network, silence }, facts] = await Promise.all([askForNetwork(cli), inspectImages(cli, images)]);
    if (silence !== null) tried.push(silence);
    else if (network === null)
      return { ok: false, failure: { kind: 'no-way-to-this-machine', engine: name, processes } };
    else return { ok: true, found: { cli, network, images: facts } };
  }
  return { ok: false, failure: { kind: 'no-engine', processes, tried } };
};

/** A container engine as it is on this machine. */
export type ExaminedEngine =
  | {
      readonly engine: ContainerEngineName;
      readonly answers: true;
      /** Null: it does not tell. */
      readonly version: string | null;
      /** True if it runs without root's rights. */
      readonly isRootless: boolean;
      /** True if its containers can reach this machine. */
      readonly reachesThisMachine: boolean;
    }
  | { readonly engine: ContainerEngineName; readonly answers: false; readonly silence: SilentEngine };

/** Asks all container engines of this machine, in the order in which a pod would. */
export const examineEngines = (env: Environment): Promise<readonly ExaminedEngine[]> =>
  Promise.all(
    CONTAINER_ENGINES.map(async (engine) => {
      const cli = new ContainerCli({ engine, env });
      const { info, silence } = await askForInfo(cli);
      if (info === null) return { engine, answers: false, silence };
      const reachesThisMachine = networkOf(info, await askForBridge(cli)) !== null;
      const version = info.version?.Version ?? info.ServerVersion ?? null;
      return { engine, answers: true, version, isRootless: isRootless(info), reachesThisMachine };
    }),
  );

const isRootless = ({ host, SecurityOptions }: Info): boolean =>
  host?.security?.rootless ?? (SecurityOptions ?? []).includes('name=rootless');

type Answer =
  | { readonly info: Info; readonly silence: null }
  | { readonly info: null; readonly silence: SilentEngine };

interface NetworkAnswer {
  readonly network: ContainerNetwork | null;
  /** Null: it answers. */
  readonly silence: SilentEngine | null;
}

const askForNetwork = async (cli: ContainerCli): Promise<NetworkAnswer> => {
  if (await isPodmanWithSlirp(cli))
    return { network: { kind: 'user-mode', program: 'slirp4netns' }, silence: null };
  const bridge = cli.engine === 'podman' ? null : askForBridge(cli);
  const { info, silence } = await askForInfo(cli);
  return { network: info === null ? null : networkOf(info, await bridge), silence };
};

/**
 * True if it is podman, answers, and has slirp4netns where it looks for that first. For `podman info` it runs some 50
 * programs, the package manager among them, which takes twice as long as anything else, and ten times on a busy machine.
 */
const isPodmanWithSlirp = async (cli: ContainerCli): Promise<boolean> => {
  if (cli.engine !== 'podman' || process.platform !== 'linux' || 'CONTAINER_HOST' in cli.env) return false;
  if (!('path' in findProgram('slirp4netns', '/', cli.env))) return false;
  return (await cli.ask(['ps', '--quiet', '--last=1'], { timeout: ANSWERS_WITHIN })).ok;
};

const askForInfo = async (cli: ContainerCli): Promise<Answer> => {
  const answer = await cli.ask(['info', '--format', '{{json .}}'], { timeout: ANSWERS_WITHIN });
  const info = answer.ok ? parsed(answer.stdout) : null;
  if (info !== null) return { info, silence: null };
  return { info, silence: { engine: cli.engine, because: silenceOf(answer), said: answer.said } };
};

/** Parts of what docker and nerdctl (`OperatingSystem`), and podman (`host`), tell of themselves. */
interface Info {
  readonly OperatingSystem?: string;
  readonly ServerVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly ServerErrors?: readonly string[];
  readonly version?: { readonly Version?: string };
  readonly host?: {
    readonly slirp4netns?: { readonly executable?: string };
    readonly pasta?: { readonly executable?: string };
    readonly security?: { readonly rootless?: boolean };
  };
}

/** Null if it is none: a client of docker prints its own half, and exits with 0, if no daemon answers. */
const parsed = (text: string): Info | null => {
  try {
    const info = JSON.parse(text) as Info;
    return (info.ServerErrors ?? []).length > 0 ? null : info;
  } catch {
    return null;
  }
};

const SILENCES: readonly (readonly [EngineSilence, RegExp])[] = [
  ['no-rights', /permission denied|operation not permitted|must be root|access denied/i],
  [
    'not-running',
    /cannot connect|is the docker daemon running|connection refused|no such file or directory|rootless containerd not running/i,
  ],
];

const silenceOf = ({ isMissing, timedOut, said, stdout }: CliAnswer): EngineSilence => {
  if (isMissing) return 'not-installed';
  if (timedOut) return 'no-answer';
  return SILENCES.find(([, pattern]) => pattern.test(`${said}\n${stdout}`))?.[0] ?? 'refused';
};

const networkOf = (info: Info, bridge: BridgeNetwork | null): ContainerNetwork | null => {
  if (info.host !== undefined) return userModeOf(info.host);
  const isDesktop = /Docker Desktop|Rancher Desktop|OrbStack/.test(info.OperatingSystem ?? '');
  return isDesktop ? { kind: 'desktop' } : bridge;
};

/** Without root, only pasta of the two comes with new versions of podman; with root, it is refused. */
const userModeOf = ({ slirp4netns, pasta, security }: NonNullable<Info['host']>): ContainerNetwork | null => {
  if ((slirp4netns?.executable ?? '') !== '') return { kind: 'user-mode', program: 'slirp4netns' };
  const hasPasta = (pasta?.executable ?? '') !== '' && security?.rootless === true;
  return hasPasta ? { kind: 'user-mode', program: 'pasta' } : null;
};

const askForBridge = async (cli: ContainerCli): Promise<BridgeNetwork | null> => {
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}\n{{end}}';
  const answer = await cli.ask(['network', 'inspect', 'bridge', '--format', format], {
    timeout: ANSWERS_WITHIN,
  });
  const [subnet = '', told = ''] = answer.stdout.split('\n').find(isIPv4Line)?.split(' ') ?? [];
  if (subnet === '') return null;
  return { kind: 'bridge', subnet, gateway: isIPv4(told) ? told : firstAddressIn(subnet) };
};

const isIPv4Line = (line: string): boolean => /^[\d.]+\/\d+( |$)/.test(line);

/** The engine takes it where nobody has given the network a gateway. */
const firstAddressIn = (subnet: string): string =>
  subnet.replace(/\d+\/\d+$/, (end) => `${Number.parseInt(end, 10) + 1}`);
