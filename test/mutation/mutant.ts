/** A room of pure state machines, with its tests by sentences and its simulation. */
export interface Area {
  readonly source: string;
  readonly sentences: string;
  readonly simulation: string;
}

/** One rule, broken on purpose. */
export interface Mutant {
  readonly area: Area;
  readonly rule: string;
  readonly path: string;
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** The file that has this rule as a sentence. */
  readonly test: string;
}

/** Files and tests are named without folder and ending. */
export const mutantsOf =
  (area: Area) =>
  (rule: string, file: string, test: string, ...edits: readonly (readonly [string, string])[]): Mutant => ({
    area,
    rule,
    path: `${area.source}${file}.ts`,
    edits,
    test: `${area.sentences}${test}.test.ts`,
  });
