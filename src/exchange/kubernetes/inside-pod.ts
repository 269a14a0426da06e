import { fillSymbols, mapTexts, symbolsIn } from '../../config/resolve/symbolic/fill-symbols.ts';
import { type ConfigSymbol, SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';
import { labelOf } from './names.ts';
import type { Parts } from './parts.ts';

/** Numbers of the ports that the config sets, by process and port; a container's are those inside of it. */
export type DeclaredPorts = ReadonlyMap<string, ReadonlyMap<string, number | 'auto'>>;

/** Numbers of all ports, by the name of their process in its part, and their own. */
export type ChosenPorts = ReadonlyMap<string, number>;

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
 * The values that symbols have in a pod of Kubernetes: its containers share one network, so each of its ports is at
 * localhost, and has the number that its process listens on. Those of other pods are at the name of their Service.
 */
export class InsidePod {
  readonly #ports: ChosenPorts;
  readonly #parts: Parts;
  readonly #place: string;
  readonly #instance: number | null;

  /** `place` and `instance`: the name of the part, and the instance of its app, whose processes see the values. */
  constructor(ports: ChosenPorts, parts: Parts, place: string, instance: number | null) {
    this.#ports = ports;
    this.#parts = parts;
    this.#place = place;
    this.#instance = instance;
  }

  /** The same for another instance of the app. */
  seenBy(instance: number | null): InsidePod {
    return new InsidePod(this.#ports, this.#parts, this.#place, instance);
  }

  /** Number of a port, by the name of its process in its part. */
  port(process: string, port: string): number {
    const number = this.#ports.get(keyOf(process, port));
    if (number === undefined) throw new Error(`${process} has no port ${port}`);
    return number;
  }

  /** Where a volume is in every container. */
  volume(name: string): string {
    return volumePath(this.#parts.volumeOf(name));
  }

  /** Text as it is in a file: nothing fills in a variable there. */
  readonly plain = (value: unknown): string => String(this.filled(value));

  /** Any data, as text in a file would have it. */
  readonly filled = (value: unknown): unknown => this.#fill(value, ({ fallback }) => fallback ?? '');

  /** Text in a command, an argument or a variable: there `$(NAME)` is the value of a variable, and `$$` a dollar sign. */
  readonly expanding = (value: unknown): string => String(this.#fill(escaped(value), variableOf));

  /** Ports of other pods beside which a value has no host that is right there, as `web-1.http`. */
  portsWithoutHost(value: unknown): readonly string[] {
    const found: string[] = [];
    mapTexts(value, (text) => {
      for (const [index, part] of text.parts.entries())
        if (typeof part !== 'string' && part.is === 'port' && this.#lacksHost(text, index))
          found.push(`${part.process}.${part.port}`);
      return text;
    });
    return [...new Set(found)];
  }

  #lacksHost({ parts }: SymbolicText, index: number): boolean {
    const [before, port] = [parts[index - 1], parts[index]];
    if (typeof port !== 'object' || port.is !== 'port' || this.hostOf(port.process) === LOCALHOST)
      return false;
    if (typeof before === 'string' && LOOPBACK.test(before)) return false;
    return !parts.some(
      (part) => typeof part === 'object' && part.is === 'host' && part.process === port.process,
    );
  }

  /** Where a process is reached. */
  hostOf(process: string): string {
    const place = this.#parts.placeOf(process);
    const isNeighbor = place === this.#place && this.#parts.instanceOf(process) === this.#instance;
    return isNeighbor ? LOCALHOST : place;
  }

  #fill(value: unknown, variable: (symbol: Variable) => string): unknown {
    const reached = mapTexts(value, (text) => this.#withHosts(text));
    return fillSymbols(reached, (symbol) => this.#valueOf(symbol, variable));
  }

  #withHosts({ parts }: SymbolicText): SymbolicText {
    return new SymbolicText(
      parts.map((part, index) => {
        if (typeof part !== 'string') return part;
        return this.#beforePort(this.#afterFiles(part, parts[index - 1]), parts[index + 1]);
      }),
    );
  }

  /** The folder of a process's files has its name. */
  #afterFiles(text: string, before: string | ConfigSymbol | undefined): string {
    if (typeof before !== 'object' || before.is !== 'files') return text;
    return text.replace(/^\/([^/]+)/, (_, process: string) => `/${this.#parts.nameOf(process)}`);
  }

  /** A config writes `localhost` before a port. A container here has another name for it, and another pod its Service. */
  #beforePort(text: string, next: string | ConfigSymbol | undefined): string {
    if (typeof next !== 'object' || next.is !== 'port') return text;
    const host = this.hostOf(next.process);
    return text.replace(LOOPBACK, (_, said: string) => {
      const isRight = host === LOCALHOST && said !== HOST_OF_CONTAINERS;
      return `${isRight ? said : host}:`;
    });
  }

  #valueOf(symbol: ConfigSymbol, variable: (symbol: Variable) => string): string {
    switch (symbol.is) {
      case 'port':
        return String(this.port(this.#parts.nameOf(symbol.process), symbol.port));
      case 'host':
        return this.hostOf(symbol.process);
      case 'volume':
        return this.volume(symbol.volume);
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

const LOCALHOST = 'localhost';
const LOOPBACK = new RegExp(
  String.raw`(?<![\w.-])(localhost|127\.0\.0\.1|\[::1\]|${HOST_OF_CONTAINERS.replaceAll('.', '\\.')}):$`,
);

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
export const choosePorts = (declared: DeclaredPorts, { nameOf }: Parts): ChosenPorts => {
  const all = new Map(
    [...declared].flatMap(([process, ports]) =>
      [...ports].map(([port, number]) => [keyOf(nameOf(process), port), number] as const),
    ),
  );
  const taken = new Set(all.values());
  let next = FIRST_PORT;
  const chosen = (number: number | 'auto'): number => {
    if (number !== 'auto') return number;
    while (taken.has(next)) next++;
    return next++;
  };
  return new Map([...all].map(([key, number]) => [key, chosen(number)]));
};
