/** What can fail. */
export type Stage = 'source' | 'render' | 'check' | 'write' | 'action';

interface SourceFigures {
  failures: number;
  /** Milliseconds since 1970; `null`: it has never worked. */
  lastSuccess: number | null;
  works: boolean;
}

/** What the program counts, over all reloads. */
export class Figures {
  readonly sources = new Map<string, SourceFigures>();
  readonly failures = new Map<Stage, number>();
  /** By path: milliseconds since 1970. */
  readonly swappedAt = new Map<string, number>();
  renders = 0;
  actions = 0;
  isReady = false;
  /** Milliseconds since 1970 of the last time when everything was as it is to be. */
  lastRender: number | null = null;

  sourceWorks(name: string): void {
    const figures = this.#source(name);
    figures.works = true;
    figures.lastSuccess = Date.now();
  }

  failed(stage: Stage, source: string | null): void {
    this.failures.set(stage, (this.failures.get(stage) ?? 0) + 1);
    if (source === null) return;
    const figures = this.#source(source);
    figures.works = false;
    figures.failures += 1;
  }

  rendered(): void {
    this.lastRender = Date.now();
    this.isReady = true;
  }

  /** Files of an earlier launch. */
  filesAreThere(): void {
    this.isReady = true;
  }

  swapped(paths: readonly string[]): void {
    this.renders += paths.length;
    for (const path of paths) this.swappedAt.set(path, Date.now());
  }

  acted(): void {
    this.actions += 1;
  }

  /** Forgets sources and files that there are no more. */
  keepOnly(sources: readonly string[], files: readonly string[]): void {
    for (const name of this.sources.keys()) if (!sources.includes(name)) this.sources.delete(name);
    for (const path of this.swappedAt.keys()) if (!files.includes(path)) this.swappedAt.delete(path);
  }

  #source(name: string): SourceFigures {
    const known = this.sources.get(name) ?? { failures: 0, lastSuccess: null, works: false };
    this.sources.set(name, known);
    return known;
  }
}
