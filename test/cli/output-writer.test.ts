import { describe, expect, it } from 'vitest';
import { OutputWriter } from '../../src/cli/output-writer.ts';
import { Backpressure } from '../../src/logs/backpressure.ts';

const BATCH = 256 * 1024;

/** A sink whose batches go when the test says so. */
const heldSink = () => {
  const batches: { readonly text: string; readonly done: (error: Error | null) => void }[] = [];
  const write = (bytes: Buffer, done: (error: Error | null) => void) => {
    batches.push({ text: bytes.toString(), done });
  };
  return { batches, write };
};

const source = () => {
  const calls: string[] = [];
  return { calls, pause: () => calls.push('pause'), resume: () => calls.push('resume') };
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('OutputWriter', () => {
  it('hands over all of one turn of the loop in one batch, and keeps the order after it', async () => {
    const { batches, write } = heldSink();
    const writer = new OutputWriter({ write, backpressure: new Backpressure(), onClosed: () => undefined });
    writer.write('a');
    writer.write(Buffer.from('b'));
    await turn();
    writer.write('c');
    await turn();
    expect(batches.map(({ text }) => text)).toEqual(['ab']);
    batches[0]?.done(null);
    expect(batches.map(({ text }) => text)).toEqual(['ab', 'c']);
  });

  it('copies what it is given, and keeps the order of what does not fit into one batch', async () => {
    const { batches, write } = heldSink();
    const writer = new OutputWriter({ write, backpressure: new Backpressure(), onClosed: () => undefined });
    const memory = Buffer.alloc(100_000);
    let sent = '';
    for (let digit = 0; digit < 10; digit++) {
      memory.fill(String(digit));
      writer.write(memory);
      sent += memory.toString();
    }
    await turn();
    for (let taken = 0; taken < 4; taken++) batches[taken]?.done(null);
    expect(batches.map(({ text }) => text).join('')).toBe(sent);
  });

  it('uses the memory of what has gone again, of all that was queued', async () => {
    const used = new Set<ArrayBufferLike>();
    const write = (bytes: Buffer, done: (error: Error | null) => void) => {
      used.add(bytes.buffer);
      done(null);
    };
    const writer = new OutputWriter({ write, backpressure: new Backpressure(), onClosed: () => undefined });
    for (let round = 0; round < 20; round++) {
      for (let sent = 0; sent < 5; sent++) writer.write(Buffer.alloc(BATCH + 30_000));
      await turn();
    }
    expect(used.size).toBe(6);
  });

  it('holds the sources back above its high-water mark and lets them go on below its low one', async () => {
    const { batches, write } = heldSink();
    const backpressure = new Backpressure();
    const child = source();
    backpressure.join(child);
    const writer = new OutputWriter({ write, backpressure, onClosed: () => undefined });
    for (let sent = 0; sent < 5; sent++) writer.write(Buffer.alloc(BATCH));
    expect(child.calls).toEqual(['pause']);
    await turn();
    for (let taken = 0; taken < 4; taken++) batches[taken]?.done(null);
    expect(child.calls).toEqual(['pause']);
    batches[4]?.done(null);
    expect(child.calls).toEqual(['pause', 'resume']);
  });

  it('tells once that nobody reads any more, lets the sources go and takes no more', async () => {
    const { batches, write } = heldSink();
    const backpressure = new Backpressure();
    let closed = 0;
    const writer = new OutputWriter({ write, backpressure, onClosed: () => (closed += 1) });
    for (let sent = 0; sent < 5; sent++) writer.write(Buffer.alloc(BATCH));
    await turn();
    batches[0]?.done(new Error('EPIPE'));
    writer.write('more');
    await turn();
    expect({ closed, batches: batches.length, isHeld: backpressure.isPaused }).toEqual({
      closed: 1,
      batches: 1,
      isHeld: false,
    });
    expect(await writer.drain(1)).toBe(true);
  });

  it('gives up draining when nothing is taken for as long as its patience, and not before', async () => {
    const { batches, write } = heldSink();
    const writer = new OutputWriter({ write, backpressure: new Backpressure(), onClosed: () => undefined });
    writer.write(Buffer.alloc(BATCH));
    writer.write('the rest');
    await turn();
    expect(await writer.drain(20)).toBe(false);
    const drained = writer.drain(10_000);
    batches[0]?.done(null);
    batches[1]?.done(null);
    expect(await drained).toBe(true);
  });
});

describe('Backpressure', () => {
  it('is held until the last that holds it has let go', () => {
    const backpressure = new Backpressure();
    const child = source();
    backpressure.join(child);
    const [one, other] = [{}, {}];
    backpressure.pause(one);
    backpressure.pause(other);
    backpressure.pause(one);
    backpressure.resume(one);
    expect(child.calls).toEqual(['pause']);
    backpressure.resume(other);
    expect(child.calls).toEqual(['pause', 'resume']);
  });

  it('pauses who joins while it is held, and reads the rest of who leaves', () => {
    const backpressure = new Backpressure();
    const child = source();
    backpressure.pause(backpressure);
    backpressure.join(child);
    backpressure.leave(child);
    backpressure.resume(backpressure);
    expect(child.calls).toEqual(['pause', 'resume']);
  });
});
