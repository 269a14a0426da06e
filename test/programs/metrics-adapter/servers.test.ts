import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { runInFolder } from '../../support/run-in-folder.ts';
import { runAdapter } from './running-adapter.ts';

const nginxConfig = (folder: string, port: number): string => `
daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  server { listen 127.0.0.1:${port}; location = /stub_status { stub_status; } location / { return 200 'hello'; } }
}`;

const runNginx = (port: number) =>
  runInFolder('nginx', (folder) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, nginxConfig(folder, port));
    return ['-c', file, '-p', folder];
  });

const fetched = (kind: string, url: string) => ({ kind, url, interval: 250, labels: { process: kind } });

test.runIf(isInstalled('nginx') && isInstalled('redis-server'))(
  'nginx and Redis have the metrics of their exporters, and none but their absence when they are away',
  async () => {
    const [web, cache] = [await freePort(), await freePort()];
    const endNginx = runNginx(web);
    const endRedis = runInFolder('redis-server', () => [
      '--port',
      `${cache}`,
      '--save',
      '',
      '--requirepass',
      'p:w',
    ]);
    const { scrape, page, output } = await runAdapter([
      fetched('nginxStatus', `http://127.0.0.1:${web}/stub_status`),
      fetched('redis', `redis://:p%3Aw@127.0.0.1:${cache}`),
      { ...fetched('redis', `redis://:wrong@127.0.0.1:${cache}`), labels: { process: 'other' } },
    ]);
    const has = (line: string) => async () => (await scrape()).split('\n').includes(line);
    await eventually('nginx', has('nginx_up{process="nginxStatus"} 1'));
    await eventually('Redis', has('redis_up{process="redis"} 1'));
    for (let count = 0; count < 3; count += 1) await (await fetch(`http://127.0.0.1:${web}/`)).text();
    await eventually('the requests', async () => {
      const [, requests = '0'] = /^nginx_http_requests_total\{.*\} (\d+)$/m.exec(await scrape()) ?? [];
      return Number(requests) > 3;
    });
    // The first answer does not count the question for it.
    await eventually('a second answer of Redis', async () =>
      /^redis_commands_total\{process="redis",cmd="info"\} [1-9]/m.test(await scrape()),
    );
    const text = await scrape();
    for (const pattern of [
      /^# TYPE nginx_connections_accepted counter$/m,
      /^nginx_connections_accepted\{process="nginxStatus"\} [1-9]/m,
      /^nginx_connections_active\{process="nginxStatus"\} [1-9]/m,
      /^nginx_connections_writing\{process="nginxStatus"\} 1$/m,
      /^redis_instance_info\{process="redis",role="master",redis_version="\d/m,
      /^redis_memory_used_bytes\{process="redis"\} [1-9]/m,
      /^redis_cpu_user_seconds_total\{process="redis"\} [\d.]+$/m,
    ])
      expect(text).toMatch(pattern);
    await eventually('who has another password', has('redis_up{process="other"} 0'));
    expect(output()).toContain(
      `redis-2: there are no whole metrics from redis://***@127.0.0.1:${cache}: it answers: WRONGPASS`,
    );
    expect(await (await page('/config_dump')).text()).not.toContain('p%3Aw');
    await Promise.all([endNginx(), endRedis()]);
    await eventually('nginx to be away', has('nginx_up{process="nginxStatus"} 0'));
    await eventually('Redis to be away', has('redis_up{process="redis"} 0'));
    expect(await scrape()).not.toMatch(/nginx_connections|redis_memory/);
  },
);
