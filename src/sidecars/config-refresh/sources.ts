import { resolve } from 'node:path';
import type { ConfigSource, ConsulSource, EtcdSource } from '../../config/observe/config-refresh.ts';
import type { Duration } from '../../config/quantities.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { SourceFields, SourceOptions } from '../../programs/config-refresh/options.ts';
import { filledCommand } from './command.ts';

/** A source with all its defaults; relative paths start at a folder. */
export const filledSource = (source: ConfigSource, folder: string): SourceOptions => {
  if ('file' in source) return { ...polled(source, LOOKS), kind: 'file', path: resolve(folder, source.file) };
  if ('dir' in source) return { ...polled(source, LOOKS), kind: 'dir', path: resolve(folder, source.dir) };
  if ('exec' in source) return { ...polled(source, RUNS), kind: 'exec', command: filledCommand(source.exec) };
  if ('git' in source) {
    const { url, ref = 'HEAD', path } = source.git;
    return { ...polled(source, RUNS), kind: 'git', url, ref, path };
  }
  return serverSource(source);
};

type ServerSource = Exclude<ConfigSource, Record<'file' | 'dir' | 'exec' | 'git', unknown>>;

const serverSource = (source: Extract<ServerSource, object>): SourceOptions => {
  if ('url' in source)
    return { ...polled(source, ASKS), kind: 'url', url: source.url, headers: source.headers ?? {} };
  if ('etcd' in source) return { ...polled(source, WATCHES), kind: 'etcd', ...filledEtcd(source.etcd) };
  if ('consul' in source)
    return { ...polled(source, WATCHES), kind: 'consul', ...filledConsul(source.consul) };
  if (!('vault' in source)) throw new Error('a source of no kind was let through');
  const { url = null, mount = 'secret', path, token = null, namespace = null } = source.vault;
  return { ...polled(source, ASKS), kind: 'vault', ...{ url, mount, path, token, namespace } };
};

const filledEtcd = (etcd: EtcdSource) => ({
  url: etcd.url ?? 'http://127.0.0.1:2379',
  key: etcd.key,
  prefix: etcd.prefix ?? false,
  username: etcd.username ?? null,
  password: etcd.password ?? null,
});

const filledConsul = (consul: ConsulSource) => ({
  url: consul.url ?? 'http://127.0.0.1:8500',
  key: consul.key,
  prefix: consul.prefix ?? false,
  token: consul.token ?? null,
  datacenter: consul.datacenter ?? null,
  wait: time(consul.wait, 60_000),
});

interface Timing {
  readonly interval: number;
  readonly timeout: number;
}

const LOOKS: Timing = { interval: 1_000, timeout: 10_000 };
const ASKS: Timing = { interval: 30_000, timeout: 10_000 };
const RUNS: Timing = { interval: 30_000, timeout: 30_000 };
/** An answer is a change already. A key that changes all the time is read so often. */
const WATCHES: Timing = { interval: 50, timeout: 10_000 };

interface Written {
  readonly parse?: SourceFields['parse'];
  readonly interval?: Duration;
  readonly timeout?: Duration;
}

const polled = ({ parse = null, interval, timeout }: Written, byDefault: Timing): SourceFields => ({
  parse,
  interval: time(interval, byDefault.interval),
  timeout: time(timeout, byDefault.timeout),
});

const time = (duration: Duration | undefined, byDefault: number): number =>
  (duration === undefined ? null : parseDuration(duration)) ?? byDefault;
