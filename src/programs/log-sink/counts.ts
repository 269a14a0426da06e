import { PROTOCOLS, type Protocol } from './received-line.ts';

interface ProtocolCounts {
  lines: number;
  characters: number;
  refused: number;
}

/** What was received, by protocol. */
export class Counts {
  readonly #of = new Map<Protocol, ProtocolCounts>();
  /** Why something was refused most recently. */
  lastRefusal: string | null = null;

  of(protocol: Protocol): ProtocolCounts {
    const found = this.#of.get(protocol) ?? { lines: 0, characters: 0, refused: 0 };
    this.#of.set(protocol, found);
    return found;
  }

  refuse(protocol: Protocol, why: string): void {
    this.of(protocol).refused += 1;
    this.lastRefusal = why;
  }

  get refused(): number {
    return PROTOCOLS.reduce((sum, protocol) => sum + this.of(protocol).refused, 0);
  }

  get lines(): number {
    return PROTOCOLS.reduce((sum, protocol) => sum + this.of(protocol).lines, 0);
  }

  get all(): Readonly<Record<string, ProtocolCounts>> {
    return Object.fromEntries(PROTOCOLS.map((protocol) => [protocol, this.of(protocol)]));
  }
}
