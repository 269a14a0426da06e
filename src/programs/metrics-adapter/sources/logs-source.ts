import type { Family } from '../../exposition/read-families.ts';
import type { LogsSource as LogsOptions } from '../options.ts';
import { familiesOf, type Measured } from '../series/measured.ts';
import { SeriesTable } from '../series/series-table.ts';
import type { Lines, LinesContext } from './lines.ts';
import type { Source, SourceContext, SourceFigures } from './source.ts';
import { takeLine } from './take-line.ts';

/** Metrics of lines: of what processes write, or of files. */
export class LogsSource implements Source {
  readonly name: string;
  readonly #options: LogsOptions;
  readonly #context: SourceContext;
  readonly #table: SeriesTable<Measured>;
  readonly #pattern: RegExp;
  #lines: Lines | null = null;
  #taken = 0;
  #failed = 0;

  constructor(options: LogsOptions, context: SourceContext) {
    this.name = context.name;
    this.#options = options;
    this.#context = context;
    this.#table = new SeriesTable(context.budget, context.relabel);
    // A pattern that remembers where it was would skip every other line.
    this.#pattern = new RegExp(options.match.source, options.match.flags.replace(/[gy]/g, ''));
  }

  get figures(): SourceFigures {
    const { missed = 0, error = null } = this.#lines ?? {};
    return { taken: this.#taken, failed: this.#failed + missed, error };
  }

  async start(): Promise<void> {
    this.#lines = await this.#open();
    this.#lines.start();
  }

  families(): readonly Family[] {
    return familiesOf(this.#table, this.#options.metric.help);
  }

  expire(before: number): void {
    this.#table.expire(before);
  }

  async stop(): Promise<void> {
    this.#lines?.stop();
    this.#table.clear();
  }

  /** What reads files is loaded by those who do. */
  async #open(): Promise<Lines> {
    const { from } = this.#options;
    const { name, say, optionsFile } = this.#context;
    const context: LinesContext = {
      optionsFile,
      say: (line) => say(`${name}: ${line}`),
      onLine: (line, labels) => this.#take(line, labels),
    };
    if (from.kind === 'files') return new (await import('./file-lines.ts')).FileLines(from, context);
    return new (await import('./process-lines.ts')).ProcessLines(from, context);
  }

  #take(line: string, labels: Readonly<Record<string, string>>): void {
    this.#taken += 1;
    if (!takeLine(line, labels, this.#pattern, this.#options.metric, this.#table, Date.now()))
      this.#failed += 1;
  }
}
