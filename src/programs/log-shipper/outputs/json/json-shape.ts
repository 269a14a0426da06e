import type { LogSource } from '../output.ts';

/** How a destination calls what every line has, as JSON. */
export interface JsonShape {
  /** Stands before each object. */
  readonly before: string;
  readonly time: string;
  readonly message: string;
  readonly level: string;
  readonly offset: string;
  /** Value of a severity that is known, as JSON. */
  readonly levelValue: (severity: number) => string;
  /** What it calls a field of a source. */
  readonly sourceName: (name: string) => string;
}

/** What lines of a source have in common. */
export interface SourceParts {
  /** Names that what was parsed cannot have: there it is `parsed.NAME`. */
  readonly taken: ReadonlySet<string>;
  /** Its fields, with a comma before each. */
  readonly fields: string;
}

export const sourceParts = ({ fields }: LogSource, shape: JsonShape): SourceParts => ({
  taken: new Set([shape.time, shape.message, shape.level, shape.offset, ...Object.keys(fields)]),
  fields: Object.entries(fields)
    .map(([name, value]) => `,${JSON.stringify(shape.sourceName(name))}:${JSON.stringify(value)}`)
    .join(''),
});
