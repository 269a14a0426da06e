import type { Family } from '../../exposition/read-families.ts';
import { Families } from '../series/families.ts';
import { sampleOf } from '../series/measured.ts';
import { INFO_FIELDS } from './info-names.ts';

type Fields = ReadonlyMap<string, string>;

const MICROSECONDS = 1_000_000;

/** Metrics of what Redis answers to INFO, as redis_exporter names them. `now`: milliseconds since 1970. */
export const readInfo = (info: string, now: number): readonly Family[] => {
  const fields = fieldsIn(info);
  if (!fields.has('redis_version')) throw new Error('its answer is no INFO of Redis');
  const families = new Families();
  for (const [field, text] of fields) takeField(families, field, text);
  addInstance(families, fields, now);
  if (fields.get('role') === 'slave') addMaster(families, fields);
  return [...families.all(), ...latencies(fields), ...redisUp(1)];
};

export const redisUp = (value: 0 | 1): readonly Family[] => {
  const families = new Families();
  families.add('redis_up', 'gauge', 'Information about the Redis instance', value);
  return families.all();
};

/** `used_memory:1024`, a line for each field, and headlines with a `#`. */
const fieldsIn = (info: string): Fields =>
  new Map(
    info.split('\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at <= 0 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const];
    }),
  );

/** `keys=1,expires=0` */
const pairsIn = (text: string): Fields =>
  new Map(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );

const WORDS: Readonly<Record<string, number>> = { ok: 1, true: 1, err: 0, fail: 0, false: 0 };

/** Null: it is none. */
const numberIn = (text: string | undefined): number | null => {
  if (text === undefined || text === '') return null;
  const value = WORDS[text] ?? Number(text.replace(/%$/, ''));
  return Number.isNaN(value) ? null : value;
};

const takeField = (families: Families, field: string, text: string): void => {
  const known = INFO_FIELDS.get(field);
  const value = numberIn(text);
  if (known !== undefined) {
    if (value !== null) families.add(known.name, known.type, `${field} of INFO`, value);
    return;
  }
  const [, kind = '', name = ''] = /^(db|slave|cmdstat_|errorstat_)(.+)$/.exec(field) ?? [];
  PARTS[kind]?.(families, name, pairsIn(text));
};

type TakePairs = (families: Families, name: string, pairs: Fields) => void;

/** Fields of which there is one for each database, replica, command or error. */
const PARTS: Readonly<Record<string, TakePairs>> = {
  db: (families, name, pairs) => {
    const labels = new Map([['db', `db${name}`]]);
    const ttl = numberIn(pairs.get('avg_ttl'));
    addKnown(families, 'redis_db_keys', 'Keys of a database', pairs.get('keys'), labels);
    addKnown(families, 'redis_db_keys_expiring', 'Keys that expire', pairs.get('expires'), labels);
    if (ttl !== null)
      families.add('redis_db_avg_ttl_seconds', 'gauge', 'Mean time to live', ttl / 1_000, labels);
  },
  slave: (families, _, pairs) => {
    const of = (field: string): string => pairs.get(field) ?? '';
    const labels = new Map([
      ['slave_ip', of('ip')],
      ['slave_port', of('port')],
      ['slave_state', of('state')],
    ]);
    addKnown(
      families,
      'redis_connected_slave_offset_bytes',
      'Offset of a replica',
      pairs.get('offset'),
      labels,
    );
    addKnown(families, 'redis_connected_slave_lag_seconds', 'Lag of a replica', pairs.get('lag'), labels);
  },
  cmdstat_: (families, name, pairs) => {
    const count = (suffix: string, help: string, value: number | null): void => {
      if (value !== null)
        families.add(`redis_commands_${suffix}`, 'counter', help, value, new Map([['cmd', name]]));
    };
    const time = numberIn(pairs.get('usec'));
    count('total', 'Calls of a command', numberIn(pairs.get('calls')));
    count('duration_seconds_total', 'Time of a command', time === null ? null : time / MICROSECONDS);
    count('rejected_calls_total', 'Errors before a command', numberIn(pairs.get('rejected_calls')));
    count('failed_calls_total', 'Errors within a command', numberIn(pairs.get('failed_calls')));
  },
  errorstat_: (families, name, pairs) => {
    const value = numberIn(pairs.get('count'));
    if (value !== null)
      families.add(
        'redis_errors_total',
        'counter',
        'Errors by their first word',
        value,
        new Map([['err', name]]),
      );
  },
};

const addKnown = (
  families: Families,
  name: string,
  help: string,
  text: string | undefined,
  labels: ReadonlyMap<string, string> = new Map(),
): void => {
  const value = numberIn(text);
  if (value !== null) families.add(name, 'gauge', help, value, labels);
};

/** What is no number of a field, or of several. */
const addInstance = (families: Families, fields: Fields, now: number): void => {
  const uptime = numberIn(fields.get('uptime_in_seconds'));
  const fork = numberIn(fields.get('latest_fork_usec'));
  if (uptime !== null)
    families.add('redis_start_time_seconds', 'gauge', 'Start, since 1970', Math.floor(now / 1_000) - uptime);
  if (fork !== null)
    families.add('redis_latest_fork_seconds', 'gauge', 'Time of the newest fork', fork / MICROSECONDS);
  families.add(
    'redis_instance_info',
    'gauge',
    'What the instance is',
    1,
    labelsFrom(fields, INSTANCE_LABELS),
  );
};

const INSTANCE_LABELS = [
  ...['role', 'redis_version', 'redis_build_id', 'redis_mode', 'os', 'maxmemory_policy', 'tcp_port'],
  ...['run_id', 'process_id', 'master_replid'],
];

const labelsFrom = (fields: Fields, names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(names.map((name) => [name, fields.get(name) ?? '']));

/** What only a replica tells. */
const addMaster = (families: Families, fields: Fields): void => {
  const labels = labelsFrom(fields, ['master_host', 'master_port']);
  const isUp = fields.get('master_link_status') === 'up';
  families.add(
    'redis_master_link_up',
    'gauge',
    'Whether there is a link to the master',
    Number(isUp),
    labels,
  );
  for (const field of ['master_last_io_seconds_ago', 'master_sync_in_progress', 'slave_repl_offset'])
    addKnown(families, `redis_${field}`, `${field} of INFO`, fields.get(field), labels);
  const readOnly = new Map([...labels, ['read_only', fields.get('slave_read_only') ?? '']]);
  families.add('redis_slave_info', 'gauge', 'What the replica is', 1, readOnly);
};

const PERCENTILES = 'latency_percentiles_usec_';

/** Summaries of how long commands take. Their sum and count are those of the commands. */
const latencies = (fields: Fields): readonly Family[] => {
  const name = 'redis_latency_percentiles_usec';
  const samples = [...fields].flatMap(([field, text]) => {
    if (!field.startsWith(PERCENTILES)) return [];
    const command = field.slice(PERCENTILES.length);
    const labels = new Map([['cmd', command]]);
    const stats = pairsIn(fields.get(`cmdstat_${command}`) ?? '');
    return [
      ...[...pairsIn(text)].map(([percentile, value]) =>
        sampleOf(name, name, new Map([...labels, ['quantile', percentile.slice(1)]]), Number(value)),
      ),
      sampleOf(`${name}_sum`, name, labels, Number(stats.get('usec') ?? 0)),
      sampleOf(`${name}_count`, name, labels, Number(stats.get('calls') ?? 0)),
    ];
  });
  return samples.length === 0
    ? []
    : [{ name, type: 'summary', help: 'Percentiles of the time of a command', unit: null, samples }];
};
