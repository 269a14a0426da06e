/** Where lines come from. */
export interface Lines {
  start(): void;
  stop(): void;
  /** Lines that were gone before they could be read. */
  readonly missed: number;
  /** Why there are none now; null: there are, as they come. */
  readonly error: string | null;
}

export interface LinesContext {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
  /** Gets each line, with the labels that say where it is from. */
  readonly onLine: (line: string, labels: Readonly<Record<string, string>>) => void;
}
