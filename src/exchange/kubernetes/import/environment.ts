import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import { FILES, volumePath } from '../../export/inside.ts';
import type { Fields, Value } from '../../form/found-pod.ts';
import { type ServiceAddress, withLocalHosts } from '../../form/hosts.ts';
import { toLabel } from '../../form/label.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { asValue } from '../../form/replace-in-text.ts';
import { type Part, Template } from '../../form/template.ts';
import type { Source } from '../../format.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { DIFFERS, fieldOf } from './downward.ts';
import { type Contents, type Manifests, replicasOf } from './manifests.ts';
import type { Member } from './members.ts';
import { expanded, portBeside, type References, type Variables } from './references.ts';
import { resourceOf } from './resources.ts';

export interface EnvironmentContext {
  readonly member: Member;
  readonly members: readonly Member[];
  readonly manifests: Manifests;
  readonly services: readonly ServiceAddress[];
  /** Variables of Services, which no container names. */
  readonly told: Variables;
  readonly source: Source;
  readonly lost: ReportLoss;
  /** Reports what the container cannot start without. */
  readonly missing: ReportLoss;
}

/** The variables of a container, as `$(NAME)` has them. A later one wins, and can refer to earlier ones. */
export const variablesOf = (context: EnvironmentContext): Variables => {
  const { member } = context;
  const variables = new Map(context.told);
  for (const from of list(member.data['envFrom']).map(record))
    for (const [name, value] of allOf(from, context)) variables.set(name, [value]);
  for (const written of list(member.data['env']).map(record)) {
    const name = text(written['name']) ?? '';
    const value =
      'valueFrom' in written
        ? valueFrom(name, record(written['valueFrom']), context)
        : expanded(text(written['value']) ?? '', variables);
    if (value !== null) variables.set(name, value);
  }
  return variables;
};

const allOf = (
  from: Data,
  { manifests, missing }: EnvironmentContext,
): ReadonlyArray<readonly [string, string]> => {
  const prefix = text(from['prefix']) ?? '';
  const { name, contents, kind } = contentsOf(from['configMapRef'], from['secretRef'], manifests);
  if (contents === undefined && record(from[`${kind}Ref`])['optional'] !== true)
    missing(`the ${kind} ${name} is not in the file`, 'envFrom');
  return [...(contents ?? [])].map(([key, value]) => [`${prefix}${key}`, value]);
};

interface Found {
  readonly name: string;
  readonly kind: 'configMap' | 'secret';
  readonly contents: Contents | undefined;
}

const contentsOf = (configMap: unknown, secret: unknown, manifests: Manifests): Found => {
  const kind = secret === undefined ? 'configMap' : 'secret';
  const name = text(record(secret ?? configMap)['name']) ?? '';
  return { name, kind, contents: (kind === 'secret' ? manifests.secrets : manifests.configMaps).get(name) };
};

/** Null: the container does not have the variable. */
const valueFrom = (variable: string, from: Data, context: EnvironmentContext): readonly Part[] | null => {
  const { member, missing, lost, source } = context;
  const field = text(record(from['fieldRef'])['fieldPath']);
  if (field !== undefined && DIFFERS.includes(field) && replicasOf(member.workload) > 1)
    lost('all instances have the same value', `env.${variable}`);
  const told =
    field === undefined ? resourceFor(from, context) : (fieldOf(field, member.workload) ?? undefined);
  if (told !== undefined) return [told];
  if ('configMapKeyRef' in from || 'secretKeyRef' in from) return keyOf(variable, from, context);
  const report = source.purpose === 'run' && 'fileKeyRef' in from ? lost : missing;
  report('nothing of it is known here', `env.${variable}`);
  return null;
};

const resourceFor = (from: Data, { member, members, source }: EnvironmentContext): string | undefined => {
  const resource = record(from['resourceFieldRef']);
  const name = text(resource['containerName']);
  const container =
    name === undefined
      ? member
      : members.find(({ workload, data }) => workload === member.workload && data['name'] === name);
  return container === undefined
    ? undefined
    : (resourceOf(resource, container.data, source.machine) ?? undefined);
};

const keyOf = (variable: string, from: Data, context: EnvironmentContext): readonly Part[] | null => {
  const reference = record(from['secretKeyRef'] ?? from['configMapKeyRef']);
  const found = contentsOf(from['configMapKeyRef'], from['secretKeyRef'], context.manifests);
  const key = text(reference['key']) ?? '';
  const value = found.contents?.get(key);
  if (value !== undefined) return [value];
  if (reference['optional'] === true) return null;
  return fromEnvironment(variable, found, key, context);
};

/** What a Secret holds often stands in no file. */
const fromEnvironment = (
  variable: string,
  { kind, name }: Found,
  key: string,
  { lost, missing, source }: EnvironmentContext,
): readonly Part[] | null => {
  const why = `the ${kind} ${name} has no ${key} in the file`;
  const taken = `${why}; it is taken from the environment`;
  if (source.purpose === 'write') {
    lost(taken, `env.${variable}`);
    return [{ kind: 'variable', name: variable, operator: '?', word: new Template([]) }];
  }
  const value = source.machine.env[variable];
  if (value === undefined)
    missing(`${why}, and ${variable} is not set in the environment`, `env.${variable}`);
  else lost(taken, `env.${variable}`);
  return value === undefined ? null : [value];
};

/** The variables as a config has them, without those that every process gets by itself. */
export const environmentOf = (
  variables: Variables,
  references: References,
  context: EnvironmentContext,
): Fields | undefined => {
  const { told, source } = context;
  const own = [...variables].filter(
    ([name, parts]) =>
      !isGivenAnyway(name, parts.join(''), context) &&
      !(source.purpose === 'write' && parts === told.get(name)),
  );
  const read = own.map(([name, parts]) => {
    const beside = hostBeside(name, parts, variables, context) ?? portOfHost(name, parts, variables, context);
    return [name, beside ?? asValue(references.read(parts))] as const;
  });
  const env = withLocalHosts(Object.fromEntries(read), context.services, HOST_OF_CONTAINERS);
  return Object.keys(env).length === 0 ? undefined : env;
};

const isLocal = (parts: readonly Part[] | undefined): boolean =>
  /^(localhost|127\.0\.0\.1|::1)$/.test((parts ?? []).join(''));

const HOSTS = ['HOST', 'HOSTNAME', 'SERVER', 'ADDR', 'ADDRESS'] as const;

/** `DB_HOST=localhost` beside `DB_PORT=5432`, on which another container listens. */
const hostBeside = (
  name: string,
  parts: readonly Part[],
  variables: Variables,
  { member, members }: EnvironmentContext,
): Value | undefined => {
  const suffix = HOSTS.find((each) => name.endsWith(each));
  if (suffix === undefined || !isLocal(parts)) return undefined;
  const port = Number(variables.get(`${name.slice(0, -suffix.length)}PORT`)?.join('') ?? Number.NaN);
  return portBeside(member, members, port).part === null ? undefined : HOST_OF_CONTAINERS;
};

const portOfHost = (
  name: string,
  parts: readonly Part[],
  variables: Variables,
  { member, members }: EnvironmentContext,
): Value | undefined => {
  if (!name.endsWith('PORT')) return undefined;
  const prefix = name.slice(0, -'PORT'.length);
  if (!HOSTS.some((host) => isLocal(variables.get(`${prefix}${host}`)))) return undefined;
  const { part } = portBeside(member, members, Number(parts.join('')));
  return part === null ? undefined : new Template([part]);
};

/** What a process finds in its environment here without a word of the config. */
const isGivenAnyway = (name: string, value: string, { member, members }: EnvironmentContext): boolean => {
  if (name === 'PORT') return value === String(member.ports[0]?.number);
  if (name.startsWith('PORT_'))
    return member.ports.some((port) => `PORT_${upper(port.name)}` === name && String(port.number) === value);
  if (name.startsWith('VOLUME_'))
    // An app has its name before that of its volume.
    return (
      value.startsWith(volumePath('x').slice(0, -1)) && value.endsWith(toLabel(name.slice('VOLUME_'.length)))
    );
  if (name.startsWith('FILE_')) return value.startsWith(`${FILES}/`);
  if (name === 'PYTHONUNBUFFERED') return value === '1';
  if (name.startsWith('SIDECARCTL_')) return true;
  const service = /^(.*)_SERVICE_(HOST|PORT)/.exec(name)?.[1];
  // An instance has a number behind its name.
  const named = [service, service?.replace(/_\d+$/, '')];
  return members.some(({ label, isApp, workload }) => {
    const isVisible = isApp || workload === member.workload;
    return isVisible && named.includes(upper(label));
  });
};

const upper = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
