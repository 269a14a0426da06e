import { readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { inFull } from '../../../support/in-full.ts';
import { Random } from '../../../support/random.ts';
import { Hangs, RawConnection } from '../matrix/raw-connection.ts';
import { proxyOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { randomRequests } from './random-request.ts';
import { StrictUpstream } from './strict-upstream.ts';

const COUNT = inFull ? 10_000 : 600;
const AT_ONCE = 8;
/** What is measured before has loaded and compiled what the rest needs. */
const WARM_AFTER = COUNT / 3;
const GROWTH_MB = 16;

const memoryOf = (pid: number): number =>
  Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `null`: all that came back is answers, and the connection has ended. */
const complaintAbout = async (port: number, random: Random, path: string): Promise<string | null> => {
  const pieces = randomRequests(random, path);
  const client = RawConnection.to(port);
  try {
    for (const piece of pieces) {
      client.send(piece);
      if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
    }
    // Some give up at once. The rest of a request that is not whole does not come.
    if (random.chance(0.8)) await Promise.race([client.receives('HTTP/1.1 '), pause(20)]);
    client.end();
    await client.over();
    const isAnswer = client.unread === '' || client.unread.startsWith('HTTP/1.1 ');
    return isAnswer ? null : `${JSON.stringify(pieces.join(''))} got ${JSON.stringify(client.unread)}`;
  } catch (error) {
    if (!(error instanceof Hangs)) throw error;
    return `${JSON.stringify(pieces.join('').slice(0, 2_000))} hangs after ${JSON.stringify(client.unread)}`;
  } finally {
    client.destroy();
  }
};

test(
  'random requests crash nothing, hang nowhere, smuggle nothing and leave no memory behind',
  async () => {
    const seed = Number(process.env['SEED'] ?? 1);
    const random = new Random(seed);
    const server = await StrictUpstream.start(new Random(seed));
    onTestFinished(() => server.close());
    // Without a limit the heap grows for a while before V8 collects what is old in it.
    const proxy = await runProxy(proxyOptions(server.port), {
      nodeArguments: ['--max-semi-space-size=4', '--max-old-space-size=32'],
    });
    const complaints: string[] = [];
    let warm = 0;
    for (let count = 0; count < COUNT; count += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, at) =>
        complaintAbout(proxy.port, new Random(random.upTo(2 ** 31)), `/f${count + at}`),
      );
      complaints.push(...(await Promise.all(some)).filter((complaint) => complaint !== null));
      if (complaints.length > 3) break;
      if (count <= WARM_AFTER) warm = memoryOf(proxy.pid);
    }
    expect({ complaints, violations: server.violations }).toEqual({ complaints: [], violations: [] });
    expect(proxy.child.exitCode).toBeNull();
    expect(server.requests).toBeGreaterThan(COUNT / 10);
    expect(memoryOf(proxy.pid) - warm).toBeLessThan(GROWTH_MB);
    // Of Node itself, the listeners, and the connections that are kept to the server.
    expect(descriptorsOf(proxy.pid)).toBeLessThan(60);
    const good = RawConnection.to(proxy.port);
    good.send('GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n');
    await good.over();
    expect(good.unread).toMatch(/^HTTP\/1\.1 (?:200|204|103) /);
  },
  10 * 60_000,
);
