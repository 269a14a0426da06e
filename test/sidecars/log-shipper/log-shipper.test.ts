import { describe, expect, it, test } from 'vitest';
import type { LogShipperOptions } from '../../../src/programs/log-shipper/options.ts';
import { podOf, problemsOf, processOf } from '../../config/support.ts';

const shop = (options: object, more: object = {}) => ({
  volumes: { logs: {} },
  sidecars: {
    store: { command: 'store', ports: { http: 9200 } },
    shipper: { use: 'log-shipper', with: options },
    ...more,
  },
  primary: { name: 'web', command: 'web' },
});

const FROM = { from: { volume: 'logs' }, to: { file: 'all.ndjson' } };

const shipperOf = (options: object, more: object = {}) => processOf(podOf(shop(options, more)), 'shipper');

const filled = (options: object, more: object = {}): LogShipperOptions =>
  JSON.parse(shipperOf(options, more).files[0]?.content ?? '');

const said = (options: object): string => problemsOf(shop(options));

describe('a log shipper', () => {
  it('is a program with everything that was left out, and positions beside the files', () => {
    const options = filled(FROM);
    expect(options).toMatchObject({
      name: 'shipper',
      from: { kind: 'files', include: ['**/*.log'], exclude: [] },
      readFrom: 'beginning',
      rotateWait: 5_000,
      reading: { maxLineBytes: 1_048_576, multiline: null, parse: { kind: 'auto' }, redact: [] },
      fields: { 'service.name': 'web' },
      outputs: [{ kind: 'file', name: 'file' }],
      batch: { maxBytes: 1_048_576, maxEvents: 10_000, timeout: 1_000 },
      retry: { initialBackoff: 500, maxBackoff: 30_000 },
      deadLetter: null,
      drain: 5_000,
    });
    const { folder } = options.from as { readonly folder: string };
    expect(options.positions).toBe(`${folder}/.shipper-positions`);
  });

  it('has every option', () => {
    const options = filled({
      from: { path: 'logs', include: ['*.txt'], exclude: ['x.txt'] },
      to: [{ http: 'store' }, { http: 'http://127.0.0.1:1' }, { name: 'all', file: 'b.ndjson' }],
      readFrom: 'end',
      rotateWait: '1s',
      maxLineBytes: '64KiB',
      multiline: { start: /^\S+$/i, timeout: '2s' },
      parse: /^(?<level>\w+)/,
      fields: { 'service.name': 'shop', team: 'a' },
      redact: ['\\d+', /b/g],
      batch: { maxBytes: '2MiB', maxEvents: 5, timeout: '3s' },
      request: { timeout: '4s', retryInitialBackoff: '1s', retryMaxDuration: '5s' },
      deadLetter: '${volumes.logs}/dead.ndjson',
      drain: '20s',
    });
    expect(options).toMatchObject({
      from: { include: ['*.txt'], exclude: ['x.txt'], folder: expect.stringMatching(/\/logs$/) },
      readFrom: 'end',
      rotateWait: 1_000,
      reading: {
        maxLineBytes: 65_536,
        multiline: { start: { source: '^\\S+$', flags: 'i' }, timeout: 2_000 },
        parse: { kind: 'pattern', pattern: { source: '^(?<level>\\w+)', flags: '' } },
        redact: [
          { source: '\\d+', flags: 'u' },
          { source: 'b', flags: 'g' },
        ],
      },
      fields: { 'service.name': 'shop', team: 'a' },
      outputs: [
        { name: 'http', timeout: 4_000, url: 'http://127.0.0.1:9200/' },
        { name: 'http-2', timeout: 4_000 },
        { name: 'all', kind: 'file' },
      ],
      batch: { maxBytes: 2_097_152, maxEvents: 5, timeout: 3_000 },
      retry: { initialBackoff: 1_000, maxBackoff: 5_000 },
      positions: null,
      deadLetter: expect.stringMatching(/\/dead\.ndjson$/),
      drain: 20_000,
    });
  });

  it('stops before the process that it sends to, and has time for its drain', () => {
    const shipper = shipperOf({ from: { volume: 'logs' }, to: { http: 'store' }, drain: '20s' });
    expect(shipper.dependsOn).toMatchObject([{ process: 'store', condition: 'started' }]);
    expect(shipper.stop).toMatchObject({ grace: 23_000 });
    expect(shipperOf(FROM).stop).toMatchObject({ grace: 10_000 });
  });

  it('takes the output of processes, and never its own or that of another shipper', () => {
    const more = { other: { use: 'log-shipper', with: FROM } };
    expect(filled({ from: { processes: 'all' }, to: { stdout: true } }, more)).toMatchObject({
      from: { kind: 'processes', processes: null, except: ['shipper', 'other'], apps: ['web'] },
      fields: {},
      positions: null,
    });
    const some = { from: { processes: ['web', 'store'] }, to: { stdout: true }, fields: { env: 'test' } };
    expect(filled(some)).toMatchObject({
      from: { processes: ['web', 'store'] },
      fields: { env: 'test' },
    });
  });

  it('takes the output of every instance of an app', () => {
    const config = {
      sidecars: {
        shipper: { use: 'log-shipper', with: { from: { processes: ['web'] }, to: { stdout: true } } },
      },
      apps: { web: { primary: { command: 'web', instances: 2 } }, jobs: { primary: { command: 'jobs' } } },
    };
    const content = processOf(podOf(config), 'shipper').files[0]?.content ?? '';
    expect(JSON.parse(content)).toMatchObject({ from: { processes: ['web-1', 'web-2'] } });
  });

  it('has a regular expression as it is written, and a text with its references', () => {
    expect(filled({ ...FROM, redact: ['a$${2}${env.HOME}', /\${env.NOT}/] }).reading.redact).toEqual([
      { source: 'a${2}/home/ann', flags: 'u' },
      { source: '\\${env.NOT}', flags: '' },
    ]);
  });
});

test.each<readonly [object, string]>([
  [{ to: { stdout: true } }, 'from'],
  [{ from: {}, to: { stdout: true } }, 'volume or path'],
  [{ ...FROM, from: { volume: 'log' } }, 'logs'],
  [{ ...FROM, from: { volume: 'logs', path: 'x' } }, 'volume'],
  [{ ...FROM, from: { volume: 'logs', include: [] } }, 'globs'],
  [{ ...FROM, from: { processes: ['wbe'] } }, 'web'],
  [{ ...FROM, from: { processes: ['shipper'] } }, 'shipper'],
  [{ ...FROM, from: { processes: [] } }, "'all'"],
  [{ ...FROM, to: [] }, 'destination'],
  [{ ...FROM, to: {} }, 'http'],
  [{ ...FROM, to: [{ file: 'a' }, { name: 'file', file: 'b' }] }, 'file'],
  [{ ...FROM, readFrom: 'start' }, "'beginning'"],
  [{ ...FROM, rotateWait: 'soon' }, 'rotateWait'],
  [{ ...FROM, maxLineBytes: 100 }, '1024'],
  [{ ...FROM, multiline: { start: '(' } }, 'multiline.start'],
  [{ ...FROM, multiline: {} }, 'multiline.start'],
  [{ ...FROM, parse: 'jsn' }, "'json'"],
  [{ ...FROM, parse: { pattern: '(\\w+)' } }, 'named group'],
  [{ ...FROM, parse: /\w+/ }, 'named group'],
  [{ ...FROM, redact: ['['] }, 'redact'],
  [{ ...FROM, fields: { a: 1 } }, 'fields'],
  [{ ...FROM, batch: { maxBytes: 0 } }, 'maxBytes'],
  [{ ...FROM, batch: { maxEvents: 0 } }, 'maxEvents'],
  [{ ...FROM, batch: { maxevents: 1 } }, 'maxEvents'],
  [{ ...FROM, request: { retryInitialBackoff: '1m' } }, 'retryInitialBackoff'],
  [{ ...FROM, drain: -1 }, 'drain'],
  [{ ...FROM, deadletter: 'x' }, 'deadLetter'],
])('%j is refused with %s in the message', (options, word) => {
  expect(said(options)).not.toBe('no problem');
  expect(said(options)).toContain(word);
});
