import { parse } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { podOf, problemsOf, processOf } from '../config/support.ts';

const shop = (options: object | undefined, more: object = {}) => ({
  name: 'shop',
  sidecars: {
    db: { command: 'db' },
    watch: { use: 'monitor', ...(options === undefined ? {} : { with: options }) },
    ...more,
  },
  primary: { name: 'web', command: 'web' },
});

const filled = (config: object): Record<string, unknown> =>
  JSON.parse(processOf(podOf(config), 'watch').files[0]?.content ?? '');

describe('a monitor', () => {
  it('needs no options', () => {
    const watch = processOf(podOf(shop(undefined)), 'watch');
    const [metrics, admin] = watch.ports.map(({ port }) => `127.0.0.1:${port}`);
    expect(watch.ports.map(({ name }) => name)).toEqual(['metrics', 'admin']);
    expect(filled(shop({}))).toEqual({
      ...{ name: 'watch', pod: 'shop', metrics: expect.any(String), admin: expect.any(String) },
      ...{ interval: 1_000, processes: null, probes: true, names: ['otel'], limits: [], push: null },
    });
    expect([metrics, admin]).not.toContain(undefined);
    const { command } = watch.launch;
    expect(command.kind === 'direct' && command.args.map((path) => parse(path).base)).toEqual([
      'monitor.js',
      'options',
    ]);
  });

  it('has every option', () => {
    const names = ['kubernetes', 'otel', 'otel'];
    const push = { otlp: 'http://x/', headers: { a: 'b' }, interval: '5s' };
    const limits = {
      web: { memory: '512MiB', cpu: 1.5, for: '30s', action: 'restart' },
      watch: { memory: 1_000 },
    };
    expect(
      filled(shop({ interval: '2s', processes: ['web', 'db'], probes: false, names, limits, push })),
    ).toMatchObject({
      ...{ interval: 2_000, processes: ['web', 'db'], probes: false, names: ['kubernetes', 'otel'] },
      limits: [
        { process: 'web', resource: 'memory', most: 512 * 1024 ** 2, for: 30_000, action: 'restart' },
        { process: 'web', resource: 'cpu', most: 1.5, for: 30_000, action: 'restart' },
        { process: 'watch', resource: 'memory', most: 1_000, for: 10_000, action: 'warn' },
      ],
      push: { endpoint: 'http://x', headers: { a: 'b' }, interval: 5_000 },
    });
  });

  it('means all instances of an app by its name', () => {
    const config = {
      sidecars: { watch: { use: 'monitor', with: { processes: ['web'], limits: { web: { cpu: 1 } } } } },
      apps: { web: { primary: { command: 'web', instances: 2 } } },
    };
    expect(filled(config)).toMatchObject({
      processes: ['web-1', 'web-2'],
      limits: [{ process: 'web-1' }, { process: 'web-2' }],
    });
  });
});

test.each([
  [{ interval: '100ms' }, "interval: is '100ms'; expected a time from 250 ms, such as '1s'."],
  [{ processes: ['wbe'] }, "processes[0]: there is no process 'wbe'. Did you mean 'web'?"],
  [{ limits: { wbe: { cpu: 1 } } }, "limits.wbe: there is no process 'wbe'. Did you mean 'web'?"],
  [{ limits: { web: {} } }, 'limits.web: is {}; expected an object with memory or cpu'],
  [{ limits: { web: { cpu: 0 } } }, 'limits.web.cpu: is 0; expected a number of cores above 0'],
  [{ limits: { web: { memory: 'much' } } }, "limits.web.memory: is 'much'; expected "],
  [{ limits: { web: { cpu: 1, action: 'kill' } } }, "expected 'warn', 'restart' or 'end'."],
  [{ limits: { web: { cpu: 1, fore: 1 } } }, "limits.web.fore: unknown field. Did you mean 'for'?"],
  [{ names: ['otell'] }, "names[0]: is 'otell'; expected a list of 'otel'"],
  [{ push: { otlp: 'wbe' } }, "push.otlp: there is no process 'wbe'."],
  [{ push: { otlp: 'http://x', interval: 1 } }, 'push.interval: is 1; expected a time from 250 ms'],
  [{ intervall: 1 }, "intervall: unknown field. Did you mean 'interval'?"],
])('%o is refused', (options, text) => {
  expect(problemsOf(shop(options))).toContain(text);
});
