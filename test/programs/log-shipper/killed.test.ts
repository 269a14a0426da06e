import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sleep } from '../../../src/time/timers.ts';
import { inFull } from '../../support/in-full.ts';
import { httpTo, Receiver, ShipperPod } from './running-shipper.ts';
import { lines, text } from './tailing/follower.ts';

const LINES = inFull ? 1_000_000 : 100_000;
const MOST_EVENTS = 5_000;
const AT_ONCE = 2_000;

/** Writes numbered lines, and rotates the file every now and then. */
const writeLines = async (folder: string, isOver: () => boolean): Promise<void> => {
  const path = join(folder, 'a.log');
  for (let from = 0; from < LINES && !isOver(); from += AT_ONCE) {
    appendFileSync(path, text(lines('a', AT_ONCE, from)));
    const generation = from / AT_ONCE;
    if (generation % 10 === 9) renameSync(path, `${path}.${generation}`);
    await sleep(100);
  }
};

it(`loses none of ${LINES} lines when it is killed every 100 ms, and sends at most a batch twice for each`, async () => {
  const [pod, receiver] = [await ShipperPod.create(), await Receiver.start()];
  const outputs = [httpTo(receiver.url)];
  pod.write({ outputs, batch: { maxBytes: 1024 * 1024, maxEvents: MOST_EVENTS, timeout: 10 } });
  let isWritten = false;
  const writing = writeLines(pod.logs, () => false).then(() => {
    isWritten = true;
  });
  let kills = 0;
  const got = new Set<string>();
  let received = 0;
  const takeIn = (): void => {
    for (const message of receiver.messages) got.add(message);
    received += receiver.messages.length;
    receiver.batches.length = 0;
  };
  for (;;) {
    pod.spawn();
    const before = receiver.requests;
    while (receiver.requests === before && got.size < LINES) {
      await sleep(5);
      takeIn();
    }
    // It has begun to send.
    await sleep(100);
    await pod.kill();
    kills += 1;
    takeIn();
    if (isWritten && got.size === LINES) break;
  }
  await writing;
  expect(got.size).toBe(LINES);
  expect(received - LINES).toBeLessThanOrEqual(kills * MOST_EVENTS);
  expect(kills).toBeGreaterThan(3);
}, 600_000);
