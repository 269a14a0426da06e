type Variables = Readonly<Record<string, string>>;

interface VariableOptions {
  readonly valueFor: (name: string) => string;
  /** A variable that is not set; `null`: all are. */
  readonly unset: string | null;
  readonly onRead: (value: string) => void;
  /** Called when all names are asked for, as in `{ ...env }`. */
  readonly onList: () => void;
}

/**
 * An environment in which every variable is set, whatever its name, and none is listed: nothing of the environment that
 * this process inherits can be seen in it.
 */
export const symbolicVariables = ({ valueFor, unset, onRead, onList }: VariableOptions): Variables => {
  const read = (name: string | symbol): string | undefined => {
    if (typeof name === 'symbol' || name === unset || name in Object.prototype) return undefined;
    const value = valueFor(name);
    onRead(value);
    return value;
  };
  return new Proxy<Variables>(
    {},
    {
      get: (_, name) => read(name),
      has: (_, name) => read(name) !== undefined,
      getOwnPropertyDescriptor: (_, name) => {
        const value = read(name);
        return value === undefined
          ? undefined
          : { value, configurable: true, enumerable: true, writable: true };
      },
      ownKeys: () => {
        onList();
        return [];
      },
    },
  );
};
