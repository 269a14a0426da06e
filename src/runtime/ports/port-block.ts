import { readFileSync } from 'node:fs';

/** A range of port numbers; both ends are included. */
export interface PortBlock {
  readonly first: number;
  readonly last: number;
}

const preferred: PortBlock = { first: 20_000, last: 29_999 };

const smallestUseful = 1024;

/**
 * Block for `auto` ports. It lies outside the range the kernel uses for `bind(0)` and for outgoing connections, so that
 * the kernel never gives one of them away, even while nobody listens on it.
 */
export const choosePortBlock = (ephemeral: PortBlock | null): PortBlock => {
  if (ephemeral === null) return preferred;
  const { first, last } = ephemeral;
  const outside: readonly PortBlock[] = [
    { first: preferred.first, last: Math.min(preferred.last, first - 1) },
    { first: Math.max(preferred.first, last + 1), last: preferred.last },
    { first: Math.max(1024, first - 10_000), last: first - 1 },
    { first: last + 1, last: Math.min(65_535, last + 10_000) },
  ];
  const untouched = last < preferred.first || first > preferred.last;
  return untouched ? preferred : (outside.find((block) => sizeOf(block) >= smallestUseful) ?? preferred);
};

/** The kernel's range, or `null` outside Linux, where the usual 49152–65535 does not touch the preferred block. */
export const readEphemeralRange = (): PortBlock | null => {
  if (process.platform !== 'linux') return null;
  try {
    // The name says ipv4, but the range applies to IPv6 as well.
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1');
    const [first, last] = text.trim().split(/\s+/).map(Number);
    return first === undefined || last === undefined ? null : { first, last };
  } catch {
    return null;
  }
};

export const isInBlock = (block: PortBlock, port: number): boolean =>
  Number.isInteger(port) && port >= block.first && port <= block.last;

/** A prime above the size of any block: steps of it reach every port of the block once. */
const stride = 65_537;

/** Yields every port of the block once, in an order that depends only on `identity`. */
export function* candidatesIn(block: PortBlock, identity: string): Generator<number> {
  const size = sizeOf(block);
  const start = hash(identity);
  for (let step = 0; step < size; step += 1) yield block.first + ((start + step * stride) % size);
}

const sizeOf = (block: PortBlock): number => block.last - block.first + 1;

/** FNV-1a, 32 bits: loading node:crypto would cost more than everything else that is done for a port. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
};
