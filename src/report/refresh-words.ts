import type { RefreshExpectation } from '../model/failures/refresh-expectation.ts';

/** What the options of `config-refresh` expect. */
export const refreshWords: Readonly<Record<RefreshExpectation, string>> = {
  attempts: 'a whole number from 1, or Infinity',
  'config-refresh':
    'an object with files and, if needed, sources, wait, onChange, splay, onError, errorOnMissingKey, retry',
  'config-source': 'an object with one of file, dir, url, etcd, consul, vault, exec, git',
  'config-sources': 'an object from names to sources',
  'consul-source': 'an object with key and, if needed, url, prefix, token, datacenter, wait',
  'etcd-source': 'an object with key and, if needed, url, prefix, username, password',
  'git-source': 'an object with url, path and, if needed, ref',
  'file-perms': "permissions such as 0o644, or octal digits in quotes, such as '0644'",
  'http-url': 'an http or https URL',
  'on-error': "'keep' or 'fail'",
  'path-in-volume': "a path within the volume, such as 'app.conf'",
  'refresh-action': "{ signal, to }, { restart }, { exec }, { http } or 'none'",
  'refresh-retry': 'an object with backoff, maxBackoff, attempts',
  'refresh-wait': 'an object with min and max',
  'refreshed-file': 'an object with template or contents, volume, path and, if needed, perms, check',
  'refreshed-files': 'a list of at least one file',
  'source-format': "'json', 'yaml', 'env' or 'text'",
  'vault-source': 'an object with path and, if needed, url, mount, token, namespace',
};
