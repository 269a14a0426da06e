import { createSocket } from 'node:dgram';
import type { Figure } from '../measure.ts';
import { cpuOf, pause, pssOf } from '../peers/run.ts';
import { BARE, BenchPod } from './bench-pod.ts';

const SECONDS = 5;
/** Packets of a turn, and milliseconds between two: some 20,000 a second, each with one line. */
const BURST = 100;
const PAUSE = 5;
/** Milliseconds for what is still in the socket. */
const SETTLES_IN = 1_000;

const CONFIG = {
  sidecars: { adapter: { use: 'metrics-adapter', with: { from: { statsd: true } } } },
  primary: { command: BARE },
};

const PACKETS = [
  ['a counter', 'shop.orders:1|c|#method:GET,status:200'],
  ['a timing', 'shop.checkout.time:12.5|ms|#method:GET,status:200'],
] as const;

/** StatsD by UDP, as clients without a buffer send it. */
export const benchMetricsAdapter = async (): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const [kind, packet] of PACKETS) figures.push(await benchPackets(kind, Buffer.from(packet)));
  return figures;
};

const benchPackets = async (kind: string, packet: Buffer): Promise<Figure> => {
  await using pod = await BenchPod.start(CONFIG, ['adapter', 'primary']);
  const [pid, port] = [pod.pid('adapter'), pod.port('adapter', 'statsd')];
  const received = async (): Promise<number> => {
    const page = await (await fetch(`http://127.0.0.1:${pod.port('adapter', 'metrics')}/metrics`)).text();
    return Number(/^shop_(?:orders_total|checkout_time_seconds_count)\{[^}]*\} (\d+)/m.exec(page)?.[1] ?? 0);
  };
  await flood(port, packet, 1);
  await pause(SETTLES_IN);
  const [before, cpu] = [await received(), cpuOf(pid)];
  const sent = await flood(port, packet, SECONDS);
  await pause(SETTLES_IN);
  const used = cpuOf(pid) - cpu;
  const taken = (await received()) - before;
  const lost = sent - taken;
  return {
    name: `metrics-adapter, packets of StatsD with ${kind}`,
    value: `${Math.round(taken / (used / 1_000)).toLocaleString('en')} a second of CPU, ${(pssOf(pid) / 2 ** 20).toFixed(1)} MiB PSS (${lost} of ${sent} lost)`,
    target: '-',
  };
};

const flood = async (port: number, packet: Buffer, seconds: number): Promise<number> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  let sent = 0;
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await pause(PAUSE)) {
    for (let count = 0; count < BURST; count++) socket.send(packet);
    sent += BURST;
  }
  await new Promise<void>((resolve) => socket.close(resolve));
  return sent;
};
