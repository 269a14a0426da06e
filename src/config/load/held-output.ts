/** What a config may print while it is evaluated; a loop that prints fills no disk. */
const MOST_PRINTED = 1024 * 1024;

const STREAMS = ['stdout', 'stderr'] as const;

/**
 * Has what a config prints go to stderr, as stdout may be what programs read (`--ui json`), and up to a limit. Until the
 * function that is returned is called. Costs nothing where nothing is printed.
 */
export const holdOutput = (): (() => void) => {
  const stderr = Object.getOwnPropertyDescriptor(process, 'stderr');
  const before = STREAMS.map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
  let bounded: NodeJS.WriteStream | null = null;
  let letWrite = (): void => undefined;
  const get = (): NodeJS.WriteStream => {
    if (bounded !== null) return bounded;
    bounded = stderr?.get?.call(process) as NodeJS.WriteStream;
    letWrite = bound(bounded);
    return bounded;
  };
  if (before.some(([, descriptor]) => descriptor?.configurable !== true || descriptor.get === undefined))
    return () => undefined;
  for (const name of STREAMS)
    Object.defineProperty(process, name, { get, configurable: true, enumerable: true });
  return () => {
    for (const [name, descriptor] of before)
      if (descriptor !== undefined) Reflect.defineProperty(process, name, descriptor);
    letWrite();
  };
};

const bound = (stream: NodeJS.WriteStream): (() => void) => {
  const { write } = stream;
  let left = MOST_PRINTED;
  const bounded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    left -= chunk.length;
    if (left >= 0) return Reflect.apply(write, stream, [chunk, ...rest]);
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  stream.write = bounded as typeof write;
  return () => {
    stream.write = write;
  };
};
