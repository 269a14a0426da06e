import { fillSymbols, mapTexts } from '../../config/resolve/symbolic/fill-symbols.ts';
import { type ConfigSymbol, SymbolicText } from '../../config/resolve/symbolic/symbols.ts';
import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';
import { type ChosenPorts, keyOf } from './chosen-ports.ts';
import { labelOf } from './names.ts';
import type { Parts } from './parts.ts';

/** Where the files of processes are in their containers, in a folder for each. */
export const FILES = '/etc/sidecarctl/files';

/** Where volumes are in every container. */
const VOLUMES = '/volumes';

/** Where an image is taken to have what is in the config's folder here. */
export const FOLDER = '/app';

export const LOCALHOST = 'localhost';

export const volumePath = (volume: string): string => `${VOLUMES}/${labelOf(volume)}`;

export type Variable = Extract<ConfigSymbol, { readonly is: 'variable' }>;

/** The values that symbols have for a process in a container, wherever that runs. */
export abstract class Inside {
  protected readonly ports: ChosenPorts;
  protected readonly parts: Parts;

  constructor(ports: ChosenPorts, parts: Parts) {
    this.ports = ports;
    this.parts = parts;
  }

  /** Where a process is reached. */
  abstract hostOf(process: string): string;

  /** Number of a port, by the name of its process in its part. */
  port(process: string, port: string): number {
    const number = this.ports.get(keyOf(process, port));
    if (number === undefined) throw new Error(`${process} has no port ${port}`);
    return number;
  }

  /** Where a volume is in every container. */
  volume(name: string): string {
    return volumePath(this.parts.volumeOf(name));
  }

  /** Text as it is in a file: nothing fills in a variable there. */
  readonly plain = (value: unknown): string => String(this.filled(value));

  /** Any data, as text in a file would have it. */
  readonly filled = (value: unknown): unknown => this.fill(value, ({ fallback }) => fallback ?? '');

  protected fill(value: unknown, variable: (symbol: Variable) => string): unknown {
    const reached = mapTexts(value, (text) => this.#withHosts(text));
    return fillSymbols(reached, (symbol) => this.#valueOf(symbol, variable));
  }

  /** Ports elsewhere beside which a value has no host that is right there, as `web-1.http`. */
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

  #withHosts({ parts }: SymbolicText): SymbolicText {
    return new SymbolicText(
      parts.map((part, index) => {
        if (typeof part !== 'string') return part;
        const [before, after] = [parts[index - 1], parts[index + 1]];
        return this.#beforePort(this.#afterFiles(withoutBrackets(part, before, after), before), after);
      }),
    );
  }

  /** The folder of a process's files has its name. */
  #afterFiles(text: string, before: Part): string {
    if (typeof before !== 'object' || before.is !== 'files') return text;
    return text.replace(/^\/([^/]+)/, (_, process: string) => `/${this.parts.nameOf(process)}`);
  }

  /** A config writes `localhost` before a port. Elsewhere the process may be at the name of what it runs in. */
  #beforePort(text: string, next: Part): string {
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
        return String(this.port(this.parts.nameOf(symbol.process), symbol.port));
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

type Part = string | ConfigSymbol | undefined;

/** A URL has brackets around an IPv6 address, and none around a name. */
const withoutBrackets = (text: string, before: Part, after: Part): string => {
  const isIpv6 = (part: Part): boolean => typeof part === 'object' && part.is === 'host' && part.isIpv6;
  const opened = isIpv6(before) ? text.replace(/^\]/, '') : text;
  return isIpv6(after) ? opened.replace(/\[$/, '') : opened;
};

const LOOPBACK = new RegExp(
  String.raw`(?<![\w.-])(localhost|127\.0\.0\.1|\[::1\]|${HOST_OF_CONTAINERS.replaceAll('.', '\\.')}):$`,
);
