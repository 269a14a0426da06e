/**
 * A duration: milliseconds as a number, or a number with its unit.
 *
 * @example
 * 250, '250ms', '10s', '1.5m', '1h'
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`;

/**
 * A size: bytes as a number, or a number with its unit.
 *
 * @example
 * 4096, '64KiB', '1.5MiB', '1GiB'
 */
export type Size = number | `${number}${'KiB' | 'MiB' | 'GiB'}`;
