import { SymbolicText } from '../../../config/resolve/symbolic/symbols.ts';
import type { ChosenPorts } from '../../export/chosen-ports.ts';
import { Inside, LOCALHOST, type Variable } from '../../export/inside.ts';
import type { Parts } from '../../export/parts.ts';

/**
 * The values that symbols have for a service: all are in one network, each at its own name, and each of its ports has the
 * number that its process listens on.
 */
export class InsideService extends Inside {
  readonly #service: string;
  readonly #instance: number | null;

  /** `service` and `instance`: name of the process, and the instance of its app, that sees the values. */
  constructor(ports: ChosenPorts, parts: Parts, service: string, instance: number | null) {
    super(ports, parts);
    this.#service = service;
    this.#instance = instance;
  }

  /** The same for another instance of the app. */
  seenBy(instance: number | null): InsideService {
    return new InsideService(this.ports, this.parts, this.#service, instance);
  }

  hostOf(process: string): string {
    const service = this.parts.nameOf(process);
    const isItself = service === this.#service && this.parts.instanceOf(process) === this.#instance;
    return isItself ? LOCALHOST : service;
  }

  /** Text as it is in a Compose file: `${NAME}` there is a variable of whoever starts it, and `$$` a dollar sign. */
  readonly text = (value: unknown): string => String(this.fill(escaped(value), variableOf));
}

/** A default cannot have an end of its own, or of its line, in it. */
export const canBeDefault = (fallback: string): boolean => !/[}\n]/.test(fallback);

const variableOf = ({ name, fallback }: Variable): string =>
  fallback === null || !canBeDefault(fallback) ? `\${${name}?}` : `\${${name}-${twice(fallback)}}`;

const twice = (text: string): string => text.replaceAll('$', () => '$$');

/** Written twice, a dollar sign begins no variable. */
const escaped = (value: unknown): unknown => {
  if (value instanceof SymbolicText)
    return new SymbolicText(value.parts.map((part) => (typeof part === 'string' ? twice(part) : part)));
  return typeof value === 'string' ? twice(value) : value;
};
