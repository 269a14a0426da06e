import { FILES } from '../../export/inside.ts';
import type { Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { type Part, Template } from '../../form/template.ts';
import type { Member } from './members.ts';
import type { Mounts } from './mounts.ts';

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
): { readonly part: Part | null; readonly isOwn: boolean } => {
  const isOwn = member.ports.some((own) => own.number === port);
  const other = members.find(
    (each) => each.workload === member.workload && each.ports.some((own) => own.number === port),
  );
  const name = other?.ports.find((own) => own.number === port)?.name;
  if (isOwn || other === undefined || name === undefined) return { part: null, isOwn };
  return { part: { kind: 'port', process: other.label, port: name }, isOwn };
};

/** What stands in the texts of a container for ports of others, for files and for volumes. */
export class References {
  readonly #member: Member;
  readonly #members: readonly Member[];
  readonly #mounts: Mounts;
  readonly #lost: ReportLoss;
  readonly #named = new Set<string>();

  constructor(member: Member, members: readonly Member[], mounts: Mounts, lost: ReportLoss) {
    this.#member = member;
    this.#members = members;
    this.#mounts = mounts;
    this.#lost = lost;
  }

  read(parts: readonly Part[]): readonly Part[] {
    const local = replacing(parts, LOCAL, ([all, , host = '', port]) => {
      const { part, isOwn } = portBeside(this.#member, this.#members, Number(port));
      if (part === null && !isOwn) this.#reportUnknown(Number(port));
      return part === null ? [all] : [`${host === '[::1]' ? '127.0.0.1' : host}:`, part];
    });
    const withFiles = this.#mounts.files.reduce((all, file) => this.#withFile(all, file), local);
    return [...this.#mounts.places].reduce(
      (all, [at, name]) =>
        replacing(all, new RegExp(`${path(at)}(?=/|$)`, 'g'), () => [{ kind: 'volume', name }]),
      withFiles,
    );
  }

  #withFile(parts: readonly Part[], { at, name }: Mounts['files'][number]): readonly Part[] {
    return replacing(parts, new RegExp(`${path(at)}(?![\\w./-])`, 'g'), () => {
      this.#named.add(name);
      return [{ kind: 'file', name }];
    });
  }

  /** Call it when everything of the container has been read. */
  reportFiles(): void {
    for (const { at, name } of this.#mounts.files)
      if (!this.#named.has(name) && !at.startsWith(`${FILES}/`))
        this.#lost(`its file is at \${files.${name}}, and not at ${at}`, `files.${name}`);
  }

  #reportUnknown(port: number): void {
    const isAlone = this.#members.filter(({ workload }) => workload === this.#member.workload).length === 1;
    if (!isAlone) this.#lost(`no container of its pod says that it listens on ${port}`, `localhost:${port}`);
  }
}

/** The address that all containers of a pod have in common. */
const LOCAL = /((?<![\w.-])(localhost|127\.0\.0\.1|\[::1\]):)(\d+)(?!\d)/g;

/** A path as a whole, and not the end of another one. */
const path = (text: string): string => `(?<![\\w.-])${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
