/** An address in one canonical spelling: IPv4 as four decimal numbers, IPv6 as eight hexadecimal groups. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly text: string;
}

const ANY_V6 = '0:0:0:0:0:0:0:0';
const ANY_V4 = '0.0.0.0';

/**
 * Reads every spelling that the C library's resolver takes: `127.1`, `0x7f000001`, `::ffff:127.0.0.1`, `[::1]`. An IPv4
 * address written as IPv6 is the IPv4 one. Null: a name.
 *
 * @example readAddress('127.1') // { family: 4, text: '127.0.0.1' }
 */
export const readAddress = (host: string): IpAddress | null => {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  return bare.includes(':') ? readV6(bare) : readV4(bare);
};

/** The address as people write it, with the longest run of zeros left out: `::1`. */
export const shortAddress = ({ family, text }: IpAddress): string => {
  if (family === 4) return text;
  for (let length = 8; length > 1; length--) {
    const zeros = Array(length).fill('0').join(':');
    const found = new RegExp(`(?:^|:)${zeros}(?:$|:)`).exec(text);
    if (found === null) continue;
    return `${text.slice(0, found.index)}::${text.slice(found.index + found[0].length)}`;
  }
  return text;
};

export const isAnyAddress = ({ text }: IpAddress): boolean => text === ANY_V4 || text === ANY_V6;

/** Reads one to four numbers; the last one fills all remaining bytes. */
const readV4 = (text: string): IpAddress | null => {
  const parts = text.split('.');
  const numbers = parts.map(readNumber);
  const last = numbers.pop() ?? Number.NaN;
  const rest = 4 - numbers.length;
  if (parts.length > 4 || numbers.some((each) => !(each < 256)) || !(last < 256 ** rest)) return null;
  const tail = Array.from({ length: rest }, (_, index) => Math.floor(last / 256 ** (rest - 1 - index)) % 256);
  return { family: 4, text: [...numbers, ...tail].join('.') };
};

/** Reads a number as C does: `0x7f`, `0177`, `127`. */
const readNumber = (text: string): number => {
  if (/^0x[\da-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
};

const readV6 = (text: string): IpAddress | null => {
  const groups = groupsOf(text);
  if (groups === null) return null;
  const [a = 0, b = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return { family: 4, text: [a >> 8, a & 255, b >> 8, b & 255].join('.') };
  return { family: 6, text: groups.map((group) => group.toString(16)).join(':') };
};

const groupsOf = (text: string): number[] | null => {
  const [before = '', after, ...more] = text.split('::');
  const [head, tail] = [readGroups(before), readGroups(after ?? '')];
  if (head === null || tail === null || more.length > 0) return null;
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
};

/** Reads the groups of an IPv6 address. The last may be an IPv4 address, which is two groups. */
const readGroups = (text: string): number[] | null => {
  if (text === '') return [];
  const groups = text.split(':').flatMap((part) => {
    if (!part.includes('.')) return /^[\da-f]{1,4}$/i.test(part) ? [Number.parseInt(part, 16)] : [Number.NaN];
    const [a = 0, b = 0, c = 0, d = 0] = (readV4(part)?.text ?? 'x').split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
  return groups.some(Number.isNaN) ? null : groups;
};

/** The addresses that a socket bound to a host occupies on its port. */
type Taken = { readonly family: 4 | 6 | null; readonly text: string; readonly any: boolean };

/**
 * Returns true if two sockets on one port would conflict. The unspecified IPv6 address takes IPv4 as well, as it does
 * by default on every system; `localhost` is either loopback address.
 *
 * @example
 * hostsOverlap('0.0.0.0', '127.0.0.1') // true
 */
export const hostsOverlap = (one: string, other: string): boolean =>
  takenBy(one).some((mine) => takenBy(other).some((theirs) => meet(mine, theirs)));

const meet = (one: Taken, other: Taken): boolean => {
  const sameFamily = one.family === other.family || one.family === null || other.family === null;
  return sameFamily && (one.any || other.any || (one.family === other.family && one.text === other.text));
};

const takenBy = (host: string): readonly Taken[] => {
  const address = readAddress(host);
  if (address === null) return takenByName(host.toLowerCase().replace(/\.$/, ''));
  const taken: Taken = { ...address, any: isAnyAddress(address) };
  return taken.text === ANY_V6 ? [taken, { family: 4, text: ANY_V4, any: true }] : [taken];
};

/** Every name that ends in `localhost` is this machine (RFC 6761). */
const takenByName = (name: string): readonly Taken[] =>
  /(^|\.)localhost$/.test(name)
    ? [
        { family: 4, text: '127.0.0.1', any: false },
        { family: 6, text: '0:0:0:0:0:0:0:1', any: false },
      ]
    : [{ family: null, text: name, any: false }];
