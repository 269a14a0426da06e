/** Something of a source that is not in the config. */
export interface Loss {
  /** Name of its process in the source, or null for the pod. */
  readonly process: string | null;
  /** The field that is lost, if the reason does not say it. */
  readonly field: string | null;
  readonly why: string;
}

export type ReportLoss = (why: string, field?: string) => void;

/** The one list of what a source loses. */
export class Losses {
  readonly #losses: Loss[] = [];

  get all(): readonly Loss[] {
    return this.#losses;
  }

  add(...losses: readonly Loss[]): void {
    this.#losses.push(...losses);
  }

  /** Returns what reports the losses of a process, or of the pod. */
  of(process: string | null): ReportLoss {
    return (why, field) => this.#losses.push({ process, field: field ?? null, why });
  }
}

/**
 * Words losses, one line each. Processes that lose the same share a line, and so do fields that the same processes lose.
 *
 * @example 'web, db: networks, deploy: no meaning outside a container'
 */
export const wordLosses = (losses: readonly Loss[]): readonly string[] => {
  const byField = grouped(losses, ({ field, why }) => `${field ?? ''}\n${why}`).map((same) => ({
    processes: unique(same.flatMap(({ process }) => process ?? [])),
    field: same[0]?.field ?? null,
    why: same[0]?.why ?? '',
  }));
  const lines = grouped(byField, ({ processes, why, field }) =>
    field === null ? `${why}\n${processes}\n` : `${why}\n${processes}`,
  );
  return lines.map((same) => {
    const [first] = same;
    const fields = same.flatMap(({ field }) => field ?? []);
    return [(first?.processes ?? []).join(', '), fields.join(', '), first?.why ?? '']
      .filter((part) => part !== '')
      .join(': ');
  });
};

/**
 * Words losses in as few lines as there are reasons: a run tells them once, at its start.
 *
 * @example 'no counterpart on one machine: resources (web, db), tolerations'
 */
export const wordBriefly = (losses: readonly Loss[]): readonly string[] =>
  [...Map.groupBy(losses, ({ why }) => why)].map(([why, same]) => {
    const byField = [...Map.groupBy(same, ({ field }) => field ?? '')].map(([field, each]) => {
      const processes = unique(each.flatMap(({ process }) => process ?? [])).join(', ');
      return field === '' || processes === '' ? field || processes : `${field} (${processes})`;
    });
    const [only, ...more] = wordLosses(same);
    return more.length === 0 && only !== undefined ? only : `${why}: ${byField.join(', ')}`;
  });

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyArray<readonly T[]> => [
  ...Map.groupBy(items, keyOf).values(),
];

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
