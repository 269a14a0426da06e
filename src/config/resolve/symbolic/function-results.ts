import { deepEqual } from '../../../model/deep-equal.ts';
import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { Slot } from '../../schema/parts.ts';
import { findSlotProblems } from '../../schema/schema-problems.ts';
import { standIns } from '../filled-slot.ts';
import type { Scope } from '../scope.ts';
import { callWithWiring, type WiringValues } from '../wiring.ts';
import type { Owner, WiringFunction } from '../wiring-source.ts';
import { NoFallback, withFallback } from './fallbacks.ts';
import { symbolsIn } from './fill-symbols.ts';
import type { Loss, LossReason } from './loss.ts';
import type { HowToCall, Samples, Varying } from './samples.ts';
import { SAMPLES } from './stand-ins.ts';
import type { ConfigSymbol } from './symbols.ts';
import { Unexplained, weave } from './weave.ts';

interface Question {
  readonly slot: Slot;
  readonly wiringFunction: WiringFunction;
  readonly path: FieldPath;
  readonly owner: Owner;
}

/** Everything that a function reads while it runs. */
interface Reads {
  readonly values: Set<unknown>;
  listsVariables: boolean;
}

type Trial =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly because: LossReason; readonly symbols: readonly ConfigSymbol[] };

/** The results of wiring functions, as symbolic data. A function is called with the values of all samples. */
export class FunctionResults {
  readonly losses: Loss[] = [];
  readonly #samples: Samples;
  readonly #known = new Map<Scope, Map<string, unknown>>();

  constructor(samples: Samples) {
    this.#samples = samples;
  }

  of(question: Question): unknown {
    const inScope = this.#known.get(question.owner.scope) ?? new Map<string, unknown>();
    this.#known.set(question.owner.scope, inScope);
    const key = JSON.stringify(question.path);
    if (!inScope.has(key)) inScope.set(key, this.#find(question));
    return inScope.get(key);
  }

  /** A number that the config itself has is the same everywhere: a function that computes with it loses nothing. */
  #find(question: Question): unknown {
    const tried = this.#try(question, 'every-port');
    if (tried.ok) return tried.value;
    const again = this.#try(question, 'free-ports');
    if (again.ok) return again.value;
    this.losses.push({ path: question.path, because: tried.because, symbols: tried.symbols });
    return standIns[question.slot];
  }

  #try(question: Question, varying: Varying): Trial {
    const reads: Reads = { values: new Set(), listsVariables: false };
    const [first, second, third] = SAMPLES.map((sample) =>
      this.#call(question, { sample, varying, unset: null }, reads),
    );
    const read = this.#samples.symbolsOf(reads.values);
    const lost = (because: LossReason, symbols = read): Trial => ({ ok: false, because, symbols });
    if (reads.listsVariables) return lost('lists-variables');
    if (first === undefined || second === undefined || third === undefined) return lost('fails');
    const woven = this.#weave(first, second);
    if (woven === undefined || !deepEqual(this.#samples.fill(woven, 2, question.slot), third))
      return lost('computes');
    const carried = symbolsIn(woven).map((symbol) => JSON.stringify(symbol));
    const dropped = read.filter((symbol) => !carried.includes(JSON.stringify(symbol)));
    if (dropped.length > 0) return lost('decides', dropped);
    return this.#withFallbacks(woven, question, varying);
  }

  #call({ slot, wiringFunction, path, owner }: Question, how: HowToCall, reads: Reads): unknown {
    const onRead = (value: unknown): void => {
      if (how.sample === 0) reads.values.add(value);
    };
    const onList = (): void => {
      reads.listsVariables = true;
    };
    const values: WiringValues = this.#samples.valuesFor(owner, { ...how, slot, onRead, onList });
    const called = callWithWiring(wiringFunction, values, path, onRead);
    if (!called.ok || findSlotProblems(slot, called.value, path).length > 0) return undefined;
    return called.value;
  }

  #weave(first: unknown, second: unknown): unknown {
    try {
      return weave(first, second, this.#samples.weaving);
    } catch (error) {
      if (error instanceof Unexplained) return undefined;
      throw error;
    }
  }

  /** A function that has no result without a variable needs the variable. */
  #withFallbacks(woven: unknown, question: Question, varying: Varying): Trial {
    // As the function has been called: without the fallbacks that have been found by then.
    const valueIn = this.#samples.valueIn(0, question.slot);
    const valueFor = (symbol: ConfigSymbol): string =>
      valueIn(symbol.is === 'variable' ? { ...symbol, fallback: null } : symbol);
    let value = woven;
    for (const variable of symbolsIn(woven)) {
      if (variable.is !== 'variable' || this.#samples.isInFiles(variable)) continue;
      const { name } = variable;
      const reads: Reads = { values: new Set(), listsVariables: false };
      const unset = this.#call(question, { sample: 0, varying, unset: name }, reads);
      if (unset === undefined) continue;
      try {
        value = withFallback(value, unset, name, valueFor);
      } catch (error) {
        if (!(error instanceof NoFallback)) throw error;
        return { ok: false, because: 'depends-on-unset', symbols: [variable] };
      }
    }
    return { ok: true, value };
  }
}
