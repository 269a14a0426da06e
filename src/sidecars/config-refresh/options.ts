import * as z from 'zod/mini';
import {
  boolean,
  command,
  duration,
  expected,
  late,
  list,
  named,
  object,
  path,
  text,
} from '../../config/schema/parts.ts';

/** What a source can be; it is exactly one of these. */
export const SOURCE_KINDS = ['file', 'dir', 'url', 'etcd', 'consul', 'vault', 'exec', 'git'] as const;

/** A URL may begin with a reference. */
const url = z.string(expected('http-url')).check(z.regex(/^(?:https?:\/\/|\$\{)/, expected('http-url')));

const etcd = late(() =>
  object('etcd-source', {
    url: z.optional(url),
    key: path,
    prefix: z.optional(boolean),
    username: z.optional(text),
    password: z.optional(text),
  }),
);

const consul = late(() =>
  object('consul-source', {
    url: z.optional(url),
    key: path,
    prefix: z.optional(boolean),
    token: z.optional(text),
    datacenter: z.optional(path),
    wait: z.optional(duration),
  }),
);

const vault = late(() =>
  object('vault-source', {
    url: z.optional(url),
    mount: z.optional(path),
    path,
    token: z.optional(text),
    namespace: z.optional(path),
  }),
);

const git = late(() => object('git-source', { url: path, ref: z.optional(path), path }));

const source = late(() =>
  object('config-source', {
    file: z.optional(path),
    dir: z.optional(path),
    url: z.optional(url),
    etcd: z.optional(etcd),
    consul: z.optional(consul),
    vault: z.optional(vault),
    exec: z.optional(command),
    git: z.optional(git),
    headers: z.optional(z.record(z.string(), text, expected('headers'))),
    parse: z.optional(z.enum(['json', 'yaml', 'env', 'text'], expected('source-format'))),
    interval: z.optional(duration),
    timeout: z.optional(duration),
  }),
);

const MOST_PERMS = 0o777;

const perms = z.union(
  [
    z
      .int(expected('file-perms'))
      .check(z.gte(0, expected('file-perms')), z.lte(MOST_PERMS, expected('file-perms'))),
    z.string(expected('file-perms')).check(z.regex(/^0?[0-7]{3}$/, expected('file-perms'))),
  ],
  expected('file-perms'),
);

/** It stays within its volume, and has no names like those that the sidecar itself needs there. */
const pathInVolume = z
  .string(expected('path-in-volume'))
  .check(z.regex(/^(?!\.\.|\.\/|\.$)[^/\0]+(?:\/(?!\.\.|\.\/|\.$)[^/\0]+)*$/, expected('path-in-volume')));

const file = late(() =>
  object('refreshed-file', {
    template: z.optional(path),
    contents: z.optional(text),
    volume: path,
    path: pathInVolume,
    perms: z.optional(perms),
    check: z.optional(command),
  }),
);

const action = late(() =>
  z.union(
    [
      z.literal('none'),
      object('refresh-action', {
        signal: z.optional(path),
        to: z.optional(path),
        restart: z.optional(path),
        exec: z.optional(command),
        http: z.optional(url),
      }),
    ],
    expected('refresh-action'),
  ),
);

const attempts = late(() =>
  z.union(
    [
      z.int(expected('attempts')).check(z.gte(1, expected('attempts'))),
      z.custom<number>((value) => value === Number.POSITIVE_INFINITY, expected('attempts')),
    ],
    expected('attempts'),
  ),
);

export const configRefreshOptions = late(() =>
  object('config-refresh', {
    sources: z.optional(named(source, 'config-sources')),
    files: list(file, 'refreshed-files').check(
      z.refine((all) => (all as readonly object[]).length > 0, expected('refreshed-files')),
    ),
    wait: z.optional(object('refresh-wait', { min: z.optional(duration), max: z.optional(duration) })),
    onChange: z.optional(action),
    splay: z.optional(duration),
    onError: z.optional(z.enum(['keep', 'fail'], expected('on-error'))),
    errorOnMissingKey: z.optional(boolean),
    retry: z.optional(
      object('refresh-retry', {
        backoff: z.optional(duration),
        maxBackoff: z.optional(duration),
        attempts: z.optional(attempts),
      }),
    ),
  }),
);
