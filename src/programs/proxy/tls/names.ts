/** What belongs to a name by SNI: of the name itself, else of a wildcard for its first label. */
export class ByName<Value> {
  readonly #values: ReadonlyMap<string, Value>;

  constructor(values: Readonly<Record<string, Value>>) {
    this.#values = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  }

  find(name: string): Value | undefined {
    const lower = name.toLowerCase();
    return this.#values.get(lower) ?? this.#values.get(lower.replace(/^[^.]+/, '*'));
  }
}
