import { asVariables, isMap, joinLists } from '../reading/merge.ts';
import { type Data, list, record, text } from '../reading/read-yaml.ts';
import { Replacement } from './compose-yaml.ts';
import { splitShort } from './mounts.ts';

type Join = (base: unknown, over: unknown) => unknown;

/** Merges a file of a project with a later one, as Compose does. */
export const mergeDocuments = (base: Data, over: Data): Data =>
  merged(base, over, {
    services: (one, other) => eachMerged(record(one), record(other), mergeServices),
    include: (_, other) => other,
  });

/** Merges a service with one that goes before it. */
export const mergeServices = (base: Data, over: Data): Data => merged(base, over, JOINS);

const merged = (base: Data, over: Data, joins: Readonly<Record<string, Join>>): Data => {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    const own = Object.hasOwn(joins, name) ? joins[name] : undefined;
    result[name] = joinedValue(before, value, own ?? joinByType);
  }
  return result;
};

const eachMerged = (base: Data, over: Data, merge: (base: Data, over: Data) => Data): Data =>
  merged(
    base,
    over,
    Object.fromEntries(Object.keys(over).map((name) => [name, (a, b) => merge(record(a), record(b))])),
  );

/** A replacement stays one, for what comes before it. An empty field leaves what is there. */
const joinedValue = (before: unknown, value: unknown, join: Join): unknown => {
  if (value instanceof Replacement) return value;
  if (before instanceof Replacement) return new Replacement(joinedValue(before.value, value, join));
  if (before === undefined || before === null) return value;
  return value === null ? before : join(before, value);
};

/** Lists are joined, maps are merged, and other values are replaced. */
const joinByType: Join = (base, over) => {
  if (Array.isArray(base) && Array.isArray(over)) return joinLists(base, over);
  return isMap(base) && isMap(over) ? merged(base, over, {}) : over;
};

/** A value before which nothing comes any more. */
export const settled = (value: unknown): unknown => {
  if (value instanceof Replacement) return settled(value.value);
  if (Array.isArray(value)) return value.map(settled).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, settled(each)] as const);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
};

const replace: Join = (_, over) => over;

const joinPairs: Join = (base, over) => merged(asVariables(base), asVariables(over), {});

/** Hosts may be written `name:address`, too. */
const joinHosts: Join = (base, over) => merged(asHosts(base), asHosts(over), {});

const asHosts = (value: unknown): Data =>
  Array.isArray(value) ? Object.fromEntries(value.map((entry) => splitHost(String(entry)))) : record(value);

/** Splits `name:address` or `name=address`; an address of IPv6 may have brackets. */
export const splitHost = (entry: string): readonly [name: string, address: string] => {
  const [, name = entry, address = ''] = /^([^:=]+)[:=](.*)$/.exec(entry) ?? [];
  return [name, address.replace(/^\[(.*)\]$/, '$1')];
};

/** A list of names is a map without values. */
export const asNames = (value: unknown): Data =>
  Array.isArray(value) ? Object.fromEntries(value.map((name) => [String(name), {}])) : record(value);

const joinNames: Join = (base, over) => merged(asNames(base), asNames(over), {});

export const asBuild = (value: unknown): Data =>
  typeof value === 'string' ? { context: value } : record(value);

const BUILD_JOINS: Readonly<Record<string, Join>> = { args: joinPairs, labels: joinPairs };

/** An entry of a list replaces one with the same key. */
const joinBy =
  (keyOf: (entry: unknown) => string | undefined): Join =>
  (base, over) => {
    const entries = [...list(base), ...list(over)];
    const keys = entries.map(keyOf);
    return entries.filter((_, at) => !keys.includes(keys[at], at + 1));
  };

const targetOf = (entry: unknown): string | undefined => splitShort(entry).target;

/** A file of a service has its own name if it has no target. */
const fileOf = (entry: unknown): string | undefined =>
  typeof entry === 'string' ? entry : text(record(entry)['target'] ?? record(entry)['source']);

const portOf = (entry: unknown): string => (isMap(entry) ? JSON.stringify(entry) : String(entry));

/** Fields of a service that are merged in a way of their own. */
const JOINS: Readonly<Record<string, Join>> = {
  annotations: joinPairs,
  build: (base, over) => merged(asBuild(base), asBuild(over), BUILD_JOINS),
  command: replace,
  configs: joinBy(fileOf),
  depends_on: joinNames,
  dns: (base, over) => joinLists(list(base), list(over)),
  dns_search: (base, over) => joinLists(list(base), list(over)),
  entrypoint: replace,
  env_file: (base, over) => joinLists(list(base), list(over)),
  environment: joinPairs,
  extra_hosts: joinHosts,
  healthcheck: (base, over) => merged(record(base), record(over), { test: replace }),
  labels: joinPairs,
  networks: joinNames,
  ports: joinBy(portOf),
  secrets: joinBy(fileOf),
  sysctls: joinPairs,
  tmpfs: (base, over) => joinLists(list(base), list(over)),
  volumes: joinBy(targetOf),
};
