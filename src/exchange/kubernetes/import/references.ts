import type { Value } from '../../form/found-pod.ts';
import type { ServiceAddress } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { type FilePart, type Part, type PortPart, Template, type VolumePart } from '../../form/template.ts';
import type { Member } from './members.ts';

export type Variables = ReadonlyMap<string, readonly Part[]>;

/**
 * Fills in `$(NAME)`, as a kubelet does: `$$(NAME)` is that text, and what names no variable stays.
 *
 * @example expanded('a $(B)', new Map([['B', ['c']]])) // ['a ', 'c']
 */
export const expanded = (text: string, variables: Variables): readonly Part[] =>
  replacing([text], /\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, ([all, name]) =>
    name === undefined ? ['$'] : (variables.get(name) ?? [all]),
  );

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
const replacing = (
  parts: readonly Part[],
  pattern: RegExp,
  replacement: (match: RegExpMatchArray) => readonly Part[],
): readonly Part[] =>
  parts.flatMap((part): readonly Part[] => {
    if (typeof part !== 'string') return [part];
    const found: Part[] = [];
    let from = 0;
    for (const match of part.matchAll(pattern)) {
      found.push(part.slice(from, match.index), ...replacement(match));
      from = match.index + match[0].length;
    }
    return [...found, part.slice(from)];
  });

/** The port of another container of the same pod. */
export const portBeside = (
  member: Member,
  members: readonly Member[],
  port: number,
): { readonly part: PortPart | null; readonly isOwn: boolean } => {
  const isOwn = member.ports.some((own) => own.number === port);
  const other = members.find(
    (each) => each.workload === member.workload && each.ports.some((own) => own.number === port),
  );
  const name = other?.ports.find((own) => own.number === port)?.name;
  if (isOwn || other === undefined || name === undefined) return { part: null, isOwn };
  return { part: { kind: 'port', process: other.label, port: name }, isOwn };
};

export interface ReferenceContext {
  readonly member: Member;
  readonly members: readonly Member[];
  readonly services: readonly ServiceAddress[];
  /** What paths stand for. */
  readonly paths: ReadonlyMap<string, VolumePart | FilePart>;
  readonly lost: ReportLoss;
}

/** What stands in the texts of a container for ports of others and of services, for files and for volumes. */
export class References {
  readonly #context: ReferenceContext;
  readonly #unknown = new Set<number>();

  constructor(context: ReferenceContext) {
    this.#context = context;
  }

  read(parts: readonly Part[]): readonly Part[] {
    const local = replacing(parts, LOCAL, ([all, , host = '', port]) => {
      const { part, isOwn } = portBeside(this.#context.member, this.#context.members, Number(port));
      if (part === null && !isOwn) this.#reportUnknown(Number(port));
      return part === null ? [all] : [`${host === '[::1]' ? '127.0.0.1' : host}:`, part];
    });
    const served = this.#context.services.reduce((all, service) => withService(all, service), local);
    return [...this.#context.paths].reduce(
      (all, [at, part]) =>
        replacing(all, new RegExp(`${path(at)}(?=${part.kind === 'file' ? NO_NAME : '/|$'})`, 'g'), () => [
          part,
        ]),
      served,
    );
  }

  #reportUnknown(port: number): void {
    const { member, members, lost } = this.#context;
    const isAlone = members.filter(({ workload }) => workload === member.workload).length === 1;
    if (isAlone || this.#unknown.has(port)) return;
    this.#unknown.add(port);
    lost(`no container of its pod says that it listens on ${port}`, `localhost:${port}`);
  }
}

/** The address that all containers of a pod have in common. */
const LOCAL = /((?<![\w.-])(localhost|127\.0\.0\.1|\[::1\]):)(\d+)(?!\d)/g;

/** A path as a whole, and not the end of another one. */
const path = (text: string): string => `(?<![\\w.-])${escaped(text)}`;

const NO_NAME = '[^\\w./-]|$';

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

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
