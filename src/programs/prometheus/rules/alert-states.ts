import type { Labels } from '../../exposition/sample.ts';
import { keyOf } from '../store/labels.ts';

/** A series in the answer to the query of an alert. Times are milliseconds since 1970. */
export interface Alert {
  /** With `alertname`. */
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number;
  readonly activeAt: number;
  readonly state: 'pending' | 'firing';
}

export interface AlertChange {
  readonly alert: Alert;
  readonly is: 'firing' | 'over';
}

/** Which alerts of a rule are pending, and which fire. Pure: the time comes in with each answer. */
export class AlertStates {
  readonly #for: number;
  #active: ReadonlyMap<string, Alert> = new Map();

  constructor(lasting: number) {
    this.#for = lasting;
  }

  get active(): readonly Alert[] {
    return [...this.#active.values()];
  }

  /** Takes an answer; returns what has begun to fire, and what does so no more. */
  take(
    found: readonly Pick<Alert, 'labels' | 'annotations' | 'value'>[],
    now: number,
  ): readonly AlertChange[] {
    const before = this.#active;
    this.#active = new Map(
      found.map((each) => {
        const key = keyOf(each.labels);
        return [key, this.#next(each, before.get(key), now)];
      }),
    );
    return [
      ...[...this.#active].flatMap(([key, alert]) =>
        alert.state === 'firing' && before.get(key)?.state !== 'firing'
          ? [{ alert, is: 'firing' } as const]
          : [],
      ),
      ...[...before].flatMap(([key, alert]) =>
        alert.state === 'firing' && !this.#active.has(key) ? [{ alert, is: 'over' } as const] : [],
      ),
    ];
  }

  #next(
    found: Pick<Alert, 'labels' | 'annotations' | 'value'>,
    before: Alert | undefined,
    now: number,
  ): Alert {
    const activeAt = before?.activeAt ?? now;
    const isFiring = before?.state === 'firing' || now - activeAt >= this.#for;
    return { ...found, activeAt, state: isFiring ? 'firing' : 'pending' };
  }
}
