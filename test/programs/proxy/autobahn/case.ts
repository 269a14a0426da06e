export interface Case {
  /** As in Autobahn: `5.15`. */
  readonly id: string;
  readonly does: string;
  /** What is written, one write after the other. */
  readonly writes: readonly Buffer[];
  /** Code of the close frame that the server answers with; `null`: it has none. */
  readonly ends: number | null;
}

/** Numbers cases from 1 on: `1.1` gives `1.1.1`, `1.1.2`. */
export const numbered = (
  section: string,
  cases: readonly (readonly [does: string, writes: readonly Buffer[], ends?: number | null])[],
): readonly Case[] =>
  cases.map(([does, writes, ends = 1_000], index) => ({
    id: `${section}.${index + 1}`,
    does,
    writes,
    ends,
  }));
