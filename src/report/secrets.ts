/**
 * Which values are secrets is told by a variable's name, or by what a value looks like whatever its name. Both tables
 * stand in docs/config.md.
 */

/** What is shown in the place of one. */
export const MASK = '***';

/** Wherever such a word stands in a name. */
const SECRET_WORDS =
  /^(?:SECRETS?|TOKENS?|PASSWORDS?|PASSWD|PASSPHRASE|PASSCODE|CREDENTIALS?|CREDS|COOKIES?|JWT|API_?KEY|BEARER|SALT|PEPPER|OTP|TOTP|MNEMONIC|AUTHORIZATION)$/;

/** Words that are written together: PGPASSWORD, authToken, SECRETKEY, PHPSESSID. */
const SECRET_ENDINGS =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|SECRETKEY|ACCESSKEY|PRIVATEKEY|SIGNINGKEY|ENCRYPTIONKEY|MASTERKEY|SESSID)$/;

/** Only as the last word: KEYBOARD and KEY_FILE are no keys, AUTH_URL and SSH_AUTH_SOCK say where. */
const SECRET_LAST =
  /^(?:KEY|AUTH|PWD|PW|DSN|PAT|SK|PIN|HMAC|PASS|(?:DB|PG|USER|ROOT|SMTP|MAIL|REDIS|MYSQL|FTP)PASS)$/;

/** Behind a secret word they leave it what it is: ENCRYPTION_KEY_BASE, API_KEY_2, TOKEN_PROD. */
const QUALIFIERS =
  /^(?:BASE|BASE64|B64|HEX|PEM|DER|DATA|VALUE|CONTENTS?|JSON|RAW|V?\d+|OLD|NEW|PREVIOUS|NEXT|CURRENT|PRIMARY|SECONDARY|PROD|PRODUCTION|STAGING|DEV|DEVELOPMENT|TEST|LOCAL|CI|DEFAULT)$/;

/** Behind a secret word they tell something about it: JWT_EXPIRES_IN, COOKIE_DOMAIN, DB_PASSWORD_FILE. */
const DESCRIPTIONS =
  /^(?:FILE|PATH|DIR|DIRECTORY|FOLDER|STORE|NAMES?|URL|URI|ENDPOINT|HOST|PORT|DOMAIN|ISSUER|AUDIENCE|ALGORITHMS?|ALG|TYPE|KIND|FORMAT|HEADER|PREFIX|SUFFIX|TTL|EXPIRY|EXPIRES?|EXPIRATION|IN|SECONDS|MINUTES|HOURS|DAYS|MS|AGE|LIFETIME|TIMEOUT|LENGTH|SIZE|COUNT|LIMIT|MIN|MAX|ROUNDS|ENABLED|DISABLED|SECURE|SAMESITE|HTTPONLY|PARALLELISM|SOCK|PROMPT|POLICY|PROVIDER|BACKEND|REGION|VERSION|ENGINE|MODE|STRATEGY|COMMAND|CMD|HELPER|REQUIRED|SERVICE|SCOPES?)$/;

/** Keys that open nothing, and the working directories of shells. */
const NO_SECRET =
  /^(?:PWD|OLDPWD|PRIMARY_KEY)$|(?:^|_)(?:PUBLIC|FOREIGN|SORT|PARTITION|CACHE|HOT|MAX|MIN|NUM)_(?:KEY|TOKENS)$/;

/** Whether a variable, option or field of that name holds a secret. */
export const isSecretName = (name: string): boolean => {
  const upper = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  const words = upper.split(/[^A-Z0-9]+/).filter((word) => word !== '');
  if (NO_SECRET.test(words.join('_'))) return false;
  if (words.join('_').endsWith('ACCESS_KEY_ID')) return true;
  const last = words.findLast((word) => !QUALIFIERS.test(word)) ?? '';
  if (DESCRIPTIONS.test(last)) return false;
  return SECRET_LAST.test(last) || words.some((word) => SECRET_WORDS.test(word) || SECRET_ENDINGS.test(word));
};

/** A user and a password in front of a host; in front of a web server's a token may stand alone. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,31}:\/\/[^\s/?#@:'"]*):[^\s/'"]+@(?=[^\s@])/gi;
const URL_TOKEN = /\b((?:git\+)?https?:\/\/)[^\s/?#@:'"]+@(?=[^\s@])/gi;

/** A signed address, which opens what it names. */
const URL_SIGNATURE = /([?&](?:sig|signature|x-amz-signature|x-goog-signature)=)[^&\s'"#]+/gi;

/** What issuers of tokens begin them with, the header of a signed token, and the frame of a private key. */
const TOKENS = new RegExp(
  [
    /gh[pousr]_\w{4,}/,
    /github_pat_\w{4,}/,
    /gl(?:pat|dt|rt|sa)[-_][\w-]{6,}/,
    /(?:sk|rk)_(?:live|test)_\w{4,}/,
    /whsec_[\w+/=]{6,}/,
    /sk-(?=[\w-]*\d)[\w-]{8,}/,
    /xox[a-z]-[\w-]{4,}/,
    /xapp-[\w-]{6,}/,
    /A(?:KIA|SIA)[A-Z0-9]{12,}/,
    /AIza[\w-]{20,}/,
    /ya29\.[\w-]{10,}/,
    /eyJ[\w-]{5,}(?:\.[\w-]*)*/,
    /SG\.[\w-]{10,}\.[\w-]{10,}/,
    /npm_[A-Za-z0-9]{10,}/,
    /hf_[A-Za-z0-9]{10,}/,
    /pypi-[\w-]{16,}/,
    /dckr_pat_[\w-]{6,}/,
    /do[opr]_v1_[0-9a-f]{10,}/,
    /shp(?:at|ss|ca|pa)_\w{6,}/,
    /hv[sbr]\.[\w-]{10,}/,
    /AGE-SECRET-KEY-\w+/,
    /hooks\.slack\.com\/services\/[\w/]+/,
    /discord(?:app)?\.com\/api\/webhooks\/[\w/-]+/,
  ]
    .map(({ source }) => `(?<![\\w-])${source}`)
    .join('|'),
  'g',
);
const PRIVATE_KEY =
  /-----BEGIN (?!(?:[A-Z ]*PUBLIC KEY|CERTIFICATE))[A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g;

/** `Bearer …`, `Basic …` of a header. */
const AUTHORIZATION = /\b(Bearer|Basic)\s+[\w+/=.~-]{6,}/gi;

/** A part of a connection string: `Password=…;`, `Account Key=…;`. */
const CONNECTION_PART =
  /\b((?:user )?password|pwd|account ?key|access ?key|shared ?access ?(?:key|signature)|client ?secret)(\s*=\s*)(?!\*)[^;\s'"&]+/gi;

/**
 * `NAME=value` and `--name=value`; a value may be quoted. Names are bounded, here and below: a text that goes on as a
 * name would take time that grows with its square.
 */
const ASSIGNMENT = /([A-Za-z_][\w.-]{0,127})(=)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s'"&;|)]+)/g;

/** `"name": "value"` of JSON. */
const JSON_FIELD = /"([\w.-]+)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;

/** `--name value`, `-name value`; the next option is no value. */
const OPTION = /(?<![\w-])--?([A-Za-z][\w-]*)(\s+)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s'"-][^\s'"]*)/g;

/** `-u user:password`, as curl and its kin take it. */
const USER_OPTION = /((?<![\w-])(?:-u|--user|--proxy-user)[\s=]{1,32}['"]?[^\s:'"]{1,256}):[^\s'"]+/g;

/** `Header: value`, of names that are secrets. */
const HEADER = /\b([A-Za-z][\w-]{0,127})(:\s+)(?!\*)([^\s'"][^'"\n]*)/g;

/** A text, such as a command or a message, without the secrets in it. */
export const maskSecrets = (text: string): string =>
  text
    .replaceAll(PRIVATE_KEY, MASK)
    .replaceAll(URL_PASSWORD, `$1:${MASK}@`)
    .replaceAll(URL_TOKEN, `$1${MASK}@`)
    .replaceAll(URL_SIGNATURE, `$1${MASK}`)
    .replaceAll(TOKENS, MASK)
    .replaceAll(AUTHORIZATION, `$1 ${MASK}`)
    .replaceAll(CONNECTION_PART, `$1$2${MASK}`)
    .replaceAll(JSON_FIELD, (whole, name, colon) =>
      isSecretName(name) ? `"${name}"${colon}"${MASK}"` : whole,
    )
    .replaceAll(ASSIGNMENT, (whole, name, equals) => (isSecretName(name) ? `${name}${equals}${MASK}` : whole))
    .replaceAll(OPTION, (whole: string, name: string, space: string, value: string) =>
      isSecretName(name) ? `${whole.slice(0, -value.length - space.length)}${space}${MASK}` : whole,
    )
    .replaceAll(USER_OPTION, `$1:${MASK}`)
    .replaceAll(HEADER, (whole, name, colon) => (isSecretHeader(name) ? `${name}${colon}${MASK}` : whole));

/** Prose has colons too: `the password: …` is a sentence, `X-Api-Key: …` is a header. */
const isSecretHeader = (name: string): boolean =>
  /^(?:Authorization|Proxy-Authorization|Cookie|Set-Cookie)$/i.test(name) ||
  (name.includes('-') && isSecretName(name));

/** What says that something is on or off, the path of a file, or nothing at all. */
const NO_VALUE = /^(?:true|false|yes|no|on|off)?$|^(?:~|\.{0,2})\/[\w./@ -]+\.[a-z]\w{0,4}$/i;

/**
 * Whether a variable's value is better not shown: by its name, or by what it looks like.
 *
 * @example
 * isSecret('SESSION_COOKIE', 'abc'); // true
 * isSecret('DATABASE_URL', 'postgres://app:hunter2@db/app'); // true
 */
export const isSecret = (name: string, value: string): boolean =>
  !NO_VALUE.test(value) && (isSecretName(name) || maskSecrets(value) !== value);

/**
 * A command's words without the secrets in them: `['mysql', '--password', 'x']` has one that only the word before it
 * tells.
 */
export const maskWords = (words: readonly string[]): readonly string[] =>
  words.map((word, at) => {
    const before = words[at - 1] ?? '';
    const isValue = /^--?[A-Za-z][\w-]*$/.test(before) && isSecretName(before.replace(/^-+/, ''));
    if (isValue && !word.startsWith('-')) return MASK;
    if (/^(?:-u|--user|--proxy-user)$/.test(before)) return word.replace(/^([^:]+):.+$/s, `$1:${MASK}`);
    const assigned = /^((?:--?)?[A-Za-z_][\w.-]*)=./s.exec(word)?.[1];
    if (assigned !== undefined && isSecretName(assigned)) return `${assigned}=${MASK}`;
    return maskSecrets(word);
  });
