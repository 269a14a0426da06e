import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import { FILES, volumePath } from '../../export/inside.ts';
import type { Fields, Value } from '../../form/found-pod.ts';
import { type ServiceAddress, withLocalHosts } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { type Part, Template } from '../../form/template.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { fieldOf } from './downward.ts';
import type { Contents, Manifests } from './manifests.ts';
import type { Member } from './members.ts';
import { asValue, expanded, portBeside, type References, type Variables } from './references.ts';

export interface EnvironmentContext {
  readonly member: Member;
  readonly members: readonly Member[];
  readonly manifests: Manifests;
  readonly services: readonly ServiceAddress[];
  readonly lost: ReportLoss;
}

/** The variables of a container, as `$(NAME)` has them. A later one wins, and can refer to earlier ones. */
export const variablesOf = (context: EnvironmentContext): Variables => {
  const { member, lost } = context;
  const variables = new Map<string, readonly Part[]>();
  for (const from of list(member.data['envFrom']).map(record))
    for (const [name, value] of allOf(from, context)) variables.set(name, [value]);
  for (const written of list(member.data['env']).map(record)) {
    const name = text(written['name']) ?? '';
    const value =
      'valueFrom' in written
        ? valueFrom(name, record(written['valueFrom']), context)
        : expanded(text(written['value']) ?? '', variables);
    if (value !== null) variables.set(name, value);
    else lost('nothing of it is known here', `env.${name}`);
  }
  return variables;
};

const allOf = (
  from: Data,
  { manifests, lost }: EnvironmentContext,
): ReadonlyArray<readonly [string, string]> => {
  const prefix = text(from['prefix']) ?? '';
  const { name, contents, kind } = contentsOf(from['configMapRef'], from['secretRef'], manifests);
  if (contents === undefined && record(from[`${kind}Ref`])['optional'] !== true)
    lost(`the ${kind} ${name} is not in the file`, 'envFrom');
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

/** A value that only a cluster knows has to be in the environment here. */
const valueFrom = (
  variable: string,
  from: Data,
  { manifests, member, lost }: EnvironmentContext,
): readonly Part[] | null => {
  const field = text(record(from['fieldRef'])['fieldPath']);
  if (field !== undefined) return fieldOf(field, member.workload);
  const reference = record(from['secretKeyRef'] ?? from['configMapKeyRef']);
  const { name, kind, contents } = contentsOf(from['configMapKeyRef'], from['secretKeyRef'], manifests);
  const key = text(reference['key']);
  if (key === undefined) return null;
  const value = contents?.get(key);
  if (value !== undefined) return [value];
  if (reference['optional'] === true) return null;
  lost(`the ${kind} ${name} has no ${key} in the file; it is taken from the environment`, `env.${variable}`);
  return [{ kind: 'variable', name: variable, operator: '?', word: new Template([]) }];
};

/** The variables as a config has them, without those that every process gets by itself. */
export const environmentOf = (
  variables: Variables,
  references: References,
  context: EnvironmentContext,
): Fields | undefined => {
  const own = [...variables].filter(([name, parts]) => !isGivenAnyway(name, parts.join(''), context));
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
  if (name.startsWith('VOLUME_')) return value === volumePath(name.slice('VOLUME_'.length));
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
