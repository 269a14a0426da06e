import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Chain } from '../../../src/programs/faults/toxics/chain.ts';
import type { Flow } from '../../../src/programs/faults/toxics/stage.ts';
import { ATTRIBUTES, type Toxic, type ToxicType } from '../../../src/programs/faults/toxics/toxic.ts';

const toxic = (
  type: ToxicType,
  attributes: Record<string, number> = {},
  more: Partial<Toxic> = {},
): Toxic => ({
  ...{ name: type, type, stream: 'downstream', toxicity: 1, attributes },
  ...more,
});

/** What leaves a chain, and when, on a virtual clock. */
class Line {
  readonly chain: Chain;
  readonly left: { readonly at: number; readonly flow: Flow }[] = [];
  now = 0;

  constructor(toxics: readonly Toxic[], random: () => number = () => 0.5) {
    this.chain = new Chain(toxics, random, 0);
  }

  send(text: string): void {
    this.#take(this.chain.arrive({ is: 'chunk', data: Buffer.from(text), at: this.now }, this.now));
  }

  end(): void {
    this.#take(this.chain.arrive({ is: 'end', how: 'end' }, this.now));
  }

  wait(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (let at = this.chain.dueAt; at !== null && at <= until; at = this.chain.dueAt) {
      this.now = Math.max(this.now, at);
      this.#take(this.chain.due(this.now));
    }
    this.now = until;
  }

  change(how: (chain: Chain, now: number) => readonly Flow[] | undefined): void {
    this.#take(how(this.chain, this.now) ?? []);
  }

  get said(): readonly string[] {
    return this.left.map(({ at, flow }) => `${at} ${flow.is === 'chunk' ? flow.data : flow.how}`);
  }

  #take(flows: readonly Flow[]): void {
    this.left.push(...flows.map((flow) => ({ at: this.now, flow })));
  }
}

describe('data on a line', () => {
  it('without toxics passes at once', () => {
    const line = new Line([]);
    line.send('a');
    line.end();
    expect(line.said).toEqual(['0 a', '0 end']);
  });

  it('is delayed from when it came, whatever is before it, and its end after it', () => {
    const line = new Line([toxic('latency', { latency: 100 })]);
    line.send('a');
    line.wait(10);
    line.send('b');
    line.end();
    line.wait(1000);
    expect(line.said).toEqual(['100 a', '110 b', '110 end']);
  });

  it('keeps its order with jitter', () => {
    const numbers = [0.9, 0.99, 0, 0.5];
    const line = new Line([toxic('latency', { latency: 100, jitter: 50 })], () => numbers.shift() ?? 0);
    line.send('a');
    line.send('b');
    line.wait(1000);
    expect(line.said).toEqual(['149 a', '149 b']);
  });

  it('takes its time with a small bandwidth, in pieces of a tenth of a second', () => {
    const line = new Line([toxic('bandwidth', { rate: 1 })]);
    line.send('x'.repeat(250));
    line.send('y');
    line.wait(1000);
    expect(line.left.map(({ at, flow }) => [at, flow.is === 'chunk' ? flow.data.length : 0])).toEqual([
      [100, 100],
      [200, 100],
      [250, 50],
      [251, 1],
    ]);
  });

  it('does not pass with no bandwidth, until the toxic goes', () => {
    const line = new Line([toxic('bandwidth', { rate: 0 })]);
    line.send('a');
    line.wait(10_000);
    expect(line.said).toEqual([]);
    line.change((chain, now) => chain.remove('bandwidth', now));
    expect(line.said).toEqual(['10000 a']);
  });

  it('has to wait before a small bandwidth, and much less before a delay', () => {
    const isFullAfter = (type: ToxicType, kilobytes: number): boolean => {
      const line = new Line([toxic(type, { rate: 1, latency: 1000 })]);
      line.send('x'.repeat(kilobytes * 1024));
      return line.chain.isFull;
    };
    expect([isFullAfter('bandwidth', 50), isFullAfter('bandwidth', 70)]).toEqual([false, true]);
    expect([isFullAfter('latency', 70), isFullAfter('latency', 33 * 1024)]).toEqual([false, true]);
  });

  it('is cut into pieces', () => {
    const line = new Line([toxic('slicer', { average_size: 2, size_variation: 0, delay: 10_000 })]);
    line.send('abcdefgh');
    line.end();
    line.wait(1000);
    expect(line.said).toEqual(['0 ab', '10 cd', '20 ef', '30 gh', '30 end']);
  });

  it('ends after a number of bytes, which a change of the toxic does not forget', () => {
    const line = new Line([toxic('limit_data', { bytes: 5 })]);
    line.send('abc');
    line.change((chain, now) => chain.update(toxic('limit_data', { bytes: 6 }), now));
    line.send('defg');
    expect(line.said).toEqual(['0 abc', '0 def', '0 close']);
  });

  it('is dropped by a timeout, which closes the connection', () => {
    const line = new Line([toxic('timeout', { timeout: 100 })]);
    line.send('a');
    line.wait(50);
    line.send('b');
    line.wait(1000);
    expect(line.said).toEqual(['100 close']);
  });

  it('is dropped by a timeout of 0 until the toxic goes, which closes the connection', () => {
    const line = new Line([toxic('timeout')]);
    line.send('a');
    line.wait(100_000);
    line.change((chain, now) => chain.update(toxic('timeout', { timeout: 0 }), now));
    expect(line.said).toEqual([]);
    line.change((chain, now) => chain.remove('timeout', now));
    expect(line.said).toEqual(['100000 close']);
  });

  it('ends late with slow_close', () => {
    const line = new Line([toxic('slow_close', { delay: 100 })]);
    line.send('a');
    line.end();
    line.wait(1000);
    expect(line.said).toEqual(['0 a', '100 end']);
  });

  it('is reset a time after its first', () => {
    const line = new Line([toxic('reset_peer', { timeout: 100 })]);
    line.wait(500);
    line.send('a');
    line.wait(50);
    line.send('b');
    line.wait(1000);
    expect(line.said).toEqual(['600 reset']);
  });

  it('goes through all toxics in order, and arrives before the end that one of them makes', () => {
    const line = new Line([toxic('limit_data', { bytes: 2 }), toxic('latency', { latency: 100 })]);
    line.send('abc');
    line.wait(1000);
    expect(line.said).toEqual(['100 ab', '100 close']);
  });
});

describe('a toxic', () => {
  it('applies to a share of the connections', () => {
    const applies = (number: number): boolean => {
      const line = new Line([toxic('timeout', {}, { toxicity: 0.3 })], () => number);
      line.send('a');
      return line.said.length === 0;
    };
    expect([0.29, 0.3, 0.9].map(applies)).toEqual([true, false, false]);
  });

  it('that comes later applies to what comes then', () => {
    const line = new Line([]);
    line.send('a');
    line.change((chain, now) => void chain.add(toxic('latency', { latency: 10 }), now) as undefined);
    line.send('b');
    line.wait(100);
    expect(line.said).toEqual(['0 a', '10 b']);
  });

  it('that changes lets go of what it held, and delays the end anew', () => {
    const line = new Line([toxic('latency', { latency: 1000 }), toxic('slow_close', { delay: 1000 })]);
    line.send('a');
    line.wait(10);
    line.change((chain, now) => chain.update(toxic('latency', { latency: 5 }), now));
    line.end();
    line.wait(100);
    line.change((chain, now) => chain.update(toxic('slow_close', { delay: 20 }), now));
    line.wait(1000);
    expect(line.said).toEqual(['10 a', '130 end']);
  });
});

const anyToxic = fc.constantFrom(...(Object.keys(ATTRIBUTES) as ToxicType[])).chain((type) =>
  fc.record({
    type: fc.constant(type),
    attributes: fc.record(Object.fromEntries(ATTRIBUTES[type].map((name) => [name, fc.nat(300)]))),
    toxicity: fc.constantFrom(0, 0.5, 1),
  }),
);

const anyAct = fc.oneof(
  fc.record({ act: fc.constant('send' as const), text: fc.string({ minLength: 1, maxLength: 50 }) }),
  fc.record({ act: fc.constant('wait' as const), time: fc.nat(500) }),
  fc.record({ act: fc.constant('add' as const), toxic: anyToxic }),
  fc.record({ act: fc.constant('update' as const), index: fc.nat(3), amount: fc.nat(300) }),
  fc.record({ act: fc.constant('remove' as const), index: fc.nat(3) }),
);

test('whatever toxics come, change and go, data stays in order, none is made up, and nothing follows the end', () => {
  fc.assert(
    fc.property(
      fc.array(anyToxic, { maxLength: 3 }),
      fc.array(anyAct, { maxLength: 30 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (first, acts, numbers) => {
        const on: Toxic[] = first.map((each, index) =>
          toxic(each.type, each.attributes, { ...each, name: `t${index}` }),
        );
        const line = new Line(on, () => numbers.next().value ?? 0);
        let sent = '';
        let made = on.length;
        for (const act of acts) {
          if (act.act === 'send') {
            sent += act.text;
            line.send(act.text);
          } else if (act.act === 'wait') line.wait(act.time);
          else if (act.act === 'add') {
            const added = toxic(act.toxic.type, act.toxic.attributes, { ...act.toxic, name: `t${made++}` });
            on.push(added);
            line.chain.add(added, line.now);
          } else {
            const old = on[act.index];
            if (old === undefined) continue;
            if (act.act === 'remove') {
              on.splice(act.index, 1);
              line.change((chain, now) => chain.remove(old.name, now));
            } else {
              const attributes = Object.fromEntries(
                Object.keys(old.attributes).map((name) => [name, act.amount]),
              );
              line.change((chain, now) => chain.update({ ...old, attributes }, now));
            }
          }
        }
        line.end();
        line.wait(10_000_000);
        const flows = line.left.map(({ flow }) => flow);
        const data = flows.flatMap((flow) => (flow.is === 'chunk' ? [flow.data.toString()] : []));
        const end = flows.findIndex(({ is }) => is === 'end');
        const upToEnd = flows
          .slice(0, end === -1 ? flows.length : end)
          .flatMap((flow) => (flow.is === 'chunk' ? [flow.data.toString()] : []))
          .join('');
        // What a timeout or a reset drops is missing; the rest is a part of what was sent, in its order.
        expect(isWithin(upToEnd, sent)).toBe(true);
        if (
          !on.some(({ type }) => DROPS.includes(type)) &&
          acts.every((act) => act.act !== 'add' || !DROPS.includes(act.toxic.type)) &&
          !first.some(({ type }) => DROPS.includes(type)) &&
          !stalls(on)
        )
          expect(data.join('')).toBe(sent);
      },
    ),
    { numRuns: 500 },
  );
});

const DROPS: readonly ToxicType[] = ['timeout', 'reset_peer', 'limit_data'];

/** A bandwidth of 0 holds everything for ever. */
const stalls = (toxics: readonly Toxic[]): boolean => toxics.some(({ type }) => type === 'bandwidth');

const isWithin = (part: string, whole: string): boolean => {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
};
