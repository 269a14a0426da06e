import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { podOf, problemsOf, processOf } from '../../../config/support.ts';
import { isInstalled } from '../../../support/installed.ts';

const FROM = { from: { volume: 'logs' } };

const shop = (options: object) => ({
  volumes: { logs: {} },
  sidecars: {
    store: { command: 'store', ports: { syslog: 514, http: 9200 } },
    shipper: { use: 'log-shipper', engine: 'rsyslog', with: options },
  },
  primary: { name: 'web', command: 'web' },
});

const shipperOf = (options: object) => processOf(podOf(shop(options)), 'shipper');

const configOf = (options: object): string =>
  shipperOf(options).files.find(({ name }) => name === 'rsyslog.conf')?.content ?? '';

describe('rsyslog as the engine of a log shipper', () => {
  it('has no queue, and writes positions of what was delivered beside the files', () => {
    const shipper = shipperOf({ ...FROM, to: { syslog: 'store' }, drain: '3s' });
    expect(shipper.requires).toMatchObject([{ program: 'rsyslogd', range: '>=8.2302' }]);
    const [options] = shipper.files;
    expect(JSON.parse(options?.content ?? '')).toMatchObject({
      ...{ engine: 'rsyslog', drainTimeout: 3_000 },
      following: { positions: '/volumes/logs/.shipper-positions/rsyslog', noticesWithin: 100 },
    });
    const config = configOf({ ...FROM, to: { syslog: 'store' } });
    expect(config).toContain('module(load="imfile")');
    expect(config).toContain('main_queue(queue.type="Direct")');
    expect(config).toContain(
      'type="omfwd" target="127.0.0.1" port="514" protocol="tcp" TCP_Framing="octet-counted"',
    );
    expect(config).toContain(
      'action.resumeRetryCount="-1" action.resumeInterval="1" action.resumeIntervalMax="30"',
    );
    expect(config.match(/input\(type="imfile" file="\/volumes\/logs\/\*\.log"/g)).toHaveLength(1);
    expect(config).toContain('persistStateInterval="1000" persistStateAfterSubmission="on"');
    expect(config).not.toContain('freshStartTail');
  });

  it('has every option that it can do', () => {
    const config = configOf({
      from: { path: 'logs', include: ['*.txt', 'a/*.txt'], exclude: ['x*'] },
      to: [
        { name: 'es', elasticsearch: { to: 'https://es.example.com:9200', index: 'i' } },
        { syslog: { to: 'tls://logs.example.com:6514', tls: { certificate: 'local', serverName: 'logs' } } },
        { name: 'any', syslog: { to: 'tls://[::1]:6514', tls: { insecureSkipVerify: true } } },
        { name: 'udp', syslog: 'udp://127.0.0.1:514' },
        { file: { path: 'all.ndjson', size: '1MiB', keep: 0 } },
        { stdout: true },
      ],
      readFrom: 'end',
      multiline: { start: '^\\S', timeout: '2s' },
      fields: { env: 'test' },
      request: { retryInitialBackoff: '2s', retryMaxDuration: '1m' },
      parse: 'none',
    });
    for (const part of [
      '/logs/*.txt" tag="web"',
      '/logs/a/*.txt" tag="web"',
      'if re_match($.file, "^x[^/]*\\$") then stop',
      'server="https://es.example.com:9200" searchIndex="i"',
      'tls.cacert="engine/certificates/servers-of-es.pem"',
      'StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="logs"',
      'StreamDriver.CertFile="engine/certificates/client-of-syslog.pem"',
      'target="::1" port="6514" protocol="tcp"',
      'StreamDriverAuthMode="anon"',
      'protocol="udp"',
      '/all.ndjson" fileCreateMode="0600" rotation.sizeLimit="1048576"',
      'type="omfile" file="/dev/stdout"',
      'module(load="imfile" mode="polling" pollingInterval="1")',
      'freshStartTail=`echo $FIRST_START`',
      'startmsg.regex="^[^[:space:]]" readTimeout="2" escapeLF="off"',
      '\\"env\\":\\"test\\"',
      'action.resumeInterval="2" action.resumeIntervalMax="60"',
    ])
      expect(config).toContain(part);
  });
});

test.each([
  [{ from: { processes: 'all' } }, 'from.processes'],
  [{ from: { volume: 'logs', include: ['+(a).log'] } }, 'from.include'],
  [{ from: { volume: 'logs', exclude: ['!a'] } }, 'from.exclude'],
  [{ from: { path: 'a[1]' } }, 'from.path'],
  [{ rotateWait: '10s' }, 'rotateWait'],
  [{ maxLineBytes: '64KiB' }, 'maxLineBytes'],
  [{ multiline: { start: '(?=x)' } }, 'multiline.start'],
  [{ multiline: { start: 'x', timeout: '500ms' } }, 'multiline.timeout'],
  [{ parse: 'json' }, 'parse'],
  [{ redact: ['x'] }, 'redact'],
  [{ batch: { maxBytes: '2MiB' } }, 'batch.maxBytes'],
  [{ batch: { maxEvents: 5 } }, 'batch.maxEvents'],
  [{ batch: { timeout: '2s' } }, 'batch.timeout'],
  [{ request: { timeout: '1s' } }, 'request.timeout'],
  [{ request: { retryInitialBackoff: '100ms' } }, 'request.retryInitialBackoff'],
  [{ request: { retryMaxDuration: '1500ms' } }, 'request.retryMaxDuration'],
  [{ deadLetter: 'dead' }, 'deadLetter'],
  [{ to: { http: 'store' } }, 'to.http'],
  [{ to: { loki: 'store' } }, 'to.loki'],
  [{ to: { otlp: 'store' } }, 'to.otlp'],
  [{ to: { forward: 'store' } }, 'to.forward'],
  [{ to: { file: { path: 'a', size: '4GiB' } } }, 'to.file.size'],
  [{ to: { syslog: 'tls://10.0.0.1:6514' } }, 'to.syslog.tls'],
  [{ to: { elasticsearch: 'http://x:9200/deep/_bulk' } }, 'to.elasticsearch'],
  [{ to: { elasticsearch: { to: 'store', headers: { a: 'b' } } } }, 'to.elasticsearch.headers'],
  [{ to: { elasticsearch: { to: 'store', compression: 'gzip' } } }, 'to.elasticsearch.compression'],
  [{ to: { elasticsearch: { to: 'store', tls: { serverName: 'x' } } } }, 'to.elasticsearch.tls.serverName'],
])('%j is refused before anything starts', (options, option) => {
  expect(problemsOf(shop({ ...FROM, to: { stdout: true }, ...options }))).toContain(
    `shipper.with.${option}: the engine 'rsyslog' cannot do ${option} as it is set: leave it out, or set engine to 'embedded'.`,
  );
});

test.runIf(isInstalled('rsyslogd'))('rsyslog takes every text of a config for a text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsyslog-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'engine/positions'), { recursive: true });
  const config = configOf({
    from: { volume: 'logs', exclude: ["a'$b*", '[a-z]"'] },
    to: [{ elasticsearch: 'store' }, { syslog: 'tls://logs.example.com:6514' }, { file: `a "b" $c \\ 'd'` }],
    fields: { 'a "b" \\': 'c "d" $e \\ %msg% \n \u0007 ]' },
    multiline: { start: '^\\d+\\$ "x" \\\\' },
  });
  writeFileSync(join(folder, 'rsyslog.conf'), config);
  const { stderr, status } = spawnSync('rsyslogd', ['-N1', '-C', '-f', 'rsyslog.conf', '-i', 'NONE'], {
    ...{ cwd: folder, encoding: 'utf8' },
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin`, FIRST_START: 'off' },
  });
  expect({ stderr, status }).toMatchObject({ status: 0 });
});
