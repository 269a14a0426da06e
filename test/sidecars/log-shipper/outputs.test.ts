import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PresetPlace } from '../../../src/config/expand/preset.ts';
import type { LogOutput } from '../../../src/config/observe/log-outputs.ts';
import { findOptionProblems } from '../../../src/config/schema/schema-problems.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { fillOutput, processBehind } from '../../../src/sidecars/log-shipper/outputs/fill.ts';
import { outputProblems } from '../../../src/sidecars/log-shipper/outputs/problems.ts';
import { logOutput } from '../../../src/sidecars/log-shipper/outputs/schema.ts';

const port = (name: string, protocol: 'tcp' | 'udp' = 'tcp') => ({ name, protocol, host: '127.0.0.1' });

const PLACE: PresetPlace = {
  ...{ name: 'shipper', pod: 'shop', path: ['with'], engine: 'embedded', folder: '/shop' },
  ...{ env: { LOGS: 'https://logs.test' }, hostOf: () => '127.0.0.1' },
  neighbors: new Map([
    ['sink', [port('http'), port('syslog'), port('syslog-udp', 'udp'), port('forward')]],
    ['six', [{ ...port('main'), host: '::1' }]],
    ['jobs', []],
  ]),
  ...{ uses: new Map(), names: ['sink', 'six', 'jobs'], instances: new Map(), volumes: ['logs'] },
  ...{ read: () => null, apps: [], dependents: [], certificates: { folder: '/ca' } as never },
};

const filled = (output: LogOutput) => fillOutput(output, 'out', PLACE, { timeout: 10_000 });

/** What `check` says of an output. */
const said = (output: unknown): string => {
  const shape = findOptionProblems(logOutput, output, ['to']);
  const problems = shape.length > 0 ? shape : outputProblems(output as LogOutput, ['to'], PLACE);
  if (problems.length === 0) return 'no problem';
  const failure = { ok: false as const, file: 'x', folder: '/shop', problems };
  return formatConfigProblems(failure as never, { color: false })
    .replaceAll(/^x: /gm, '')
    .trimEnd();
};

describe('a destination over HTTP', () => {
  it.each([
    [{ http: 'http://127.0.0.1:80/in?a=b' }, 'http://127.0.0.1:80/in?a=b'],
    [{ http: 'https://logs.test' }, 'https://logs.test/'],
    [{ http: '${env.LOGS}/in' as never }, 'https://logs.test/in'],
    [{ loki: 'http://127.0.0.1:3100' }, 'http://127.0.0.1:3100/loki/api/v1/push'],
    [{ loki: 'http://127.0.0.1:3100/push' }, 'http://127.0.0.1:3100/push'],
    [{ elasticsearch: 'http://127.0.0.1:9200?x=1' }, 'http://127.0.0.1:9200/_bulk?x=1'],
    [{ http: 'sink' }, 'http://127.0.0.1:${ports.sink.http}/'],
    [{ loki: 'sink.forward' }, 'http://127.0.0.1:${ports.sink.forward}/loki/api/v1/push'],
    [{ http: { to: 'six', tls: {} } }, 'https://[::1]:${ports.six.main}/'],
  ] as const)('%j is sent to %s', (output, url) => {
    expect(filled(output)).toMatchObject({ url });
  });

  it('has its own path, index, headers, compression and TLS', () => {
    const tls = { ca: 'ca.pem', serverName: 'logs' };
    expect(filled({ elasticsearch: { to: 'https://es.test', headers: { a: 'b' }, tls } })).toEqual({
      ...{ kind: 'elasticsearch', name: 'out', index: 'logs-sidecarctl-default', headers: { a: 'b' } },
      ...{ url: 'https://es.test/_bulk', gzip: true, timeout: 10_000 },
      tls: {
        client: { ca: '/shop/ca.pem', certificate: null, serverName: 'logs', verify: true },
        ...{ certificates: '/ca', pod: 'shop', sidecar: 'shipper' },
      },
    });
    expect(filled({ elasticsearch: { to: 'sink', index: 'x' } })).toMatchObject({ index: 'x', tls: null });
  });

  it('is compressed unless the server is on this machine', () => {
    const gzip = (http: string | object): unknown =>
      (filled({ http } as LogOutput) as { gzip?: unknown }).gzip;
    expect(['http://localhost:1', 'http://127.0.0.9', 'http://[::1]:1', 'sink'].map(gzip)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(gzip('http://logs.test')).toBe(true);
    expect(gzip({ to: 'http://logs.test', compression: 'none' })).toBe(false);
    expect(gzip({ to: 'sink', compression: 'gzip' })).toBe(true);
  });

  it('says which process it depends on', () => {
    const outputs: readonly LogOutput[] = [
      { http: 'sink' },
      { loki: { to: 'sink.http' } },
      { http: 'http://x' },
      { stdout: true },
      { syslog: 'sink' },
    ];
    expect(outputs.map((output) => processBehind(output, PLACE))).toEqual([
      'sink',
      'sink',
      null,
      null,
      'sink',
    ]);
  });
});

describe('a destination over a connection', () => {
  it.each([
    [{ syslog: 'sink' }, { protocol: 'tcp', address: '127.0.0.1:${ports.sink.syslog}', tls: null }],
    [{ syslog: 'sink.syslog-udp' }, { protocol: 'udp', address: '127.0.0.1:${ports.sink.syslog-udp}' }],
    [{ syslog: 'udp://127.0.0.1:514' }, { protocol: 'udp', address: '127.0.0.1:514' }],
    [{ syslog: 'tls://logs.test:6514' }, { protocol: 'tcp', tls: { client: { ca: null, verify: true } } }],
    [{ syslog: { to: 'six', tls: { serverName: 'six' } } }, { tls: { client: { serverName: 'six' } } }],
    [
      { forward: 'sink' },
      { kind: 'forward', address: '127.0.0.1:${ports.sink.forward}', tag: null, timeout: 10_000 },
    ],
    [{ forward: { to: 'tcp://127.0.0.1:24224', tag: 'shop' } }, { tag: 'shop', tls: null }],
  ] as const)('%j has its address', (output, expected) => {
    expect(filled(output as LogOutput)).toMatchObject(expected);
    expect(said(output)).toBe('no problem');
  });
});

describe('a file as destination', () => {
  it('lies in the folder of the config, or in a volume', () => {
    expect(filled({ file: 'a/b' })).toEqual({
      ...{ kind: 'file', name: 'out', path: '/shop/a/b', size: 64 * 1024 * 1024, keep: 5 },
    });
    expect(filled({ file: { volume: 'logs', path: 'b', size: '1KiB', keep: 0 } })).toMatchObject({
      ...{ path: '${volumes.logs}/b', size: 1024, keep: 0 },
    });
  });
});

describe('a wrong destination', () => {
  it.each([
    [
      {},
      'to: a destination has exactly one of http, loki, elasticsearch, otlp, syslog, forward, file, stdout; this one has none.',
    ],
    [
      { http: 'sink', file: 'x' },
      'to: a destination has exactly one of http, loki, elasticsearch, otlp, syslog, forward, file, stdout; this one has http and file.',
    ],
    [{ htp: 'sink' }, "to.htp: unknown field. Did you mean 'http'?"],
    [{ http: 'sing' }, "to.http: there is no process 'sing'. Did you mean 'sink'?"],
    [{ http: 'jobs' }, "to.http: 'jobs' declares no TCP port"],
    [{ http: 'ftp://x' }, "to.http: is 'ftp://x'; expected a URL such as"],
    [{ http: '${env.NO}' }, "to.http: is '${env.NO}'; expected a URL such as"],
    [
      { loki: { to: 'sink', headers: { 'Content-Type': 'x' } } },
      "to.loki.headers.Content-Type: is 'Content-Type'; expected a header that",
    ],
    [{ loki: { to: 'sink', headers: { 'a b': 'x' } } }, "is 'a b'; expected the name of a header"],
    [{ loki: { to: 'sink', headers: { a: 'x\ny' } } }, 'to.loki.headers.a: is'],
    [
      { http: { to: 'sink', compression: 'zip' } },
      "to.http.compression: is 'zip'; expected 'gzip' or 'none'",
    ],
    [{ http: { to: 'http://x', tls: {} } }, 'to.http.tls: means nothing without an https: URL'],
    [{ http: { to: 'https://x', tls: { ca: 'no.pem' } } }, 'to.http.tls.ca: there is no file'],
    [
      { elasticsearch: { to: 'sink', index: 'Logs' } },
      "to.elasticsearch.index: is 'Logs'; expected the name of an index",
    ],
    [
      { file: { path: 'a', volume: 'log' } },
      "to.file.volume: there is no volume 'log'. Did you mean 'logs'?",
    ],
    [
      { file: { path: '../a', volume: 'logs' } },
      "to.file.path: is '../a'; expected a path within the volume",
    ],
    [{ file: { path: 'a', size: 0 } }, 'to.file.size: is 0; expected bytes from 1'],
    [{ file: { path: 'a', keep: -1 } }, 'to.file.keep: is -1; expected a whole number from 0'],
    [{ syslog: 'tcp://x' }, "to.syslog: is 'tcp://x'; expected an address such as 'tcp://127.0.0.1:514'"],
    [{ syslog: 'http://x:1' }, "to.syslog: is 'http://x:1'; expected an address"],
    [{ forward: 'udp://x:1' }, "to.forward: is 'udp://x:1'; expected an address"],
    [{ forward: 'sink.syslog-udp' }, 'to.forward: '],
    [{ forward: { to: 'tcp://x:1', tls: {} } }, 'to.forward.tls: means nothing without a tls: URL'],
    [{ stdout: false }, 'to.stdout: is false; expected true'],
    [{ stdout: true, name: 'A b' }, "to.name: is 'A b'; expected a name"],
  ])('%j is told', (output, message) => {
    expect(said(output)).toContain(message);
  });

  it('is not said of right ones', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'x'), '');
    for (const output of [
      { http: 'sink' },
      { name: 'a', stdout: true },
      { file: 'x' },
      { loki: { to: 'https://x' } },
    ])
      expect(said(output)).toBe('no problem');
  });
});
