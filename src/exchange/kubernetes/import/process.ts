import type { Fields, FoundDependency, FoundProcess, Value } from '../../form/found-pod.ts';
import type { Losses, ReportLoss } from '../../form/losses.ts';
import { list, number, record, text } from '../../reading/read-yaml.ts';
import { type EnvironmentContext, environmentOf, variablesOf } from './environment.ts';
import { reportContainer } from './leftovers.ts';
import { replicasOf } from './manifests.ts';
import type { Member } from './members.ts';
import { type MountedFile, mountsOf } from './mounts.ts';
import { hasGate } from './order.ts';
import type { PublishedPorts } from './ports.ts';
import { type ActionContext, hookOf, lineOf, probeOf } from './probes.ts';
import { asValue, expanded, References, type Variables } from './references.ts';
import type { Mountable } from './volumes.ts';

export interface ProcessContext extends Omit<EnvironmentContext, 'member' | 'lost'> {
  readonly losses: Losses;
  readonly published: PublishedPorts;
  readonly mountables: ReadonlyMap<string, Mountable>;
  readonly dependsOn: readonly FoundDependency[];
}

/** A container as a process of the neutral form. */
export const processOf = (member: Member, context: ProcessContext): FoundProcess => {
  const { name, role, app, data } = member;
  const lost = context.losses.of(name);
  reportContainer(data, lost);
  return {
    name,
    containerName: text(data['name']),
    comments: [],
    fields: fieldsOf(member, context, lost),
    dependsOn: context.dependsOn,
    runsOnce: role === 'init',
    app: new Set(context.members.map((other) => other.workload)).size > 1 ? app : undefined,
    container: { because: 'it has an image', stays: true },
  };
};

const fieldsOf = (member: Member, context: ProcessContext, lost: ReportLoss): Fields => {
  const { data, role, isApp } = member;
  const mounts = mountsOf(data, context.mountables, lost);
  const references = new References(member, context.members, mounts, lost);
  const around: EnvironmentContext = { ...context, member, lost };
  const variables = variablesOf(around);
  const action: ActionContext = { member, references, lost };
  const replicas = isApp ? replicasOf(member.workload) : 1;
  const fields: Fields = {
    image: text(data['image']) ?? '',
    ...commandOf(member, variables, references),
    workingDir: text(data['workingDir']),
    user: userOf(member),
    pull: PULLS[text(data['imagePullPolicy']) ?? ''],
    env: environmentOf(variables, references, around),
    ports: portsOf(member, context.published),
    mounts: orNothing(mounts.volumes),
    files: orNothing(filesOf(mounts.files, references)),
    ...(role === 'init' ? {} : probesOf(member, action)),
    postStart: role === 'init' ? undefined : hookOf('postStart', action),
    preStop: role === 'init' ? undefined : hookOf('preStop', action),
    restart: restartOf(member),
    instances: replicas > 1 ? replicas : undefined,
  };
  references.reportFiles();
  return fields;
};

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** As in Kubernetes, a command replaces the entrypoint, and arguments those of the image. */
const commandOf = ({ data }: Member, variables: Variables, references: References): Fields => {
  const words = (field: string): readonly Value[] =>
    list(data[field]).map((word) => asValue(references.read(expanded(text(word) ?? '', variables))));
  const [command, args] = [words('command'), words('args')];
  const line = args.length === 0 ? lineOf(command) : undefined;
  return {
    command: line ?? (command.length === 0 ? undefined : command),
    args: args.length === 0 ? undefined : args,
  };
};

const PULLS: Readonly<Record<string, string>> = { Always: 'always', Never: 'never' };

const userOf = ({ data, workload }: Member): string | undefined => {
  const context = { ...record(workload.pod['securityContext']), ...record(data['securityContext']) };
  const [user, group] = [number(context['runAsUser']), number(context['runAsGroup'])];
  if (user === undefined) return undefined;
  return group === undefined ? String(user) : `${user}:${group}`;
};

const portsOf = (member: Member, published: PublishedPorts): Fields | undefined =>
  orNothing(
    Object.fromEntries(
      member.ports.map((port) => [port.name, published.of(port, replicasOf(member.workload) > 1)]),
    ),
  );

const filesOf = (files: readonly MountedFile[], references: References): Fields =>
  Object.fromEntries(
    files.map(({ name, content, secret, mode }): [string, Value] => {
      const value = asValue(references.read([content]));
      if (!secret && mode === undefined) return [name, value];
      return [name, secret ? { content: value, secret } : { content: value, mode }];
    }),
  );

/** A gate that others wait for is the readiness itself. */
const probesOf = (member: Member, action: ActionContext): Fields => ({
  startup: hasGate(member) ? undefined : probeOf('startupProbe', action),
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
