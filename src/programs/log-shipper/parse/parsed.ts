/** What a line says. What it does not say is `null`, and 0 for a severity. */
export interface Parsed {
  /** Message, if it has one beside other fields. */
  readonly body: string | null;
  /** Milliseconds since 1970. */
  readonly time: number | null;
  readonly severity: number;
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** Reads a line; `null`: it is none of this format, and stays as it is. */
export type Parser = (line: string) => Parsed | null;
