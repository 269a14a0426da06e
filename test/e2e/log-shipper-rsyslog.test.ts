import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const config = (steered: (name: string) => object) => ({
  sidecars: {
    sink: { use: 'log-sink' },
    shipper: {
      use: 'log-shipper',
      engine: 'rsyslog',
      with: {
        from: { volume: 'logs' },
        to: [{ syslog: 'sink' }, { elasticsearch: 'sink' }, { file: 'all.ndjson' }, { stdout: true }],
        fields: { env: 'test' },
      },
    },
  },
  volumes: { logs: {} },
  primary: {
    ...steered('app'),
    postStart: 'mkdir ${volumes.logs}/sub && echo one >${volumes.logs}/sub/a.log',
  },
});

interface Line {
  readonly by: string;
  readonly body: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

test.runIf(isInstalled('rsyslogd'))(
  'rsyslog ships the files of a volume to a sink, a file and its output',
  async () => {
    await using rig = await PodRig.open(config);
    const { stdout: checked, code } = await runToEnd(['check'], rig.project.folder);
    expect({ checked, code }).toMatchObject({
      checked: expect.stringContaining('shipper: rsyslog'),
      code: 0,
    });
    const run = rig.up();
    const { env } = await rig.child('app');
    const linesNow = async (): Promise<readonly Line[]> => {
      const { lines } = (await (await fetch(`${env['LOG_SINK_URL']}/lines`)).json()) as {
        lines: readonly Line[];
      };
      return lines;
    };
    await eventually('both lines', async () => (await linesNow()).length === 2);
    const lines = await linesNow();
    expect(lines.map(({ by }) => by).toSorted()).toEqual(['elasticsearch', 'syslog']);
    expect(lines.find(({ by }) => by === 'syslog')).toMatchObject({
      body: 'one',
      fields: { 'service.name': 'primary', env: 'test', file: 'sub/a.log', offset: '0' },
    });
    expect(lines.find(({ by }) => by === 'elasticsearch')).toMatchObject({
      body: 'one',
      fields: { 'service.name': 'primary', env: 'test', 'log.file.path': 'sub/a.log', 'log.offset': 0 },
    });
    const written = join(rig.project.folder, 'all.ndjson');
    await eventually('the file', () => existsSync(written) && readFileSync(written, 'utf8') !== '');
    expect(JSON.parse(readFileSync(written, 'utf8'))).toMatchObject({ message: 'one', file: 'sub/a.log' });
    await run.output(/\\"message\\":\\"one\\"/);
    const { ports } = await run.state('shipper', 'ready');
    const admin = `http://127.0.0.1:${(ports as { readonly admin: number }).admin}`;
    expect(await (await fetch(`${admin}/ready`)).text()).toBe('ready\n');
    await stop(run);
    expect(readdirSync(join(rig.project.folder, '.sidecarctl/runs'))).toEqual([]);
  },
);

test('a missing rsyslog is said before anything starts, with its package', async () => {
  await using rig = await PodRig.open((steered) => {
    const { sidecars, ...pod } = config(steered);
    return { ...pod, sidecars: { ...sidecars, shipper: { ...sidecars.shipper, env: { PATH: '/nowhere' } } } };
  });
  const { stderr, code } = await runToEnd(['up'], rig.project.folder, { PATH: '/nowhere' });
  expect(stderr).toContain('rsyslogd is not found; install it (on Debian: apt install rsyslog)');
  expect(code).toBe(1);
});
