import { fillSymbols, symbolsIn } from '../../config/resolve/symbolic/fill-symbols.ts';
import { type ConfigSymbol, SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import { labelOf } from './names.ts';

/** Numbers of the ports that the config sets, by process and port; a container's are those inside of it. */
export type DeclaredPorts = ReadonlyMap<string, ReadonlyMap<string, number | 'auto'>>;

/** Where the files of processes are in their containers, in a folder for each. */
export const FILES = '/etc/sidecarctl/files';

/** Where volumes are in every container. */
const VOLUMES = '/volumes';

/** Where an image is taken to have what is in the config's folder here. */
export const FOLDER = '/app';

/** Numbers for ports that the config leaves open, from this one. */
const FIRST_PORT = 8080;

export const volumePath = (volume: string): string => `${VOLUMES}/${labelOf(volume)}`;

/**
 * The values that symbols have in a pod of Kubernetes: the containers share one network, so every port is at localhost, and
 * has the number that its process listens on.
 */
export class InsidePod {
  readonly #ports: ReadonlyMap<string, number>;

  constructor(declared: DeclaredPorts) {
    this.#ports = chosenPorts(declared);
  }

  port(process: string, port: string): number {
    const number = this.#ports.get(keyOf(process, port));
    if (number === undefined) throw new Error(`${process} has no port ${port}`);
    return number;
  }

  /** Text as it is in a file: nothing fills in a variable there. */
  readonly plain = (value: unknown): string =>
    String(fillSymbols(value, (symbol) => this.#valueOf(symbol, ({ fallback }) => fallback ?? '')));

  /** Text in a command, an argument or a variable: there `$(NAME)` is the value of a variable, and `$$` a dollar sign. */
  readonly expanding = (value: unknown): string =>
    String(fillSymbols(escaped(value), (symbol) => this.#valueOf(symbol, variableOf)));

  #valueOf(symbol: ConfigSymbol, variable: (symbol: Variable) => string): string {
    switch (symbol.is) {
      case 'port':
        return String(this.port(symbol.process, symbol.port));
      case 'host':
        return 'localhost';
      case 'volume':
        return volumePath(symbol.volume);
      case 'files':
        return FILES;
      case 'folder':
        return FOLDER;
      case 'variable':
        return variable(symbol);
      default:
        return symbol satisfies never;
    }
  }
}

export type Variable = Extract<ConfigSymbol, { readonly is: 'variable' }>;

const variableOf = ({ name, fallback }: Variable): string => fallback ?? `$(${name})`;

/** The variables in a value that have to come from outside. */
export const outsideVariables = (value: unknown): readonly string[] =>
  symbolsIn(value).flatMap((symbol) =>
    symbol.is === 'variable' && symbol.fallback === null ? [symbol.name] : [],
  );

const keyOf = (process: string, port: string): string => `${process}\0${port}`;

/** Written twice, a dollar sign begins no reference. */
const escaped = (value: unknown): unknown => {
  const twice = (text: string): string => text.replaceAll('$(', () => '$$(');
  if (value instanceof SymbolicText)
    return new SymbolicText(value.parts.map((part) => (typeof part === 'string' ? twice(part) : part)));
  return typeof value === 'string' ? twice(value) : value;
};

/** A port that the config leaves open gets the first number that no other one has. */
const chosenPorts = (declared: DeclaredPorts): ReadonlyMap<string, number> => {
  const all = [...declared].flatMap(([process, ports]) =>
    [...ports].map(([port, number]) => ({ key: keyOf(process, port), number })),
  );
  const taken = new Set(all.map(({ number }) => number));
  let next = FIRST_PORT;
  const chosen = (number: number | 'auto'): number => {
    if (number !== 'auto') return number;
    while (taken.has(next)) next++;
    return next++;
  };
  return new Map(all.map(({ key, number }) => [key, chosen(number)]));
};
