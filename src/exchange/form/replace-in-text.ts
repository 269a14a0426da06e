import type { Value } from './found-pod.ts';
import type { ServiceAddress } from './hosts.ts';
import { type FilePart, type Part, Template, type VolumePart } from './template.ts';

export const asValue = (parts: readonly Part[]): Value =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : new Template(joined(parts));

const joined = (parts: readonly Part[]): readonly Part[] => {
  const all: Part[] = [];
  for (const part of parts.filter((each) => each !== '')) {
    const last = all.at(-1);
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else all.push(part);
  }
  return all;
};

/** Replaces matches in the texts of parts. */
export const replacing = (
  parts: readonly Part[],
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => readonly Part[],
): readonly Part[] =>
  joined(
    parts.flatMap((part): readonly Part[] => {
      if (typeof part !== 'string') return [part];
      const found: Part[] = [];
      let from = 0;
      for (const match of part.matchAll(pattern)) {
        found.push(part.slice(from, match.index), ...replacement(match));
        from = match.index + match[0].length;
      }
      return [...found, part.slice(from)];
    }),
  );

/** Puts volumes and files in the place of their paths. */
export const withPaths = (
  parts: readonly Part[],
  paths: ReadonlyMap<string, VolumePart | FilePart>,
): readonly Part[] =>
  [...paths].reduce(
    (all, [at, part]) =>
      replacing(all, new RegExp(`${path(at)}(?=${part.kind === 'file' ? NO_NAME : '/|$'})`, 'g'), () => [
        part,
      ]),
    parts,
  );

/** A path as a whole, and not the end of another one. */
const path = (text: string): string => `(?<![\\w.-])${escaped(text)}`;

const NO_NAME = '[^\\w./-]|$';

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Puts the ports of services here in the place of their addresses. */
export const withServices = (parts: readonly Part[], services: readonly ServiceAddress[]): readonly Part[] =>
  services.reduce((all, service) => withService(all, service), parts);

/** `db:5432` and `http://web/`, with the port here. A user before an `@` is none. */
const withService = (parts: readonly Part[], { service, portOf }: ServiceAddress): readonly Part[] => {
  const address = new RegExp(
    `(https?://)?(?<![\\w.-])${escaped(service)}(?::(\\d+)(?!\\d)|(?![\\w.:-]))(?![^/\\s]*@)`,
    'g',
  );
  return replacing(parts, address, ([all, scheme, written]) => {
    if (scheme === undefined && written === undefined) return [all];
    const port = portOf(Number(written ?? USUAL[scheme ?? '']));
    return port === undefined
      ? [all]
      : [`${scheme ?? ''}127.0.0.1:`, typeof port === 'number' ? String(port) : port];
  });
};

/** Ports that a URL has without a number. */
const USUAL: Readonly<Record<string, number>> = { 'http://': 80, 'https://': 443 };
