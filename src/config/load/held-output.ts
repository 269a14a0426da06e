/** Limit of what a config may print while it is evaluated: a loop that prints fills no disk. */
const MOST_PRINTED = 1024 * 1024;

const STREAMS = ['stdout', 'stderr'] as const;

/**
 * Redirects a config's output to stderr, up to a limit, until the returned function is called: programs may read stdout
 * (`--ui json`). It costs nothing if nothing is printed.
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
