import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { httpTo, Receiver, ShipperPod, status } from './running-shipper.ts';
import { lines, text } from './tailing/follower.ts';

const startRig = async (options: Parameters<ShipperPod['start']>[0] = {}) => {
  const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
  const outputs = [httpTo(receiver.url)];
  const add = (all: readonly string[], name = 'a.log'): void =>
    appendFileSync(join(pod.logs, name), text(all));
  await pod.start({ outputs, ...options });
  return { pod, receiver, add, outputs };
};

describe('log-shipper', () => {
  it('ships files that come and grow, and tells of it', async () => {
    const { pod, receiver, add } = await startRig();
    add(lines('a', 50));
    await eventually('the lines', () => receiver.messages.length === 50);
    mkdirSync(join(pod.logs, 'deep/er'), { recursive: true });
    add(lines('b', 5), 'deep/er/b.log');
    await eventually('lines of a folder that is new', () => receiver.messages.length === 55);
    expect(receiver.batches.flat()[0]).toMatchObject({
      message: 'a 0',
      offset: 0,
      file: 'a.log',
      'service.name': 'web',
    });
    await eventually('the positions', async () => (await pod.ask('/stats'))?.includes('"sent":55') === true);
    const stats = JSON.parse((await pod.ask('/stats')) ?? '');
    expect(stats.outputs.http).toMatchObject({
      lines: { read: 55, sent: 55, dead: 0 },
      bytes: { lag: 0, lost: 0 },
      ...{ trouble: null, retries: 0 },
    });
    const metrics = (await pod.ask('/metrics')) ?? '';
    expect(metrics).toContain('sidecar_log_read_lines_total{output="http"} 55');
    expect(metrics).toContain('sidecar_log_sent_lines_total{output="http"} 55');
    expect(metrics).toContain('sidecar_log_lag_bytes{output="http"} 0');
    expect(metrics).toContain('sidecar_log_files{output="http"} 2');
  });

  it('masks secrets in what it tells of its options', async () => {
    const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
    await pod.start({ outputs: [httpTo(receiver.url, { headers: { authorization: 'Bearer top' } })] });
    const dump = (await pod.ask('/config_dump')) ?? '';
    expect(dump).toContain('"authorization":"***"');
    expect(dump).not.toContain('top');
  });

  it('waits with the files while the destination is down, slow or talks nonsense, and loses nothing', async () => {
    const { pod, receiver, add } = await startRig();
    receiver.answers.push(
      status(503),
      status(429, { 'retry-after': '0' }),
      (response) => void response.destroy(),
      (response) => void response.socket?.end('nonsense\r\n\r\n'),
      status(302, { location: 'http://127.0.0.1:1/' }),
      (response) => void setTimeout(() => response.writeHead(500).end(), 50),
    );
    add(lines('a', 2_500));
    await eventually('all lines', () => receiver.messages.length === 2_500);
    expect(receiver.messages).toEqual(lines('a', 2_500));
    expect(receiver.requests).toBe(9);
    expect(pod.output.match(/takes no lines/g)).toHaveLength(1);
    expect(pod.output).toContain('http takes lines again');
  });

  it('puts what is refused for good with the dead letters', async () => {
    const { pod, receiver, add } = await startRig();
    receiver.answers.push(status(400));
    add(['bad']);
    const file = join(pod.folder, 'positions/dead-letters.ndjson');
    await eventually('a dead letter', () => pod.output.includes(`see ${file}`));
    add(['good']);
    await eventually('the next line', () => receiver.messages.length === 1);
    expect(receiver.messages).toEqual(['good']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      output: 'http',
      entry: { message: 'bad' },
    });
    expect(await pod.ask('/metrics')).toContain('sidecar_log_dropped_lines_total{output="http"} 1');
  });

  it('sends what is left at its stop, and goes on from there', async () => {
    const { pod, receiver, add, outputs } = await startRig({
      batch: { maxBytes: 1e6, maxEvents: 1e4, timeout: 600_000 },
    });
    add(lines('a', 10));
    expect(await pod.stop()).toBe(0);
    expect(receiver.messages).toEqual(lines('a', 10));
    add(lines('b', 10));
    await pod.start({ outputs });
    await eventually('the rest', () => receiver.messages.length === 20);
    expect(receiver.messages.slice(10)).toEqual(lines('b', 10));
  });

  it('says at its stop what it has to leave', async () => {
    const { pod, receiver, add } = await startRig({ drain: 100 });
    receiver.answers.push(...Array.from({ length: 500 }, () => status(503)));
    add(lines('a', 5_000));
    await eventually('a refusal', () => pod.output.includes('takes no lines'));
    expect(await pod.stop()).toBe(0);
    expect(pod.output).toMatch(/\d+ bytes of files are left for the next start/);
  });

  it('drains at a request, and is not ready then', async () => {
    const { pod, receiver, add } = await startRig({
      batch: { maxBytes: 1e6, maxEvents: 1e4, timeout: 600_000 },
    });
    add(['a']);
    expect(await pod.ask('/drain', 'POST')).toBe('draining\n');
    expect([receiver.messages, await pod.ask('/ready')]).toEqual([['a'], null]);
  });

  it('takes other options at SIGHUP, and sends nothing twice', async () => {
    const { pod, receiver, add, outputs } = await startRig();
    add(lines('a', 3));
    await eventually('lines', async () => (await pod.ask('/stats'))?.includes('"sent":3') === true);
    pod.write({ outputs, fields: { team: 'x' } });
    pod.signal('SIGHUP');
    await eventually('the options', () => pod.output.includes('the options have been applied'));
    add(['b']);
    await eventually('a line', () => receiver.messages.length === 4);
    expect(receiver.batches.flat().at(-1)).toMatchObject({ message: 'b', team: 'x' });
    writeFileSync(pod.file, '{');
    pod.signal('SIGHUP');
    await eventually('a complaint', () => pod.output.includes('the options were not applied'));
    add(['c']);
    await eventually('another line', () => receiver.messages.length === 5);
  });

  it('sends to each destination at its own pace', async () => {
    const [pod, fast, slow] = [await ShipperPod.create(), await Receiver.start(), await Receiver.start()];
    slow.answers.push(...Array.from({ length: 200 }, () => status(503)));
    await pod.start({ outputs: [httpTo(fast.url), httpTo(slow.url, { name: 'slow' })] });
    appendFileSync(join(pod.logs, 'a.log'), text(lines('a', 3_000)));
    await eventually('lines at the fast one', () => fast.messages.length === 3_000);
    expect(slow.messages).toHaveLength(0);
    slow.answers.length = 0;
    await eventually('lines at the slow one', () => slow.messages.length === 3_000);
    expect(slow.messages).toEqual(lines('a', 3_000));
  });

  it('begins again when its positions make no sense', async () => {
    const { pod, receiver, add, outputs } = await startRig();
    add(['a']);
    await eventually('a line', async () => (await pod.ask('/stats'))?.includes('"sent":1') === true);
    await pod.stop();
    writeFileSync(join(pod.folder, 'positions/http.json'), 'torn');
    await pod.start({ outputs });
    await eventually('it again', () => receiver.messages.length === 2);
    expect(pod.output).toContain('the positions cannot be read, and everything is sent again');
  });
});

it('knows that it has been started, even if it was killed before it sent anything', async () => {
  const pod = await ShipperPod.create();
  const dead = [httpTo('http://127.0.0.1:9/')];
  await pod.start({ outputs: dead });
  appendFileSync(join(pod.logs, 'a.log'), text(['a']));
  await pod.kill();
  renameSync(join(pod.logs, 'a.log'), join(pod.logs, 'a.log.1'));
  const receiver = await Receiver.start();
  await pod.start({ outputs: [httpTo(receiver.url)] });
  await eventually('the line', () => receiver.messages.length === 1);
});

describe('the output of processes', () => {
  it('is taken from the files that the supervisor writes, of this run', async () => {
    const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
    const logOf = (process: string, name: string, all: readonly string[]): void => {
      mkdirSync(join(pod.state, 'logs', process), { recursive: true });
      appendFileSync(join(pod.state, 'logs', process, name), text(all));
    };
    logOf('web', '20261129T060000Z-aaaaaaaa.log', ['of an earlier run']);
    logOf('web', '20261130T060000Z-ea732e11.1.log', ['web 0']);
    logOf('web', '20261130T060000Z-ea732e11.log', ['web 1']);
    logOf('shipper', '20261130T060000Z-ea732e11.log', ['its own']);
    const outputs = [httpTo(receiver.url)];
    const from = { kind: 'processes', processes: null, except: ['shipper'], apps: ['web'] } as const;
    await pod.start({ outputs, from, positions: null, fields: {} });
    await eventually('lines', () => receiver.messages.length === 2);
    logOf('jobs', '20261130T060000Z-ea732e11.log', ['jobs 0']);
    await eventually('lines of a process that is new', () => receiver.messages.length === 3);
    expect(
      receiver.batches.flat().map((each) => [each['service.name'], each['process'], each.message]),
    ).toEqual([
      ['web', 'web', 'web 0'],
      ['web', 'web', 'web 1'],
      ['jobs', 'jobs', 'jobs 0'],
    ]);
    const positions = join(pod.state, 'positions/shipper/http.json');
    await eventually('their positions', () => readFileSync(positions, 'utf8').includes('/jobs/'));
  });
});
