import { QueryError } from './query-error.ts';

/** Samples that a query may look at, each as often as it does: about a second. Nothing is scraped meanwhile. */
const MOST_SAMPLES = 300_000_000;

/** What a query may still do. */
export class Budget {
  #left: number;

  constructor(samples = MOST_SAMPLES) {
    this.#left = samples;
  }

  spend(samples: number): void {
    this.#left -= samples;
    if (this.#left < 0)
      throw new QueryError(
        'execution',
        'the query looks at too many samples: select fewer series, or ask for a shorter range or a longer step',
      );
  }
}
