import { describe, expect, it } from 'vitest';
import { commandText, wordsText } from '../../src/report/command-text.ts';
import { isSecret, maskSecrets, maskWords } from '../../src/report/secrets.ts';

/** By name, whatever the value. */
const SECRET_NAMES = [
  ...[
    'COOKIE',
    'SESSION_COOKIE',
    'COOKIE_SECRET',
    'JWT',
    'JWT_SECRET',
    'SUPABASE_JWT',
    'GITHUB_PAT',
    'AZURE_PAT',
  ],
  ...[
    'STRIPE_SK',
    'SALT',
    'HASH_SALT',
    'PASSCODE',
    'ENCRYPTION_KEY_BASE',
    'SECRET_KEY_BASE',
    'RAILS_MASTER_KEY',
  ],
  ...[
    'NPM_TOKEN',
    'NODE_AUTH_TOKEN',
    'GITHUB_TOKEN',
    'PGPASSWORD',
    'MYSQL_PWD',
    'MYSQL_ROOT_PASSWORD',
    'DB_PASS',
    'DB_PW',
  ],
  ...[
    'REDISPASS',
    'SMTP_PASSWORD',
    'PASSPHRASE',
    'GPG_PASSPHRASE',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_ACCESS_KEY_ID',
  ],
  ...[
    'AWS_SESSION_TOKEN',
    'OPENAI_API_KEY',
    'apiKey',
    'authToken',
    'clientSecret',
    'client-secret',
    'APIKEY',
  ],
  ...[
    'SENTRY_DSN',
    'BASIC_AUTH',
    'REGISTRY_AUTH',
    'PRIVATE_KEY',
    'SSH_PRIVATE_KEY',
    'TLS_KEY_PEM',
    'SIGNING_KEY',
  ],
  ...[
    'WEBHOOK_SECRET',
    'FERNET_KEY',
    'DJANGO_SECRET_KEY',
    'VAULT_TOKEN',
    'CREDENTIALS',
    'DB_CREDS',
    'BEARER',
  ],
  ...[
    'LOGIN_PIN',
    'TOTP_SEED',
    'OTP',
    'HMAC',
    'WALLET_MNEMONIC',
    'PHPSESSID',
    'API_KEY_2',
    'TOKEN_PROD',
    'KEY',
  ],
];

/** By what they look like, in a variable whose name says nothing. */
const SECRET_VALUES = [
  'Server=db;User Id=sa;Password=hunter2;Encrypt=true',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=aGVsbG8=;EndpointSuffix=core.windows.net',
  'https://x.blob.core.windows.net/c/f?sv=2024&sig=aGVsbG8%3D&se=1',
  'https://s3.amazonaws.com/b/k?X-Amz-Signature=3f9ab1c2',
  'https://3f9ab1c2@example.com/repo.git',
  'git+https://x-access-token@github.com/a/b',
  'postgres://app:hunter2@db:5432/app',
  'redis://:hunter2@127.0.0.1:6379/0',
  'amqp://guest:p@ss@rabbit/',
  'jdbc:postgresql://db/app?user=app&password=hunter2',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'github_pat_11ABCDEFG0123456789',
  'glpat-abcdef1234567890',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'sk-proj-abc123def456',
  'xoxb-123456789012-abcdef',
  'AKIAIOSFODNN7EXAMPLE',
  'AIzaSyA1234567890abcdefghijklmnop',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  'npm_abcdefghij0123456789',
  'https://hooks.slack.com/services/T000/B000/XXXX',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  '{"auths":{"registry":{"auth":"dXNlcjpwYXNz"}}}',
  'Bearer abcdef123456',
];

/** These stay readable. */
const OPEN: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin',
  PWD: '/home/ann/shop',
  OLDPWD: '/home/ann',
  HOME: '/home/ann',
  KEYBOARD: 'us',
  MONKEY: 'business',
  TOKENIZERS_PARALLELISM: 'false',
  SSH_AUTH_SOCK: '/run/user/1000/keyring/ssh',
  COMPOSE_PROJECT_NAME: 'shop',
  LANG: 'sk_SK.UTF-8',
  LC_ALL: 'sk-SK',
  XAUTHORITY: '/home/ann/.Xauthority',
  GIT_ASKPASS: '/usr/bin/ksshaskpass',
  GIT_AUTHOR_NAME: 'Ann',
  JWT_EXPIRES_IN: '15m',
  JWT_ALGORITHM: 'RS256',
  COOKIE_DOMAIN: 'example.com',
  SESSION_COOKIE_NAME: 'sid',
  BCRYPT_SALT_ROUNDS: '12',
  DB_PASSWORD_FILE: '/run/secrets/db',
  GOOGLE_APPLICATION_CREDENTIALS: '/etc/gcp/service.json',
  MAX_TOKENS: '4096',
  TOKEN_URL: 'https://login.example.com/token',
  AUTH_URL: 'http://localhost:9000',
  JWT_PUBLIC_KEY: 'MCowBQYDK2VwAyEA',
  CACHE_KEY: 'v3',
  USE_AUTH: 'true',
  API_TOKEN: '',
  DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/app',
  VITE_URL: 'http://localhost:5173/@vite/client',
  REPOSITORY: 'ssh://git@github.com/a/b.git',
  CONNECTION_STRING: 'Host=localhost;Database=app',
  SERVER_CERT: '-----BEGIN CERTIFICATE-----\nMIIB',
  NODE_OPTIONS: '--enable-source-maps --max-old-space-size=4096',
  DISPLAY: ':0',
  TERM_PROGRAM: 'vscode',
  PASSENGER_APP_ENV: 'production',
  PRIVATE_NETWORK: '10.0.0.0/8',
  SPIN: 'fast',
  PORT: '3000',
};

describe('a variable is masked', () => {
  it.each(SECRET_NAMES)('that is called %s', (name) => expect(isSecret(name, 'x7')).toBe(true));
  it.each(SECRET_VALUES)('whose value is %s', (value) => {
    expect(isSecret('SETTING', value)).toBe(true);
    expect(maskSecrets(value)).toContain('***');
    expect(maskSecrets(value)).not.toMatch(/hunter2|p@ss|dXNlcj|MIIE|4eC39|16C7e|aGVsbG8|abcdef/);
  });
});

it.each(Object.entries(OPEN))('%s=%s stays readable', (name, value) => {
  expect(isSecret(name, value)).toBe(false);
  expect(maskSecrets(value)).toBe(value);
});

describe('a secret in a command is masked:', () => {
  it.each([
    ['psql --password=hunter2 app', 'psql --password=*** app'],
    ['tool --token hunter2 --verbose', 'tool --token *** --verbose'],
    ['tool --token "hunter2 and more" --verbose', 'tool --token *** --verbose'],
    ["docker run -e API_KEY='hunter2' -e PORT=3000 app", 'docker run -e API_KEY=*** -e PORT=3000 app'],
    ['PGPASSWORD=hunter2 psql -h db', 'PGPASSWORD=*** psql -h db'],
    ['curl -u ann:hunter2 http://localhost', 'curl -u ann:*** http://localhost'],
    ['curl --user=ann:hunter2 http://localhost', 'curl --user=ann:*** http://localhost'],
    ["curl -H 'Authorization: Bearer hunter22'", "curl -H 'Authorization: ***'"],
    ["curl -H 'X-Api-Key: hunter2'", "curl -H 'X-Api-Key: ***'"],
    ['migrate postgres://app:hunter2@db/app', 'migrate postgres://app:***@db/app'],
    ['git clone https://hunter2@github.com/a/b', 'git clone https://***@github.com/a/b'],
    ['curl "http://h/x?api_key=hunter2&page=2"', 'curl "http://h/x?api_key=***&page=2"'],
  ])('%s', (line, masked) => {
    expect(maskSecrets(line)).toBe(masked);
    expect(commandText({ kind: 'shell', line })).toBe(masked);
  });

  it.each([
    [['psql', '--password=hunter2 x', 'app'], 'psql --password=*** app'],
    [['tool', '--token', 'hunter2', '--verbose'], 'tool --token *** --verbose'],
    [['tool', '--token', '--verbose'], 'tool --token --verbose'],
    [['curl', '-u', 'ann:hunter 2'], 'curl -u ann:***'],
    [['env', 'API_KEY=hunter 2', 'app'], 'env API_KEY=*** app'],
    [['app', 'https://u:hunter2@h/'], 'app https://u:***@h/'],
  ])('given as words: %j', (words, masked) => expect(wordsText(maskWords(words))).toBe(masked));

  it.each([
    'node --max-old-space-size=4096 --inspect=9229 server.js',
    'redis-server --port 6379 --save ""',
    'vite --host 127.0.0.1 --port $PORT',
    'sh -c "echo $HOME; sleep 1"',
    'esbuild --bundle src/key.ts --outfile=dist/token.js',
    'npx tsx watch --clear-screen=false src/auth.ts',
  ])('that has none: %s', (line) => expect(maskSecrets(line)).toBe(line));
});

/**
 * Milliseconds of processor time of this process, the least of some rounds: neither how busy others keep the machine nor
 * the garbage of other tests counts.
 */
const cpuToMask = (text: string): number => {
  const rounds = Array.from({ length: 3 }, () => {
    const from = process.cpuUsage();
    maskSecrets(text);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  });
  return Math.min(...rounds);
};

it.each(['a', '=', '-', ':', '"', '://', 'eyJ', '--token ', 'x=', 'http://a:', 'a-', 'a.', '-u=', ' '])(
  'is masked in time that grows with the text and not with its square: %j',
  (piece) => {
    const short = cpuToMask(piece.repeat(5_000));
    // Ten times as long: a hundred times the time where it grows with the square.
    expect(cpuToMask(piece.repeat(50_000))).toBeLessThan(40 * Math.max(short, 5));
  },
);
