import { usersCertificates } from '../config/expand/users-certificates.ts';
import type { ContainerEngineName } from '../model/container-engines.ts';
import { errorMessage } from '../model/error-message.ts';
import type { IsolationWay } from '../model/failures/isolation-failure.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { NETWORK_ADVICE, silentText } from '../report/container-failures.ts';
import { refusalText } from '../report/isolation-failures.ts';
import { requirementText } from '../report/requirement-text.ts';
import { clientEnvironment } from '../runtime/engines/container/container-cli.ts';
import { type ExaminedEngine, examineEngines } from '../runtime/engines/container/find-cli.ts';
import { findNamespaces } from '../runtime/isolation/find-namespaces.ts';
import { type BackEnd, examineReaper, type ReaperFacts } from '../runtime/process-tree/examine.ts';
import { preparePod } from '../supervisor/prepare-pod.ts';
import { dashboardSettings } from './dashboard-settings.ts';
import type { PodOptions } from './options.ts';
import { preparationFrom } from './preparation.ts';

interface Diagnosis extends ReaperFacts {
  /** Ways in which a process may outlive a pod here, one sentence each. */
  readonly holes: readonly string[];
  /** Rights with which `isolate` and mounts outside a config's folder work here, or null if they do not. */
  readonly isolation: IsolationWay | null;
  /** Reason why they do not work, or null if they do. */
  readonly isolationRefused: string | null;
  /** Programs that the processes of the config here require; empty without a config that can be read. */
  readonly requirements: readonly RequirementDiagnosis[];
  /** The container engines, in the order in which a pod with images asks them. */
  readonly containers: readonly ContainersDiagnosis[];
  /** The user's own settings of the dashboard. */
  readonly settings: SettingsDiagnosis;
  readonly certificates: CertificatesDiagnosis;
}

interface ContainersDiagnosis {
  readonly engine: ContainerEngineName;
  readonly answers: boolean;
  /** Null: not known. */
  readonly version: string | null;
  /** True if it runs without root's rights. */
  readonly rootless: boolean;
  /** Says why a pod cannot use it and what to do, or null. */
  readonly problem: string | null;
}

interface CertificatesDiagnosis {
  /** Absolute path of the certificate of the local CA, or null if none has been made yet. */
  readonly authority: string | null;
  /** Says why it cannot be used, or null. */
  readonly problem: string | null;
  /** Whether the system trusts it. */
  readonly trusted: boolean;
}

interface SettingsDiagnosis {
  /** Absolute path of their file, or null if there is none. */
  readonly file: string | null;
  /** What is wrong with it, one sentence each. */
  readonly mistakes: readonly string[];
}

export interface RequirementDiagnosis {
  readonly process: string;
  readonly program: string;
  readonly range: string;
  /** Version of the program, or null if it is not known or any will do. */
  readonly found: string | null;
  /** Says what is wrong and what to do, or null if the requirement is met. */
  readonly problem: string | null;
}

/** Finds out what the machine supports, and which processes could escape. */
export const diagnose = async (options: PodOptions): Promise<Diagnosis> => {
  const [facts, spec] = await Promise.all([examineReaper(), readSpec(options)]);
  const { file, mistakes } = await dashboardSettings(spec?.ui ?? { keys: {}, theme: {} });
  return {
    ...facts,
    holes: [...holesOf(facts), UNKILLABLE],
    ...(await examineIsolation(facts.platform)),
    requirements: await examineRequirements(spec),
    containers: (await examineEngines(clientEnvironment(process.env))).map(diagnoseEngine),
    settings: { file, mistakes },
    certificates: await examineCertificates(),
  };
};

const diagnoseEngine = (examined: ExaminedEngine): ContainersDiagnosis => {
  const { engine } = examined;
  if (!examined.answers)
    return { engine, answers: false, version: null, rootless: false, problem: silentText(examined.silence) };
  const { version, isRootless: rootless, reachesThisMachine } = examined;
  const problem = reachesThisMachine
    ? null
    : `${engine} has no network in which a container reaches this machine, ${NETWORK_ADVICE[engine]}`;
  return { engine, answers: true, version, rootless, problem };
};

const examineCertificates = async (): Promise<CertificatesDiagnosis> => {
  const [{ authorityFile, findAuthority }, { findSystemStore }, { thisMachine }, { trustedCa }] =
    await Promise.all([
      import('../certificates/authority.ts'),
      import('./trust/system-store.ts'),
      import('./trust/this-machine.ts'),
      import('./trust/trust-store.ts'),
    ]);
  const { folder } = usersCertificates(process.env);
  try {
    const found = findAuthority(folder, Date.now());
    if (found === null) return { authority: null, problem: null, trusted: false };
    const { file, certificate } = found;
    const [system] = findSystemStore(thisMachine(), trustedCa(file, certificate)).stores;
    return { authority: file, problem: null, trusted: (await system?.has()) ?? false };
  } catch (error) {
    return { authority: authorityFile(folder), problem: errorMessage(error), trusted: false };
  }
};

/** A config that cannot be read is the matter of `check`. */
const readSpec = async (options: PodOptions): Promise<PodSpec | null> => {
  const prepared = await preparePod({ ...preparationFrom(options), mode: 'check', purpose: 'look' });
  return prepared.ok ? prepared.pod.spec : null;
};

const examineRequirements = async (spec: PodSpec | null): Promise<readonly RequirementDiagnosis[]> => {
  if (spec === null) return [];
  const { findRequirements } = await import('../runtime/requirements/find-requirements.ts');
  return (await findRequirements(spec.processes.values())).map(({ failure, ...facts }) => ({
    ...facts,
    problem: failure === null ? null : requirementText(failure),
  }));
};

const examineIsolation = async (
  platform: NodeJS.Platform,
): Promise<Pick<Diagnosis, 'isolation' | 'isolationRefused'>> => {
  if (platform !== 'linux') return { isolation: null, isolationRefused: 'only Linux has namespaces' };
  const found = await findNamespaces({ pids: true, mounts: true });
  if (found.ok) return { isolation: found.namespaces.way, isolationRefused: null };
  return { isolation: null, isolationRefused: refusalText(found.refusal) };
};

/** Describes the findings for people: one a line, then the gaps. */
export const describeDiagnosis = ({
  platform,
  backEnd,
  shell,
  limitFlag,
  guard,
  holes,
  isolation,
  isolationRefused,
  requirements,
  containers,
  settings,
  certificates,
}: Diagnosis): string => {
  const lines = [
    `platform    ${platform}`,
    `processes   ${BACK_ENDS[backEnd]}`,
    `shell       ${shell ?? 'not used'}`,
    `mark        ${limitFlag === null ? 'environment only' : `environment and RLIMIT_LOCKS (ulimit ${limitFlag})`}`,
    `guard       ${guard ? 'cleans up when sidecarctl is killed; a new one starts when it dies itself' : 'none'}`,
    `isolation   ${isolation === null ? `none: ${isolationRefused}` : ISOLATION[isolation]}`,
    ...requirements.map(requirementLine),
    ...containersLines(containers),
    ...settingsLines(settings),
    `local CA    ${certificatesText(certificates)}`,
    'may escape',
    ...(holes.length === 0 ? ['  nothing known'] : holes.map((hole) => `  - ${hole}`)),
  ];
  return `${lines.join('\n')}\n`;
};

/** The first that can be used is the one that a pod takes. */
const containersLines = (engines: readonly ContainersDiagnosis[]): readonly string[] => {
  const first = engines.find(({ answers }) => answers);
  return engines.map(({ engine, version, rootless, problem }) => {
    const name = version === null ? engine : `${engine} ${version}`;
    const taken = engine === first?.engine ? ', which pods with images use' : '';
    return `containers  ${problem ?? `${name}, ${rootless ? 'rootless' : "with root's rights"}${taken}`}`;
  });
};

const settingsLines = ({ file, mistakes }: SettingsDiagnosis): readonly string[] => {
  if (file === null) return [];
  return mistakes.length === 0
    ? [`settings    ${file}`]
    : mistakes.map((mistake) => `settings    ${mistake}`);
};

const certificatesText = ({ authority, problem, trusted }: CertificatesDiagnosis): string => {
  if (problem !== null) return problem;
  if (authority === null) return 'none yet: it is made at its first use';
  return `${authority} (${trusted ? '' : 'not '}trusted by the system${trusted ? '' : ": 'sidecarctl trust'"})`;
};

const requirementLine = ({ process, program, range, found, problem }: RequirementDiagnosis): string => {
  const met = `${process}: ${program}${range === '*' ? '' : ` ${range}`} (found${found === null ? '' : ` ${found}`})`;
  return `requires    ${problem ?? met}`;
};

const BACK_ENDS: Readonly<Record<BackEnd, string>> = {
  cgroup: 'found by their cgroup, a child of this one (version 2), and by marks',
  marks: 'found by marks, group, session and descent (no cgroup can be made here)',
  groups: 'found by their process group and by descent',
  taskkill: 'found by descent (taskkill)',
};

const ISOLATION: Readonly<Record<IsolationWay, string>> = {
  privileged: "pid and mount namespaces, with this user's rights",
  'user-namespace': 'pid and mount namespaces, in a user namespace',
};

const holesOf = (facts: ReaperFacts): readonly string[] => {
  switch (facts.backEnd) {
    case 'cgroup':
      return [
        LIMITS_RESET +
          ' A process that was in its cgroup before it lost them, some milliseconds after the launch, still ends.',
        'What another program starts for a process (systemd-run, a container engine) is not found.',
      ];
    case 'marks':
      return [...(facts.limitFlag === null ? [NO_LIMIT] : []), LIMITS_RESET];
    case 'groups':
      return [LOST_PARENTS, 'When sidecarctl itself is killed, its processes keep running.'];
    case 'taskkill':
      return [
        'A process whose parent has ended is not found, and every stop is a kill.',
        'When sidecarctl itself is killed, its processes keep running.',
      ];
    default:
      return facts.backEnd satisfies never;
  }
};

const UNKILLABLE =
  'A process that no signal ends stays: one of another user (sudo, a setuid program) unless sidecarctl runs as root, and' +
  ' one that hangs in the kernel. A message gives its pid, and nothing starts beside it unless asked for by name.';
const LIMITS_RESET =
  'A daemon that has cleared its environment, reset its limits (as su and sudo may), closed its output and lost its parents' +
  ' ends with the pod, not with its process, and a message says so; when sidecarctl is killed, it keeps running.';
const NO_LIMIT =
  'The shell cannot set RLIMIT_LOCKS: a daemon that has cleared its environment is not found once its parents have ended.';
const LOST_PARENTS = 'A process that has left its group and whose parents have ended is not found.';
