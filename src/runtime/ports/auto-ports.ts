import type { AutoPort, PortFailure } from '../../model/failures/port-failure.ts';
import { type RememberedPorts, rememberedKey } from '../state/remembered-ports.ts';
import {
  candidatesIn,
  choosePortBlock,
  isInBlock,
  type PortBlock,
  readEphemeralRange,
} from './port-block.ts';
import { type PortLease, takeLease } from './port-lease.ts';
import { tryListen } from './try-listen.ts';

interface AutoPortsRequest {
  readonly pod: string;
  readonly configFolder: string;
  readonly remembered: RememberedPorts;
  /** Fixed ports of the pod, which are never assigned. */
  readonly avoid: ReadonlySet<number>;
}

export type Claim =
  | {
      readonly ok: true;
      readonly port: AutoPort;
      readonly number: number;
      readonly lease: PortLease;
      /** False if another supervisor has the remembered port: a second pod of the folder takes turns with it. */
      readonly remember: boolean;
    }
  | { readonly ok: false; readonly failure: PortFailure };

/** Finds a free port for each, all at the same time. The caller owns the leases of those that succeeded. */
export const claimAutoPorts = async (
  ports: readonly AutoPort[],
  request: AutoPortsRequest,
): Promise<readonly Claim[]> => {
  if (ports.length === 0) return [];
  const block = choosePortBlock(readEphemeralRange());
  const favourites = assignFavourites(ports, request, block);
  // Each number is tried once only, because a port that was free for one may be about to be taken by it.
  const tried = new Set([...request.avoid, ...favourites.values()]);
  return await Promise.all(
    ports.map((port) => claim(port, { ...request, block, tried, favourite: favourites.get(port) ?? null })),
  );
};

type Search = AutoPortsRequest & {
  readonly block: PortBlock;
  readonly tried: Set<number>;
  readonly favourite: number | null;
};

const claim = async (port: AutoPort, search: Search): Promise<Claim> => {
  let remember = true;
  for (const number of candidates(port, search)) {
    const attempt = await tryCandidate(port, number);
    if (attempt.kind === 'free') return { ok: true, port, number, lease: attempt.lease, remember };
    if (attempt.kind === 'unusable') return unusable(port, attempt.code);
    if (attempt.kind === 'leased' && number === search.favourite) remember = false;
  }
  return { ok: false, failure: { kind: 'no-free-port', port, block: search.block } };
};

function* candidates(port: AutoPort, search: Search): Generator<number> {
  if (search.favourite !== null) yield search.favourite;
  const identity = [search.configFolder, search.pod, port.process, port.name].join('\0');
  for (const number of candidatesIn(search.block, identity)) {
    if (search.tried.has(number)) continue;
    search.tried.add(number);
    yield number;
  }
}

type Attempt =
  | { readonly kind: 'free'; readonly lease: PortLease }
  | { readonly kind: 'leased' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'unusable'; readonly code: string };

const tryCandidate = async (port: AutoPort, number: number): Promise<Attempt> => {
  const lease = await takeLease(number);
  if (lease === null) return { kind: 'leased' };
  const code = await tryListen({ protocol: port.protocol, host: port.host, port: number }, true);
  if (code === null) return { kind: 'free', lease };
  await lease.release();
  // Windows answers EACCES for the ranges it has reserved for Hyper-V.
  return code === 'EADDRINUSE' || code === 'EACCES' ? { kind: 'taken' } : { kind: 'unusable', code };
};

/** Assigns the numbers that ports prefer or had before, each to the first port that claims it. */
const assignFavourites = (
  ports: readonly AutoPort[],
  request: AutoPortsRequest,
  block: PortBlock,
): ReadonlyMap<AutoPort, number> => {
  const owners = new Map<number, AutoPort>();
  const isFree = (number: number): boolean => !owners.has(number) && !request.avoid.has(number);
  for (const port of ports) {
    const remembered = request.remembered.get(rememberedKey(request.pod, port));
    const known = remembered !== undefined && isInBlock(block, remembered) ? remembered : undefined;
    const number = [port.preferred, known].find((each) => each !== undefined && isFree(each));
    if (number !== undefined) owners.set(number, port);
  }
  return new Map([...owners].map(([number, port]) => [port, number]));
};

const unusable = (port: AutoPort, code: string): Claim => ({
  ok: false,
  failure: { kind: 'port-host-unusable', port, code },
});
