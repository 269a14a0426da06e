import { join } from 'node:path';
import type { SourceOptions } from '../options.ts';
import type { Source } from './source.ts';

/** The place of a source. */
interface Place {
  readonly name: string;
  /** Where commands run. */
  readonly folder: string;
  /** Where sources may keep something for themselves. */
  readonly store: string;
}

/** Loads what the kind of a source needs. */
export const openSource = async (options: SourceOptions, { name, folder, store }: Place): Promise<Source> => {
  switch (options.kind) {
    case 'file':
      return new (await import('./file.ts')).FileSource(options.path, options);
    case 'dir':
      return new (await import('./dir.ts')).DirSource(options.path, options);
    case 'url':
      return new (await import('./url.ts')).UrlSource(options.url, options.headers, options);
    case 'etcd':
      return new (await import('./etcd.ts')).EtcdSource(options, options);
    case 'consul':
      return new (await import('./consul.ts')).ConsulSource(options, options);
    case 'vault':
      return new (await import('./vault.ts')).VaultSource(options, options);
    case 'exec':
      return new (await import('./exec.ts')).ExecSource(options.command, folder, options);
    case 'git':
      return new (await import('./git.ts')).GitSource(options, join(store, `git-${name}`), options);
    default:
      return options satisfies never;
  }
};
