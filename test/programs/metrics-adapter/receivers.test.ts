import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { runInFolder } from '../../support/run-in-folder.ts';
import { showNewSeries } from '../../support/victoria-metrics.ts';
import { runAdapter } from './running-adapter.ts';

/** Arguments of a receiver of remote write at a port, in a folder. */
const RECEIVERS = {
  prometheus: (folder: string, port: number) => {
    writeFileSync(join(folder, 'prometheus.yml'), '{}');
    return [
      ...[`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--web.enable-remote-write-receiver'],
    ];
  },
  'victoria-metrics': (folder: string, port: number) => [
    ...[`-storageDataPath=${folder}/data`, `-httpListenAddr=127.0.0.1:${port}`],
    '-search.latencyOffset=0s',
  ],
};

/** A page of metrics until the end of the test. */
const servePage = async (page: () => string): Promise<string> => {
  const server = createServer((_, response) => void response.end(page()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const PAGE = `# TYPE hits counter
hits{code="200"} 7
# TYPE seconds histogram
seconds_bucket{le="1"} 2
seconds_bucket{le="+Inf"} 3
seconds_sum 4.5
seconds_count 3
own{job="mine",odd="ä\\"\\\\\\n"} NaN
`;

for (const [receiver, argumentsOf] of Object.entries(RECEIVERS))
  test.runIf(isInstalled(receiver))(
    `${receiver} takes what an adapter writes, and sees what has ended`,
    async () => {
      let page = PAGE;
      const url = await servePage(() => page);
      const port = await freePort();
      runInFolder(receiver, (folder) => argumentsOf(folder, port));
      const push = {
        ...{ protocol: 'remoteWrite', endpoint: `http://127.0.0.1:${port}/api/v1/write` },
        ...{ headers: { 'x-key': 'secret' }, interval: 250 },
      };
      const source = { kind: 'prometheus', url, interval: 250, labels: { process: 'web' } };
      const adapter = await runAdapter([source], { push });
      const ask = async (query: string): Promise<unknown> => {
        await showNewSeries(`http://127.0.0.1:${port}`);
        const answer = await fetch(
          `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
        ).then(
          (response) => response.json() as Promise<{ data?: { result: readonly object[] } }>,
          () => null,
        );
        return answer?.data?.result;
      };
      const value = (text: string) => [expect.any(Number), text];
      await eventually('the counter', async () => JSON.stringify(await ask('hits')).includes('"7"'));
      expect(await ask('hits')).toEqual([
        { metric: { __name__: 'hits', code: '200', job: 'shop/web', process: 'web' }, value: value('7') },
      ]);
      expect(await ask('seconds_bucket{le="+Inf"}')).toMatchObject([{ value: value('3') }]);
      expect(await ask('histogram_quantile(0.5, seconds_bucket)')).toMatchObject([{ value: value('0.75') }]);
      page = page.replace('hits{code="200"} 7', 'hits{code="500"} 1');
      // Without a mark, the series would be there for five minutes more.
      await eventually('the end of a series', async () =>
        /^\[\{[^[]*"code":"500"[^[]*\[[^[]*\]\}\]$/.test(JSON.stringify(await ask('hits'))),
      );
      const own = await (await adapter.page('/metrics')).text();
      expect(own).toMatch(/^sidecar_remote_write_samples_total\{outcome="sent"\} [1-9]/m);
      expect(own).toMatch(/^sidecar_remote_write_samples_total\{outcome="rejected"\} 0$/m);
      expect(await (await adapter.page('/config_dump')).text()).not.toContain('secret');
      if (receiver === 'prometheus')
        expect(await ask('own')).toMatchObject([
          { metric: { job: 'mine', odd: 'ä"\\\n' }, value: value('NaN') },
        ]);
    },
  );
