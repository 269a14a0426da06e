import { record, text } from '../reading/read-yaml.ts';

export interface Mount {
  /** Folder or file of this machine, or the name of a volume; empty for an anonymous volume. */
  readonly source: string;
  readonly target: string;
}

/** Reads a mount: `data:/var/lib`, `/cache`, or the long form. */
export const splitShort = (entry: unknown): Mount => {
  if (typeof entry !== 'string') {
    const { source, target } = record(entry);
    return { source: text(source) ?? '', target: text(target) ?? '' };
  }
  const written = entry.replace(/^\$\{?PWD\}?/, '.');
  const [first = '', second] = written.split(':');
  return second === undefined ? { source: '', target: first } : { source: first, target: second };
};

/** Named volumes, without those that hold what a program can make again. */
export const namedVolumes = (volumes: readonly unknown[]): readonly Mount[] =>
  volumes
    .map((entry) => splitShort(entry))
    .filter(({ source, target }) => /^[a-zA-Z0-9]/.test(source) && !isCache(source) && !isCache(target));

const isCache = (text: string): boolean => CACHE.test(text);

const CACHE =
  /node[-_]?modules|cache|bundle|gems?\b|\.?venv|site-packages|vendor|\.next|\.nuxt|pnpm-store|\.pnpm|cargo|\.m2|\.gradle|\bgo\/pkg|go[-_]mod|_build\b|\bdeps\b|\.history|tmp/i;
