import type { ServiceAddress } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { replacing, withPaths, withServices } from '../../form/replace-in-text.ts';
import type { FilePart, Part, PortPart, VolumePart } from '../../form/template.ts';
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
    return withPaths(withServices(local, this.#context.services), this.#context.paths);
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
