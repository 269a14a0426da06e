import { commandLine } from '../export/command-line.ts';
import { compact } from '../export/compact.ts';
import { type Images, imageOf } from '../export/images.ts';
import { FOLDER } from '../export/inside.ts';
import { labelOf } from '../export/names.ts';
import { outsideVariables } from '../export/outside-variables.ts';
import type { Part } from '../export/parts.ts';
import type { Pod, Process } from '../export/pod.ts';
import type { Losses, ReportLoss } from '../form/losses.ts';
import { environmentOf, expandingIn } from './environment.ts';
import type { Manifest } from './export-options.ts';
import type { Gate } from './gates.ts';
import { lifecycleOf } from './hooks.ts';
import type { InsidePod } from './inside-pod.ts';
import { portLabels } from './port-labels.ts';
import { probesOf } from './probes.ts';
import { mountsOf } from './volumes.ts';

export interface ContainerContext {
  readonly part: Part;
  readonly inside: InsidePod;
  readonly options: Images;
  readonly losses: Losses;
  /** Name of the ConfigMap with the variables of all containers. */
  readonly shared: string;
  /** Name of the secret with variables that come from outside. */
  readonly secret: string;
  readonly gates: ReadonlyMap<string, Gate>;
  /** Milliseconds that the pod has to end. */
  readonly grace: Pod['stop']['grace'];
}

/** A process as a container. A sidecar is an init container that a kubelet starts again whenever it ends. */
export const containerOf = (
  process: Process,
  mounts: readonly Manifest[],
  context: ContainerContext,
): Manifest => {
  const { part, inside, losses, options } = context;
  const lost = losses.of(process.name);
  reportLosses(process, lost);
  const gate = context.gates.get(process.name) ?? 'started';
  if (process.role === 'sidecar' && gate === 'never' && process.postStart !== null)
    lost('the primary starts only when it has returned', 'postStart');
  const said = commandOf(process, inside);
  const { command } = process.launch;
  return compact({
    name: labelOf(process.name),
    image: imageOf(process, options) ?? undefined,
    imagePullPolicy: pullPolicyOf(process),
    restartPolicy: process.role === 'sidecar' ? 'Always' : undefined,
    ...said,
    ports: portsOf(process, inside, lost),
    envFrom: [{ configMapRef: { name: context.shared } }],
    env: environmentOf(process, { secret: context.secret, command }, inside, lost),
    volumeMounts: [...mountsOf(part, process, inside), ...mounts],
    ...(process.role === 'init'
      ? reportInit(process, lost)
      : probesOf(process, process.role === 'primary' ? 'started' : gate, { inside, lost })),
    lifecycle:
      process.role === 'init' ? undefined : lifecycleOf(process, { inside, lost, grace: context.grace }),
    securityContext: userOf(process, lost),
    tty: process.launch.tty ? true : undefined,
  });
};

/** Returns nothing: a kubelet asks an init container nothing, and does nothing at its start and its end. */
const reportInit = (process: Process, lost: ReportLoss): Manifest => {
  for (const field of ['startup', 'readiness', 'liveness', 'postStart', 'preStop'] as const)
    if (process[field] !== null) lost('an init container of Kubernetes has none', field);
  if (process.stop.command !== null) lost('an init container of Kubernetes has none', 'stop.command');
  return {};
};

const PULLS = { always: 'Always', never: 'Never' } as const;

/** An image that has no tag, or `latest`, is always pulled if nothing else is said. */
const pullPolicyOf = ({ launch: { command } }: Process): string | undefined => {
  if (command.kind !== 'container') return undefined;
  if (command.pull !== 'missing') return PULLS[command.pull];
  return /(^|\/)[^/:@]+(:latest)?$/.test(String(command.image)) ? 'IfNotPresent' : undefined;
};

const commandOf = ({ launch }: Process, inside: InsidePod): Manifest => {
  const { command, cwd } = launch;
  const expanding = expandingIn(launch, inside);
  if (command.kind !== 'container')
    return compact({ command: commandLine(command, expanding), workingDir: folderOf(cwd, inside) });
  const { entrypoint, args, workingDir } = command;
  return compact({
    command: entrypoint === null ? undefined : commandLine(entrypoint, expanding),
    args: args?.map((each) => expanding(each)),
    workingDir: workingDir === null ? undefined : inside.plain(workingDir),
  });
};

/** The folder of the config is where an image already is. */
const folderOf = (cwd: unknown, inside: InsidePod): string | undefined => {
  const folder = inside.plain(cwd);
  return folder === FOLDER ? undefined : folder;
};

const portsOf = ({ name, ports }: Process, inside: InsidePod, lost: ReportLoss): readonly Manifest[] => {
  const labels = portLabels(ports.map((port) => port.name));
  for (const [index, port] of ports.entries())
    if (labels[index] !== port.name)
      lost(`names of ports have at most 15 characters, and a letter: ${labels[index]}`, `ports.${port.name}`);
  return ports.map((port, index) =>
    compact({
      name: labels[index],
      containerPort: inside.port(name, port.name),
      protocol: port.protocol === 'udp' ? 'UDP' : undefined,
    }),
  );
};

/** Kubernetes knows users by number only. */
const userOf = ({ launch }: Process, lost: ReportLoss): Manifest | undefined => {
  const user = launch.command.kind === 'container' ? launch.command.user : null;
  if (user === null) return undefined;
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(String(user)) ?? [];
  if (uid === undefined) lost(`Kubernetes takes a number, and not '${user}'; the image's user stays`, 'user');
  return uid === undefined
    ? undefined
    : compact({ runAsUser: Number(uid), runAsGroup: gid === undefined ? undefined : Number(gid) });
};

/** Fields without a counterpart. */
const reportLosses = (process: Process, lost: ReportLoss): void => {
  const { role, app, stop, watch, essential, requires, isolation, commands, ports, refreshes } = process;
  if (stop.signal !== 'SIGTERM')
    lost(`a kubelet sends the image's STOPSIGNAL, or SIGTERM, not ${stop.signal}`, 'stop.signal');
  if (stop.grace !== null) lost('all containers of a pod share one grace', 'stop.grace');
  if (role === 'sidecar' && essential) lost('the end of a sidecar does not end a pod', 'essential');
  if (role === 'primary' && app !== null && essential)
    lost('the end of an app does not end others', 'essential');
  if (watch !== null) lost('files are not watched in a cluster', 'watch');
  if (requires.length > 0) lost('the image has to have the programs', 'requires');
  if (isolation?.ownPids === true) lost('containers are isolated anyway', 'isolate');
  if (refreshes.length > 0) lost('nobody tells it of files that another one has rendered anew', 'files');
  if (commands.length > 0) lost("use 'kubectl exec'", 'commands');
  if (ports.some(({ activate }) => activate)) lost('a kubelet passes no sockets', 'ports.activate');
  const { command, cwd } = process.launch;
  if (command.kind === 'container' && command.anonymousVolumes.length > 0)
    lost('a volume of a cluster does not have what the image has there', 'anonymousVolumes');
  const folder = command.kind === 'container' ? { workingDir: command.workingDir } : { cwd };
  const { startup, readiness, liveness, postStart, preStop } = process;
  const plain = { ...folder, startup, readiness, liveness, postStart, preStop, stop };
  for (const [field, value] of Object.entries(plain))
    for (const name of new Set(outsideVariables(value))) lost(`nothing fills in ${name} there`, field);
};
