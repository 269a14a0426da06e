/**
 * A value is a secret by its variable's name, or by its format whatever the name. Both tables are in docs/config.md.
 */

/** Text shown in place of a secret. */
export const MASK = '***';

/** These words mark a secret anywhere in a name. */
const SECRET_WORDS =
  /^(?:SECRETS?|TOKENS?|PASSWORDS?|PASSWD|PASSPHRASE|PASSCODE|CREDENTIALS?|CREDS|COOKIES?|JWT|API_?KEY|BEARER|SALT|PEPPER|OTP|TOTP|MNEMONIC|AUTHORIZATION)$/;

/** Endings of words written together: PGPASSWORD, authToken, SECRETKEY, PHPSESSID. */
const SECRET_ENDINGS =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|SECRETKEY|ACCESSKEY|PRIVATEKEY|SIGNINGKEY|ENCRYPTIONKEY|MASTERKEY|SESSID)$/;

/**
 * These mark a secret only as the last word: KEYBOARD and KEY_FILE are no keys, AUTH_URL and SSH_AUTH_SOCK are places.
 */
const SECRET_LAST =
  /^(?:KEY|AUTH|PWD|PW|DSN|PAT|SK|PIN|HMAC|PASS|(?:DB|PG|USER|ROOT|SMTP|MAIL|REDIS|MYSQL|FTP)PASS)$/;

/** After a secret word these do not change it: ENCRYPTION_KEY_BASE, API_KEY_2, TOKEN_PROD. */
const QUALIFIERS =
  /^(?:BASE|BASE64|B64|HEX|PEM|DER|DATA|VALUE|CONTENTS?|JSON|RAW|V?\d+|OLD|NEW|PREVIOUS|NEXT|CURRENT|PRIMARY|SECONDARY|PROD|PRODUCTION|STAGING|DEV|DEVELOPMENT|TEST|LOCAL|CI|DEFAULT)$/;

/** After a secret word these make it a fact about the secret: JWT_EXPIRES_IN, COOKIE_DOMAIN, DB_PASSWORD_FILE. */
const DESCRIPTIONS =
  /^(?:FILE|PATH|DIR|DIRECTORY|FOLDER|STORE|NAMES?|URL|URI|ENDPOINT|HOST|PORT|DOMAIN|ISSUER|AUDIENCE|ALGORITHMS?|ALG|TYPE|KIND|FORMAT|HEADER|PREFIX|SUFFIX|TTL|EXPIRY|EXPIRES?|EXPIRATION|IN|SECONDS|MINUTES|HOURS|DAYS|MS|AGE|LIFETIME|TIMEOUT|LENGTH|SIZE|COUNT|LIMIT|MIN|MAX|ROUNDS|ENABLED|DISABLED|SECURE|SAMESITE|HTTPONLY|PARALLELISM|SOCK|PROMPT|POLICY|PROVIDER|BACKEND|REGION|VERSION|ENGINE|MODE|STRATEGY|COMMAND|CMD|HELPER|REQUIRED|SERVICE|SCOPES?)$/;

/** Public keys, and the working directories of shells. */
const NO_SECRET =
  /^(?:PWD|OLDPWD|PRIMARY_KEY)$|(?:^|_)(?:PUBLIC|FOREIGN|SORT|PARTITION|CACHE|HOT|MAX|MIN|NUM)_(?:KEY|TOKENS)$/;

/** True if a variable, option or field of that name holds a secret. */
export const isSecretName = (name: string): boolean => {
  const upper = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
  const words = upper.split(/[^A-Z0-9]+/).filter((word) => word !== '');
  if (NO_SECRET.test(words.join('_'))) return false;
  if (words.join('_').endsWith('ACCESS_KEY_ID')) return true;
  const last = words.findLast((word) => !QUALIFIERS.test(word)) ?? '';
  if (DESCRIPTIONS.test(last)) return false;
  return SECRET_LAST.test(last) || words.some((word) => SECRET_WORDS.test(word) || SECRET_ENDINGS.test(word));
};

/** A user and a password before a host. Before the host of a web server, a token may appear alone. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,31}:\/\/[^\s/?#@:'"]*):[^\s/'"]+@(?=[^\s@])/gi;
const URL_TOKEN = /\b((?:git\+)?https?:\/\/)[^\s/?#@:'"]+@(?=[^\s@])/gi;

/** Signature of a signed URL, which grants access. */
const URL_SIGNATURE = /([?&](?:sig|signature|x-amz-signature|x-goog-signature)=)[^&\s'"#]+/gi;

/** Prefixes of tokens by issuer, the header of a signed token, and the frame of a private key. */
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

/** `Bearer …` and `Basic …` of a header. */
const AUTHORIZATION = /\b(Bearer|Basic)\s+[\w+/=.~-]{6,}/gi;

/** A part of a connection string: `Password=…;`, `Account Key=…;`. */
const CONNECTION_PART =
  /\b((?:user )?password|pwd|account ?key|access ?key|shared ?access ?(?:key|signature)|client ?secret)(\s*=\s*)(?!\*)[^;\s'"&]+/gi;

/**
 * `NAME=value` and `--name=value`, where the value may be quoted. Names are bounded, here and below: the time would
 * grow with the square of a very long name.
 */
const ASSIGNMENT = /([A-Za-z_][\w.-]{0,127})(=)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s'"&;|)]+)/g;

/** `"name": "value"` of JSON. */
const JSON_FIELD = /"([\w.-]+)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;

/** `--name value`, `-name value`; a following option is not a value. */
const OPTION = /(?<![\w-])--?([A-Za-z][\w-]*)(\s+)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s'"-][^\s'"]*)/g;

/** `-u user:password`, as curl and similar programs take it. */
const USER_OPTION = /((?<![\w-])(?:-u|--user|--proxy-user)[\s=]{1,32}['"]?[^\s:'"]{1,256}):[^\s'"]+/g;

/** `Header: value`, if the header's name is a secret's. */
const HEADER = /\b([A-Za-z][\w-]{0,127})(:\s+)(?!\*)([^\s'"][^'"\n]*)/g;

/** Masks the secrets in a text, such as a command or a message. */
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

/** Values that switch something on or off, file paths, and empty values are no secrets. */
const NO_VALUE = /^(?:true|false|yes|no|on|off)?$|^(?:~|\.{0,2})\/[\w./@ -]+\.[a-z]\w{0,4}$/i;

/**
 * True if a variable's value must not be shown, by its name or its format.
 *
 * @example
 * isSecret('SESSION_COOKIE', 'abc'); // true
 * isSecret('DATABASE_URL', 'postgres://app:hunter2@db/app'); // true
 */
export const isSecret = (name: string, value: string): boolean =>
  !NO_VALUE.test(value) && (isSecretName(name) || maskSecrets(value) !== value);

/** Masks the secrets in a command's words. In `['mysql', '--password', 'x']`, only the word before marks the secret. */
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
