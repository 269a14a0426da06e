import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import type { ServiceAddress } from '../../form/hosts.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { replacing, withPaths, withServices } from '../../form/replace-in-text.ts';
import type { FilePart, Part, PortPart, VolumePart } from '../../form/template.ts';
import type { Source } from '../../format.ts';
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
    return this.#read(parts, (port) => this.#reportUnknown(port));
  }

  /**
   * Reads what is run in the container beside its command: a port that nobody has is its own. Nobody rewrites addresses
   * there, so those of other containers are written as they are reached from within.
   */
  readOwn(parts: readonly Part[], purpose: Source['purpose']): readonly Part[] {
    const read = this.#read(parts, () => undefined);
    if (purpose === 'write') return read;
    const { label } = this.#context.member;
    return read.map((part, at) => (isPortOfOther(read[at + 1], label) ? fromWithin(part) : part));
  }

  /** Reads the words of a command, where a host and its port may be two. */
  readWords(words: ReadonlyArray<readonly Part[]>): ReadonlyArray<readonly Part[]> {
    const read = words.map((word) => this.read(word));
    return read.map((word, index) => {
      const [before, after] = [read[index - 1], read[index + 1]];
      const own = this.#apart(word, after, word);
      return own === word && before !== undefined ? this.#apart(before, word, word) : own;
    });
  }

  /** The host, or the port, of two words; `word` where they are none. */
  #apart(host: readonly Part[], port: readonly Part[] | undefined, word: readonly Part[]): readonly Part[] {
    const number = port?.length === 1 ? Number(port[0]) : Number.NaN;
    const part = Number.isInteger(number) && number > 0 ? this.#portAt(host.join(''), number) : undefined;
    if (part === undefined) return word;
    return word === host ? [HOST_OF_CONTAINERS] : [part];
  }

  /** What stands for a port of a host that is another container's. */
  #portAt(host: string, port: number): Part | undefined {
    const { member, members, services } = this.#context;
    if (/^(localhost|127\.0\.0\.1)$/.test(host)) return portBeside(member, members, port).part ?? undefined;
    const found = services.find(({ service }) => service === host)?.portOf(port);
    return typeof found === 'number' ? String(found) : found;
  }

  #read(parts: readonly Part[], onUnknown: (port: number) => void): readonly Part[] {
    const local = replacing(parts, LOCAL, ([all, , host = '', port]) => {
      const { part, isOwn } = portBeside(this.#context.member, this.#context.members, Number(port));
      if (part === null && !isOwn) onUnknown(Number(port));
      return part === null ? [all] : [`${host === '[::1]' ? '127.0.0.1' : host}:`, part];
    });
    const served = withServices(local, this.#context.services);
    const apart = [BESIDE, FLAGS].reduce(
      (all, pattern) =>
        replacing(all, pattern, ([found, before = '', host = '', between = '', port]) => {
          const part = this.#portAt(host, Number(port));
          return part === undefined ? [found] : [`${before}${HOST_OF_CONTAINERS}${between}`, part];
        }),
      served,
    );
    return withPaths(apart, this.#context.paths);
  }

  #reportUnknown(port: number): void {
    const { member, members, lost } = this.#context;
    const isAlone = members.filter(({ workload }) => workload === member.workload).length === 1;
    if (isAlone || this.#unknown.has(port)) return;
    this.#unknown.add(port);
    lost(`no container of its pod says that it listens on ${port}`, `localhost:${port}`);
  }
}

const isPortOfOther = (part: Part | undefined, own: string): boolean =>
  typeof part === 'object' && part.kind === 'port' && part.process !== own;

const fromWithin = (part: Part): Part =>
  typeof part === 'string'
    ? part.replace(/(?<![\w.-])(localhost|127\.0\.0\.1):$/, `${HOST_OF_CONTAINERS}:`)
    : part;

/** The address that all containers of a pod have in common. */
const LOCAL = /((?<![\w.-])(localhost|127\.0\.0\.1|\[::1\]):)(\d+)(?!\d)/g;

/** `nc -z localhost 5432`. */
const BESIDE = /(^|\s)([a-z0-9][\w.-]*)(\s+)(\d{2,5})(?=\s|[;&|)]|$)/g;

/** `-h localhost -p 5432`, `--host=db --port=5432`. */
const FLAGS = /(\s(?:-h|--host)[ =])([a-z0-9][\w.-]*)(\s+(?:-p|--port)[ =])(\d{2,5})(?=\s|[;&|)]|$)/g;
