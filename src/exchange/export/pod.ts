import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import type { SymbolicNumber, SymbolicText } from '../../config/resolve/symbolic/symbols.ts';

/** Fields in which no symbol ever stands. */
type Plain = 'name' | 'primary' | 'instance' | 'process' | 'volume' | 'signal' | 'image' | 'user';

type Named<Value> = Value extends SymbolicText | SymbolicNumber | RegExp
  ? Value
  : Value extends ReadonlyMap<infer Key, infer Inner>
    ? ReadonlyMap<Key, Named<Inner>>
    : Value extends object
      ? {
          readonly [Key in keyof Value]: Key extends Plain
            ? Exclude<Value[Key], SymbolicText | SymbolicNumber>
            : Named<Value[Key]>;
        }
      : Value;

/** The symbolic pod, in which names are texts. */
export type Pod = Named<SymbolicPod['pod']>;

export type Process = Pod['processes'] extends ReadonlyMap<string, infer Each> ? Each : never;
