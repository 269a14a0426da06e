import { type Place, placesOf } from '../received/sources.ts';
import { type Packed, unpack } from './packed.ts';

/** Who has sent spans or records: the messages `Resource` and `InstrumentationScope`, and the service that they name. */
export interface Owner {
  readonly key: string;
  readonly resource: Packed;
  readonly scope: Packed;
  readonly service: string;
  /** How many spans or records of it are kept. */
  uses: number;
}

/** An owner takes so many bytes in the heap, without what it consists of. */
const OWNER = 300;

/** The owners of what is kept. Whatever has the same one shares it. */
export class Owners {
  readonly #byKey = new Map<string, Owner>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** It is forgotten unless it is used. */
  of(resource: Packed, scope: Packed): Owner {
    const key = `${resource.length} ${resource}${scope}`;
    return this.#byKey.get(key) ?? { key, resource, scope, service: serviceOf(resource), uses: 0 };
  }

  use(owner: Owner): void {
    owner.uses += 1;
    if (owner.uses > 1) return;
    this.#byKey.set(owner.key, owner);
    this.#bytes += bytesOf(owner);
  }

  release(owner: Owner): void {
    owner.uses -= 1;
    if (owner.uses > 0) return;
    this.#bytes -= bytesOf(owner);
    // Of two that came in one request, the other one may be there.
    if (this.#byKey.get(owner.key) === owner) this.#byKey.delete(owner.key);
  }
}

const bytesOf = ({ key, service }: Owner): number => OWNER + 2 * key.length + service.length;

/** The word of OpenTelemetry for a service that has not said its name. */
const UNKNOWN = 'unknown_service';

/** The attribute `service.name` of a resource: one of its `{ 1: [{ 1: key, 2: { 1: text } }] }`. */
const serviceOf = (resource: Packed): string => {
  const bytes = unpack(resource);
  for (const pair of placesOf(bytes, 1)) {
    if (textAt(bytes, placesOf(bytes, 1, pair)[0]) !== 'service.name') continue;
    const [value] = placesOf(bytes, 2, pair);
    return (value === undefined ? undefined : textAt(bytes, placesOf(bytes, 1, value)[0])) ?? UNKNOWN;
  }
  return UNKNOWN;
};

const textAt = (bytes: Buffer, place: Place | undefined): string | undefined =>
  place === undefined ? undefined : bytes.toString('utf8', place.from, place.to);
