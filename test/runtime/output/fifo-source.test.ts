import { fstatSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Backpressure } from '../../../src/logs/backpressure.ts';
import { loadLibc } from '../../../src/runtime/native/libc.ts';
import { FifoSource } from '../../../src/runtime/output/fifo-source.ts';
import { OutputFifos } from '../../../src/runtime/output/output-fifos.ts';

const openFifos = async (...processes: readonly string[]): Promise<OutputFifos> => {
  const fifos = await OutputFifos.begin(loadLibc())(processes);
  if (fifos === null) throw new Error('no FIFO could be opened');
  return fifos;
};

const sourceOf = (process: string, fifos: OutputFifos): FifoSource =>
  new FifoSource(process, { fifos, backpressure: new Backpressure(), take: () => undefined });

describe.skipIf(process.platform !== 'linux')('the FIFOs of a pod', () => {
  test('are no longer listed for a guard once the reader has closed them', async () => {
    const fifos = await openFifos('web', 'db');
    sourceOf('web', fifos).close();
    expect(fifos.entries().map(([name]) => name)).toEqual(['db']);
    fifos.close();
  });

  test('are closed when their process leaves the pod before anything has read them', async () => {
    const fifos = await openFifos('web');
    const held = fifos.of('web')?.stdout ?? -1;
    fifos.remove('web');
    expect(() => fstatSync(held)).toThrow('EBADF');
    expect(fifos.entries()).toEqual([]);
  });
});
