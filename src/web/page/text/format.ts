const two = (number: number): string => String(number).padStart(2, '0');

/** Local time: `14:03:07.123`. */
export const timeOf = (at: Date, withMilliseconds = true): string => {
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return withMilliseconds ? `${time}.${String(at.getMilliseconds()).padStart(3, '0')}` : time;
};

/** A duration of milliseconds in three digits: `950 µs`, `1.23 ms`, `12.3 s`. */
export const durationOf = (milliseconds: number): string => {
  if (milliseconds >= 60_000)
    return `${Math.floor(milliseconds / 60_000)} min ${Math.floor((milliseconds % 60_000) / 1_000)} s`;
  if (milliseconds >= 1_000) return `${digits(milliseconds / 1_000)} s`;
  return milliseconds >= 1 ? `${digits(milliseconds)} ms` : `${Math.round(milliseconds * 1_000)} µs`;
};

const digits = (number: number): string => String(Number(number.toPrecision(3)));

export const ageOf = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
};

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export const bytesOf = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${digits(bytes / 1024 ** power)} ${BYTE_UNITS[power]}`;
};

/** Cores in percent of one: `12 %`. */
export const coresOf = (cores: number): string =>
  `${cores > 0 && cores < 0.1 ? (cores * 100).toFixed(1) : Math.round(cores * 100)} %`;

/** A number of a plot, short: `1.2k`. */
export const numberOf = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e9) return `${digits(value / 1e9)}G`;
  if (size >= 1e6) return `${digits(value / 1e6)}M`;
  return size >= 1e4 ? `${digits(value / 1e3)}k` : digits(value);
};
