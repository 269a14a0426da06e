import { SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import type { ChosenPorts } from '../export/chosen-ports.ts';
import { Inside, LOCALHOST, type Variable } from '../export/inside.ts';
import type { Parts } from '../export/parts.ts';

/**
 * The values that symbols have in a pod of Kubernetes: its containers share one network, so each of its ports is at
 * localhost, and has the number that its process listens on. Those of other pods are at the name of their Service.
 */
export class InsidePod extends Inside {
  readonly #place: string;
  readonly #instance: number | null;

  /** `place` and `instance`: the name of the part, and the instance of its app, whose processes see the values. */
  constructor(ports: ChosenPorts, parts: Parts, place: string, instance: number | null) {
    super(ports, parts);
    this.#place = place;
    this.#instance = instance;
  }

  /** The same for another instance of the app. */
  seenBy(instance: number | null): InsidePod {
    return new InsidePod(this.ports, this.parts, this.#place, instance);
  }

  hostOf(process: string): string {
    const place = this.parts.placeOf(process);
    const isNeighbor = place === this.#place && this.parts.instanceOf(process) === this.#instance;
    return isNeighbor ? LOCALHOST : place;
  }

  /**
   * Text in a command, an argument or a variable: there `$(NAME)` is the value of a variable, and `$$` a dollar sign. `nameOf`:
   * what a variable from outside is called in the container.
   */
  expanding(value: unknown, nameOf: (variable: string) => string): string {
    const variableOf = ({ name, fallback }: Variable): string => fallback ?? `$(${nameOf(name)})`;
    return String(this.fill(escaped(value), variableOf));
  }
}

/** Written twice, a dollar sign is one, whatever follows. */
const escaped = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll(DOLLAR, '$$$$');
  if (!(value instanceof SymbolicText)) return value;
  const { parts } = value;
  return new SymbolicText(
    parts.map((part, index) => {
      if (typeof part !== 'string') return part;
      return part.replaceAll(index === parts.length - 1 ? DOLLAR : DOLLAR_BEFORE_SYMBOL, '$$$$');
    }),
  );
};

/** One that a kubelet would take for more: it reads what is behind it by bytes. */
const DOLLAR = /\$(?=[$(]|[^ -~])/g;
const DOLLAR_BEFORE_SYMBOL = /\$(?=[$(]|[^ -~]|$)/g;
