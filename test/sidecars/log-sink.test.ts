import { describe, expect, it } from 'vitest';
import type { LogSinkProgramOptions } from '../../src/programs/log-sink/options.ts';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const pod = (options: object | undefined, more: object = {}) => ({
  name: 'shop',
  volumes: { logs: {} },
  sidecars: { sink: { use: 'log-sink', ...(options && { with: options }), ...more } },
  primary: { name: 'web', command: 'web' },
});

const filled = (options: object | undefined, more: object = {}): LogSinkProgramOptions =>
  JSON.parse(processOf(podOf(pod(options, more)), 'sink').files[0]?.content ?? '');

const portsOf = (options: object) => processOf(podOf(pod(options)), 'sink').ports.map(({ name }) => name);

describe('a log sink', () => {
  it('takes everything by default, at a port for each kind of connection', () => {
    const sink = processOf(podOf(pod(undefined)), 'sink');
    const at = Object.fromEntries(sink.ports.map(({ name, port }) => [name, `127.0.0.1:${port}`]));
    expect(Object.keys(at)).toEqual(['http', 'syslog', 'syslog-udp', 'forward', 'admin']);
    expect(sink.ports.map(({ protocol }) => protocol)).toEqual(['tcp', 'tcp', 'udp', 'tcp', 'tcp']);
    expect(filled(undefined)).toEqual({
      ...{ name: 'sink', admin: at['admin'], http: at['http'], forward: at['forward'] },
      syslog: { tcp: at['syslog'], udp: at['syslog-udp'] },
      ...{ accepts: ['http', 'loki', 'elasticsearch', 'otlp'], keep: 64 * 1024 * 1024, file: null },
    });
  });

  it('takes no more than it is to listen for', () => {
    expect(portsOf({ listen: { syslog: false, forward: false } })).toEqual(['http', 'admin']);
    const listen = { http: false, loki: false, elasticsearch: true, otlp: false, syslog: false };
    expect(filled({ listen })).toMatchObject({ accepts: ['elasticsearch'], syslog: null });
    expect(filled({ listen: { elasticsearch: false, forward: false } })).toMatchObject({
      accepts: ['http', 'loki', 'otlp'],
      forward: null,
    });
  });

  it('keeps as much as it is told, and a file in a folder or a volume', () => {
    expect(filled({ keep: '1MiB', file: '/var/lines' })).toMatchObject({
      keep: 1024 * 1024,
      file: '/var/lines',
    });
    const { file } = filled({ file: { volume: 'logs', path: 'all/lines' } });
    expect(file).toBe('/volumes/logs/all/lines');
    expect(filled({ file: 'lines' }).file).toMatch(/^\/.*\/lines$/);
  });

  it('provides its URL to the others', () => {
    const all = podOf(pod(undefined, { ports: { http: 9000 } }));
    const expected = { value: 'http://127.0.0.1:9000', by: 'sink' };
    expect(processOf(all, 'web').launch.env.provided).toEqual({ LOG_SINK_URL: expected });
  });

  it.each([
    [{ listen: { lokki: true } }, "unknown field. Did you mean 'loki'?"],
    [{ listen: { loki: 1 } }, 'expected true or false'],
    [{ keep: '1KiB' }, 'expected bytes from 65536'],
    [{ keep: 'much' }, 'expected bytes, or a size'],
    [{ file: { path: 'a' } }, 'volume: is missing'],
    [{ file: { path: 'a', volume: 'log' } }, "there is no volume 'log'. Did you mean 'logs'?"],
    [{ file: { path: '../a', volume: 'logs' } }, 'expected a path within the volume'],
    [{ kep: 1 }, "unknown field. Did you mean 'keep'?"],
  ])('is refused with %j', (options, message) => {
    expect(problemsOf(pod(options))).toContain(message);
  });
});
