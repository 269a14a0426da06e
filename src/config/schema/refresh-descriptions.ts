/** The fields in the options of `config-refresh`; they say the same as the types in `observe/config-refresh.ts`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'config-refresh': {
    sources: 'Sources by the names that templates have for them. Default: none.',
    files: 'Files that are rendered.',
    wait: 'How long changes are gathered before they are rendered.',
    onChange: 'What happens once a new content is in place. Default "none".',
    splay: 'Random time, up to this, before that. Default 0.',
    onError: '"keep" (default): the last good files stay. "fail": an error that lasts ends the pod.',
    errorOnMissingKey: 'False: a key that is missing renders as nothing. Default true: it is an error.',
    retry: 'How failed attempts are repeated.',
  },
  'config-source': {
    file: 'A file, relative to the config’s folder.',
    dir: 'A folder: an object with the values of its files by their names.',
    url: 'A URL, asked with If-None-Match and If-Modified-Since.',
    headers: 'Headers of the request for url.',
    etcd: 'A key of etcd v3, or all keys with a prefix; it is watched.',
    consul: 'A key of Consul’s KV store, or all keys with a prefix; it is watched.',
    vault: 'The newest version of a secret of Vault’s KV store, version 2.',
    exec: 'A command, whose output is the value: a line for the shell, or a list that runs directly.',
    git: 'A file or folder of a Git repository.',
    parse:
      'How its text is read. Default: as its name ends (.json, .yaml, .yml, .env), for a URL also as its content-type says, else "text".',
    interval: 'Time between two attempts. Default 30s; for file and dir 1s. Not for etcd and consul.',
    timeout: 'Time limit of one attempt. Default 10s; for exec and git 30s.',
  },
  'etcd-source': {
    url: 'Default "http://127.0.0.1:2379".',
    key: 'The key.',
    prefix: 'True: all keys that begin with it, as an object that is nested at each /. Default false.',
    username: 'User, if etcd has them.',
    password: 'Password of the user.',
  },
  'consul-source': {
    url: 'Default "http://127.0.0.1:8500".',
    key: 'The key.',
    prefix: 'True: all keys that begin with it, as an object that is nested at each /. Default false.',
    token: 'Token of an ACL.',
    datacenter: 'Default: that of the agent.',
    wait: 'Longest time of a blocking query. Default 60s.',
  },
  'vault-source': {
    url: 'Default: the variable VAULT_ADDR.',
    mount: 'Where the KV store is mounted. Default "secret".',
    path: 'Path of the secret.',
    token: 'Default: the variable VAULT_TOKEN.',
    namespace: 'Namespace of Vault Enterprise.',
  },
  'git-source': {
    url: 'URL or path of the repository.',
    ref: 'Branch, tag or other ref. Default "HEAD".',
    path: 'File or folder in the repository.',
  },
  'refreshed-file': {
    template: 'File with the template, relative to the config’s folder.',
    contents: 'The template itself.',
    volume: 'Volume that it is rendered into.',
    path: 'Path within the volume.',
    perms: 'Permissions: 0o644 (default), or octal digits in quotes.',
    check:
      'Command that must exit with 0 before the swap. It gets the path of the new file: as $1 of a line for the shell, as the last argument of a list.',
  },
  'refresh-action': {
    signal: 'Signal for the process in to.',
    to: 'Process that gets the signal.',
    restart: 'Process that is restarted.',
    exec: 'Command to run: a line for the shell, or a list that runs directly.',
    http: 'URL that gets a POST.',
  },
  'refresh-wait': {
    min: 'Time without further changes before a change is rendered. Default 200ms.',
    max: 'Longest time from the first change until it is rendered. Default 2s.',
  },
  'refresh-retry': {
    backoff: 'Longest delay before the first retry; it doubles each time. Default 250ms.',
    maxBackoff: 'Longest delay before a retry. Default 1m.',
    attempts: 'How often one thing may fail in a row. Default: no limit, and 1 with onError "fail".',
  },
  'rendered-file': {
    from: 'A file that a config-refresh sidecar renders: its name, a dot, and the path of the file.',
    onChange: 'Action on a new content: "restart" (default), a signal, or "none".',
  },
};

export const refreshDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(byKind).flatMap(([kind, fields]) =>
    Object.entries(fields).map(([field, text]) => [`${kind}.${field}`, text] as const),
  ),
);
