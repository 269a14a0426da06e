/** A number with its unit. */
export const sizePattern = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/;

const bytesPer: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/**
 * Bytes of a size of the right shape.
 *
 * @example
 * parseSize('64KiB') // 65536
 */
export const parseSize = (size: number | string): number => {
  if (typeof size === 'number') return size;
  const [, amount, unit = ''] = sizePattern.exec(size) ?? [];
  return Math.round(Number(amount) * (bytesPer[unit] ?? Number.NaN));
};
