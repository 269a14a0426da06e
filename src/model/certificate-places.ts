/** Where the certificates of a user are: one CA, the leaves that it has issued, and bundles for children. */
export interface CertificatePlaces {
  /** The folder of all. Programs get it in their options. */
  readonly folder: string;
  /** The certificate of the CA. */
  readonly authority: string;
  /** For `NODE_EXTRA_CA_CERTS`, which adds to the public CAs: the CA, with those of a file that the user names there. */
  readonly node: string;
  /** For variables that replace the public CAs, such as `SSL_CERT_FILE`: the public ones and the CA. */
  readonly bundle: string;
}

/** Variables whose file replaces the public CAs. */
export const REPLACED_ROOTS = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const;

interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

/**
 * Works out the paths. The folder is `sidecarctl` in the user's data folder: `$XDG_DATA_HOME` or `~/.local/share`, on
 * macOS `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`.
 *
 * @example
 * certificatePlaces({ env: process.env, platform: process.platform, home: homedir() }).authority
 * // '/home/me/.local/share/sidecarctl/ca/ca.crt'
 */
export const certificatePlaces = (machine: Machine): CertificatePlaces => {
  const separator = machine.platform === 'win32' ? '\\' : '/';
  const at = (...names: readonly string[]): string => names.join(separator);
  const folder = at(dataFolder(machine), 'sidecarctl');
  const authority = at(folder, 'ca', 'ca.crt');
  const bundle = (name: string, users: string): string =>
    at(folder, 'bundles', `${name}${users === '' ? '' : `-${shortHash(users)}`}.pem`);
  const extra = machine.env['NODE_EXTRA_CA_CERTS'] ?? '';
  // Within a pod it is ours.
  const node = extra === '' || extra === authority ? authority : bundle('node', extra);
  const replaced = REPLACED_ROOTS.map((variable) => machine.env[variable] ?? '').join('');
  return { folder, authority, node, bundle: bundle('public', replaced) };
};

/** As the XDG base directory specification says, a relative path in the variable does not count. */
const dataFolder = ({ env, platform, home }: Machine): string => {
  const { XDG_DATA_HOME: named = '', LOCALAPPDATA: local = '' } = env;
  if (platform === 'win32') return local === '' ? `${home}\\AppData\\Local` : local;
  if (named.startsWith('/')) return named.replace(/\/+$/, '');
  return platform === 'darwin' ? `${home}/Library/Application Support` : `${home}/.local/share`;
};

/** FNV-1a: it only keeps the bundles of different files apart. */
const shortHash = (text: string): string => {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

const LABEL = '(?!-)[a-z0-9-]{1,63}(?<!-)';
const LOOPBACK = /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const LOCAL_NAME = new RegExp(`^(?:localhost|(?:${LABEL}\\.)+(?:localhost|test|internal))$`);
const WILDCARD = new RegExp(`^\\*\\.(?:${LABEL}\\.)+(?:localhost|test|internal)$`);

/**
 * Whether a certificate of the local CA may have this name. The CA itself is bound to them, so that its key is worth
 * nothing elsewhere. A wildcard stands for one label, and clients take it only before two or more others.
 *
 * @example isLocalName('shop.test') // true
 * @example isLocalName('example.com') // false
 */
export const isLocalName = (name: string): boolean =>
  name === '::1' || [LOOPBACK, LOCAL_NAME, WILDCARD].some((allowed) => allowed.test(name));
