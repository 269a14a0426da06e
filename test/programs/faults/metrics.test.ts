import { execa } from 'execa';
import { expect, test } from 'vitest';
import { isInstalled } from '../../support/installed.ts';
import { Client, runFaults, startEcho } from './running-faults.ts';

const startScraped = async () => {
  const upstream = `127.0.0.1:${await startEcho()}`;
  const faults = await runFaults({ upstream });
  return { faults, upstream, scrape: async () => (await fetch(`${faults.url}/metrics`)).text() };
};

test('a counter does not start again when it is scraped, and grows with the traffic', async () => {
  const { faults, scrape } = await startScraped();
  for (const expected of [1, 2]) {
    const client = await Client.to(faults.main);
    client.send('x');
    await client.receives('x');
    expect(await scrape()).toContain(`\nsidecar_downstream_cx_total{proxy="slow"} ${expected}\n`);
  }
});

test('the metrics are of the proxies that there are', async () => {
  const { faults, scrape, upstream } = await startScraped();
  await faults.call('POST', '/proxies', { name: 'other', upstream });
  expect(await scrape()).toContain('\nsidecar_toxics_active{proxy="other"} 0\n');
  for (const name of ['other', 'slow']) await faults.call('DELETE', `/proxies/${name}`);
  const metrics = await scrape();
  expect(metrics).not.toMatch(/^(sidecar|toxiproxy)_/m);
  expect(metrics).toMatch(/^process_open_fds \d+$/m);
});

test.runIf(isInstalled('promtool'))(
  'promtool finds nothing wrong with the metrics, whatever proxies are named',
  async () => {
    const { faults, scrape, upstream } = await startScraped();
    const names = ['a "quoted" one', 'C:\\slow', 'two\nlines', 'größer 慢'];
    for (const name of names) await faults.call('POST', '/proxies', { name, upstream });
    const input = await scrape();
    expect(input.match(/^sidecar_toxics_active\{/gm)).toHaveLength(names.length + 1);
    const { all, exitCode } = await execa('promtool', ['check', 'metrics'], {
      ...{ input, all: true, reject: false },
    });
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  },
);
