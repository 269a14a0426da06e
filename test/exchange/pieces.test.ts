import { assert as holds, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/config/schema/duration.ts';
import { namePattern } from '../../src/config/schema/parts.ts';
import { readDockerfile } from '../../src/exchange/compose/dockerfile.ts';
import { readPorts } from '../../src/exchange/compose/ports.ts';
import { readHealthcheck } from '../../src/exchange/compose/probe.ts';
import { withLocalHosts } from '../../src/exchange/form/hosts.ts';
import { toLabel, toLabels } from '../../src/exchange/form/label.ts';
import { fromGoDuration, fromSeconds } from '../../src/exchange/reading/durations.ts';
import { splitWords } from '../../src/exchange/reading/split-words.ts';

describe('a name of another format', () => {
  it('becomes a DNS label, whatever it was', () => {
    holds(property(string(), (name) => void expect(toLabel(name)).toMatch(namePattern)));
  });

  it('never becomes the label of another', () => {
    expect([...toLabels(['web_1', 'web-1', 'WEB.1', 'ü'])]).toEqual([
      ['web_1', 'web-1'],
      ['web-1', 'web-1-2'],
      ['WEB.1', 'web-1-3'],
      ['ü', 'process'],
    ]);
  });
});

describe('a duration of Go’s', () => {
  it.each([
    ['1m30s', '90s'],
    ['500ms', '500ms'],
    ['1h', '1h'],
    ['1.5s', '1500ms'],
    ['90s', '90s'],
    ['1h0m0s', '1h'],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %s', (written, expected) => expect(fromGoDuration(written)).toBe(expected));

  it('is one that a config takes', () => {
    for (const seconds of [0.25, 1, 59, 60, 61, 3600, 86_400]) {
      expect(parseDuration(fromSeconds(seconds))).toBe(seconds * 1000);
    }
  });
});

describe('a command line of Compose', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    [`sh -c "echo 'a b' && x"`, ['sh', '-c', "echo 'a b' && x"]],
    [`a "" 'b\\c' d\\ e "f\\"g\\n"`, ['a', '', 'b\\c', 'd e', 'f"g\\n']],
    ['  a\n  --b "two\nlines"\n', ['a', '--b', 'two\nlines']],
    ['', []],
  ])('%j is split as it splits it', (line, words) => expect(splitWords(line)).toEqual(words));
});

describe('a port of a service', () => {
  const read = (...ports: unknown[]) => {
    const told: string[] = [];
    const variables = { WEB: '4000' };
    return { ports: readPorts({ ports }, variables, (why) => told.push(why)), told };
  };

  it.each<readonly [entry: unknown, port: number, published: number | null, protocol: string]>([
    ['3000', 3000, null, 'tcp'],
    [3000, 3000, null, 'tcp'],
    ['8080:80', 80, 8080, 'tcp'],
    ['127.0.0.1:8001:8001', 8001, 8001, 'tcp'],
    ['127.0.0.1::5000', 5000, null, 'tcp'],
    ['[::1]:6000:6001', 6001, 6000, 'tcp'],
    ['6060:6060/udp', 6060, 6060, 'udp'],
    ['9090-9091:8080', 8080, null, 'tcp'],
    [{ target: 80, published: '8080', protocol: 'tcp' }, 80, 8080, 'tcp'],
  ])('is read from %j', (entry, port, published, protocol) => {
    expect(read(entry)).toEqual({ ports: [{ port, published, protocol }], told: [] });
  });

  it('may be a range, and is told when it is too long or cannot be read', () => {
    expect(read('4000-4001:3000-3001').ports).toEqual([
      { port: 3000, published: 4000, protocol: 'tcp' },
      { port: 3001, published: 4001, protocol: 'tcp' },
    ]);
    expect(read('8000-8200:8000-8200', 'http:80')).toEqual({
      ports: [],
      told: [expect.stringContaining('a range of 201'), "the port 'http:80' cannot be read"],
    });
  });

  it.each([
    ['${WEB}:80', 80, 4000],
    ['${OTHER:-4001}:80', 80, 4001],
    ['$HOST:80/tcp', 80, null],
    [{ target: 80, published: '${WEB}' }, 80, 4000],
  ])('has the variables of now: %j', (entry, port, published) => {
    expect(read(entry)).toEqual({
      ports: [{ port, published, protocol: 'tcp' }],
      told: [expect.stringContaining('are those of now')],
    });
  });
});

describe('a service name in a variable', () => {
  const addresses = [
    { service: 'db', portOf: (port: number) => (port === 5432 ? 5433 : undefined) },
    { service: 'postgres', portOf: () => undefined },
  ];
  const local = (variable: string, value: string) =>
    withLocalHosts({ [variable]: value }, addresses)[variable];

  it.each([
    ['URL', 'postgres://db:5432/db', 'postgres://127.0.0.1:5433/db'],
    [
      'URL',
      'postgres://postgres:postgres@postgres:5432/postgres',
      'postgres://postgres:postgres@127.0.0.1:5432/postgres',
    ],
    ['URL', 'http://db/x?to=http://db:80', 'http://127.0.0.1/x?to=http://127.0.0.1:80'],
    ['BROKERS', 'db:9092,postgres:9092', '127.0.0.1:9092,127.0.0.1:9092'],
    ['DB_HOST', 'db', '127.0.0.1'],
  ])('%s=%s is this machine', (variable, value, expected) => expect(local(variable, value)).toBe(expected));

  it.each([
    ['POSTGRES_USER', 'postgres'],
    ['URL', 'http://mydb:80/db'],
    ['URL', 'http://db.example.com/'],
    ['URL', 'postgres://postgres:postgres@elsewhere/db'],
  ])('%s=%s is no such name', (variable, value) => expect(local(variable, value)).toBe(value));
});

describe('a healthcheck', () => {
  const read = (test: unknown, timing: object = {}) =>
    readHealthcheck(
      { test, ...timing },
      {
        now: (written) => (written === '$EVERY' ? '5s' : written),
        path: (word) => word.replace('/app/', ''),
        reportLoss: () => undefined,
      },
    );

  it.each([
    [['CMD', 'curl', '-f', 'http://localhost:80/x'], { http: 'http://localhost:80/x' }],
    ['curl -fsS localhost:80/x > /dev/null || exit 1', { http: 'http://localhost:80/x' }],
    [['CMD-SHELL', 'wget -q --spider http://localhost/'], { http: 'http://localhost/' }],
    ['curl -f -X POST http://localhost/', { exec: 'curl -f -X POST http://localhost/' }],
    [['CMD-SHELL', 'curl -f http://$$HOST/ && true'], { exec: 'curl -f http://$HOST/ && true' }],
    [['CMD', 'redis-cli', 'ping'], { exec: ['redis-cli', 'ping'] }],
    [['CMD', 'node', '/app/check.js'], { exec: ['node', 'check.js'] }],
  ])('%j is %j', (test, probe) => expect(read(test)).toMatchObject(probe));

  it.each([
    [{}, { period: '30s', timeout: '30s' }],
    [
      { interval: '$EVERY', timeout: '2s', retries: '5' },
      { period: '5s', timeout: '2s', failureThreshold: 5 },
    ],
  ])('has Compose’s timings written out: %j', (timing, expected) => {
    expect(read(['CMD', 'true'], timing)).toEqual({ exec: ['true'], ...expected });
  });

  it('that is NONE, or missing, is no probe', () => {
    expect(read(['NONE'])).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
  });
});

describe('a Dockerfile', () => {
  it.each([
    ['FROM x\nCMD old\nENTRYPOINT ["node"]\ncmd ["a.js", \\\n "b c"]\n', ['node', 'a.js', 'b c']],
    ['FROM x\nCMD npm start && x\n', ['sh', '-c', 'npm start && x']],
    ['FROM x\nRUN make\n', null],
    [
      'FROM mvn AS build\nENTRYPOINT ["mvn"]\nFROM jre\nCMD ["java", "-jar", "a.jar"]\n',
      ['java', '-jar', 'a.jar'],
    ],
    ['FROM x AS base\nCMD ["a"]\nFROM base\nENTRYPOINT ["b"]\n', ['b']],
    ['FROM x AS base\nENTRYPOINT ["b"]\nFROM base\nCMD ["c"]\n', ['b', 'c']],
  ])('runs the last ENTRYPOINT and CMD of its last stage: %j', (text, words) => {
    expect(readDockerfile(text).words).toEqual(words);
  });

  it('is read up to its target', () => {
    const text =
      'FROM x AS base\nENV A=1\nFROM base AS dev\nCMD ["dev"]\nFROM base AS prod\nENV A=2\nCMD ["prod"]\n';
    expect(readDockerfile(text, 'dev')).toMatchObject({ words: ['dev'], env: { A: '1' } });
    expect(readDockerfile(text)).toMatchObject({ words: ['prod'], env: { A: '2' } });
  });

  it('has variables, a folder and copied files', () => {
    const text = `ARG V=3
FROM x:$V
ARG PORT=8000
ENV PORT=$PORT NAME="a b"
ENV OLD style
WORKDIR /srv
WORKDIR app
COPY --chown=1:1 backend/ .
COPY ["start.sh", "/usr/local/bin/"]
COPY --from=build /out /out
`;
    expect(readDockerfile(text)).toMatchObject({
      env: { PORT: '8000', NAME: 'a b', OLD: 'style' },
      folder: '/srv/app',
      copies: [
        { from: 'backend/', to: '/srv/app' },
        { from: 'start.sh', to: '/usr/local/bin/start.sh' },
      ],
    });
  });
});
