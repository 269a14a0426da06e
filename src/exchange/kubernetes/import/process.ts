import type { Fields, FoundProcess, Value } from '../../form/found-pod.ts';
import type { Losses, ReportLoss } from '../../form/losses.ts';
import { asValue } from '../../form/replace-in-text.ts';
import type { Part } from '../../form/template.ts';
import type { Source } from '../../format.ts';
import { list, number, record, text } from '../../reading/read-yaml.ts';
import { type EnvironmentContext, environmentOf, variablesOf } from './environment.ts';
import { reportContainer } from './leftovers.ts';
import { replicasOf } from './manifests.ts';
import type { Member } from './members.ts';
import { type MountedFile, mountsOf } from './mounts.ts';
import { dependenciesOf, hasGate, startsBesideOthers } from './order.ts';
import type { PublishedPorts } from './ports.ts';
import { type ActionContext, hookOf, lineOf, probeOf } from './probes.ts';
import { expanded, References, type Variables } from './references.ts';
import { serviceVariables } from './service-variables.ts';
import { serviceAddresses } from './services.ts';
import type { Mountable } from './volumes.ts';

export interface ProcessContext
  extends Omit<EnvironmentContext, 'member' | 'lost' | 'missing' | 'services' | 'told'> {
  readonly losses: Losses;
  readonly missing: (process: string) => ReportLoss;
  readonly published: PublishedPorts;
  readonly mountables: ReadonlyMap<string, Mountable>;
}

/** A container as a process of the neutral form. */
export const processOf = (member: Member, context: ProcessContext): FoundProcess => {
  const { name, role, app, data } = member;
  const { members, source } = context;
  const lost = context.losses.of(name);
  reportContainer(data, lost);
  return {
    name,
    containerName: text(data['name']),
    comments: [],
    fields: fieldsOf(member, context, lost),
    dependsOn: dependenciesOf(member, members, source.purpose),
    runsOnce: role === 'init',
    isIndependent: source.purpose === 'run' && startsBesideOthers(member, members),
    app: new Set(members.map((other) => other.workload)).size > 1 ? app : undefined,
    container: { because: 'it has an image', stays: true },
  };
};

const fieldsOf = (member: Member, context: ProcessContext, lost: ReportLoss): Fields => {
  const { data, role, isApp } = member;
  const { members, manifests, published, mountables, source } = context;
  const services = serviceAddresses({ manifests, members, published, from: member, lost });
  const told = serviceVariables(member, manifests);
  const around = { ...context, member, services, told, lost, missing: context.missing(member.name) };
  const variables = variablesOf(around);
  const { purpose } = source;
  const mounts = mountsOf(data, { mountables, variables, purpose, lost });
  const references = new References({ member, members, services, paths: mounts.references, lost });
  const action: ActionContext = { member, members, references, purpose, lost };
  const replicas = isApp ? replicasOf(member.workload) : 1;
  return {
    image: text(data['image']) ?? '',
    ...commandOf(member, variables, references),
    workingDir: text(data['workingDir']),
    user: userOf(member),
    pull: pullOf(member, purpose, lost),
    env: environmentOf(variables, references, around),
    ports: portsOf(member, published),
    mounts: orNothing(mounts.fields),
    files: orNothing(filesOf(mounts.files, references)),
    ...(role === 'init' ? {} : runningOf(member, action, purpose)),
    restart: restartOf(member),
    instances: replicas > 1 ? replicas : undefined,
  };
};

/** What only a process has that stays. */
const runningOf = (member: Member, action: ActionContext, purpose: Source['purpose']): Fields => {
  const { startup, readiness, liveness } = probesOf(member, action, purpose);
  const { data, ports } = member;
  const signal = text(record(data['lifecycle'])['stopSignal']);
  const isRun = purpose === 'run';
  return {
    startup,
    // Without a probe, a container is ready when it has started.
    readiness: readiness ?? (isRun && ports.length > 0 ? false : undefined),
    liveness,
    postStart: hookOf('postStart', action),
    preStop: hookOf('preStop', action),
    stop: signal === undefined ? undefined : { signal },
    stdin: isRun && data['stdin'] !== true ? 'null' : undefined,
  };
};

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** As in Kubernetes, a command replaces the entrypoint, and arguments those of the image. */
const commandOf = ({ data }: Member, variables: Variables, references: References): Fields => {
  const words = (field: string): ReadonlyArray<readonly Part[]> =>
    list(data[field]).map((word) => expanded(text(word) ?? '', variables));
  const [written, more] = [words('command'), words('args')];
  const read = references.readWords([...written, ...more]).map(asValue);
  const [command, args] = [read.slice(0, written.length), read.slice(written.length)];
  const line = args.length === 0 ? lineOf(command) : undefined;
  return {
    command: line ?? (command.length === 0 ? undefined : command),
    args: args.length === 0 ? undefined : args,
  };
};

/** An image of this machine alone can be pulled from nowhere, so one that is there does as it is where it runs at once. */
const pullOf = ({ data }: Member, purpose: Source['purpose'], lost: ReportLoss): string | undefined => {
  const policy = text(data['imagePullPolicy']);
  if (policy === 'Never') return 'never';
  if (policy !== 'Always') return undefined;
  if (purpose === 'write') return 'always';
  lost('an image that the engine has is not pulled again', 'imagePullPolicy');
  return undefined;
};

const userOf = ({ data, workload }: Member): string | undefined => {
  const context = { ...record(workload.pod['securityContext']), ...record(data['securityContext']) };
  const [user, group] = [number(context['runAsUser']), number(context['runAsGroup'])];
  if (user === undefined) return undefined;
  return group === undefined ? String(user) : `${user}:${group}`;
};

const portsOf = ({ ports }: Member, published: PublishedPorts): Fields | undefined =>
  orNothing(Object.fromEntries(ports.map((port) => [port.name, published.get(port) ?? port.number])));

const filesOf = (files: readonly MountedFile[], references: References): Fields =>
  Object.fromEntries(
    files.map(({ name, content, secret, mode }): [string, Value] => {
      const value = asValue(references.read([content]));
      if (!secret && mode === undefined) return [name, value];
      return [name, { content: value, secret: secret || undefined, mode }];
    }),
  );

/** A gate that others wait for is the readiness itself. */
const probesOf = (member: Member, action: ActionContext, purpose: Source['purpose']): Fields => ({
  startup: hasGate(member, purpose) ? undefined : probeOf('startupProbe', action),
  readiness: probeOf('readinessProbe', action),
  liveness: probeOf('livenessProbe', action),
});

/** A kubelet tries an init container again, unless nothing of the pod is. */
const restartOf = ({ role, workload: { pod } }: Member): string => {
  const policy = POLICIES[text(pod['restartPolicy']) ?? 'Always'] ?? 'always';
  if (role === 'sidecar') return 'always';
  return role === 'init' && policy === 'always' ? 'on-failure' : policy;
};

const POLICIES: Readonly<Record<string, string>> = {
  Always: 'always',
  OnFailure: 'on-failure',
  Never: 'never',
};
