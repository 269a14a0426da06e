import type { AutoPort, DeclaredPort, FixedPort, PortFailure } from '../../model/failures/port-failure.ts';
import {
  type RememberedPorts,
  readRememberedPorts,
  rememberedKey,
  rememberPorts,
} from '../state/remembered-ports.ts';
import { type Claim, claimAutoPorts } from './auto-ports.ts';
import { checkFixedPorts } from './fixed-ports.ts';

/** Port numbers by process and port name. */
export type AllocatedPorts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Leases on ports for the life of the pod, so that no other supervisor gives its `auto` ports away. */
export interface PortLeases {
  /** Ends within milliseconds and never fails; may be called again. */
  release(): Promise<void>;
  /** Releases the ports of one process, which has left the pod. */
  releaseOf(process: string): Promise<void>;
}

export type PortAllocation =
  | {
      readonly ok: true;
      readonly ports: AllocatedPorts;
      readonly leases: PortLeases;
      /** Called when the pod runs with them: saves its `auto` ports, so that the next run gets the same. */
      readonly remember: () => void;
    }
  | { readonly ok: false; readonly failures: readonly PortFailure[] };

export interface PortAllocationOptions {
  readonly pod: string;
  /** Absolute paths. The state folder need not exist; then nothing is remembered. */
  readonly stateFolder: { readonly path: string; readonly configFolder: string };
}

/**
 * Checks fixed ports and finds numbers for `auto` ones, the same as at the last run if they are free. Returns all
 * failures at once; then nothing is leased.
 *
 * @example
 * const allocation = await allocatePorts(
 *   [{ process: 'redis', name: 'main', port: 'auto', protocol: 'tcp', host: '127.0.0.1' }],
 *   { pod: 'shop', stateFolder },
 * );
 * if (allocation.ok) allocation.ports.get('redis')?.get('main'); // 24711
 */
export const allocatePorts = async (
  declared: readonly DeclaredPort[],
  options: PortAllocationOptions,
): Promise<PortAllocation> => {
  if (declared.length === 0)
    return { ok: true, ports: new Map(), leases: holding([]), remember: () => undefined };
  const fixed = declared.filter(isFixed);
  const autos = declared.filter(isAuto);
  const remembered = autos.length === 0 ? new Map() : readRememberedPorts(options.stateFolder.path);
  const [fixedFailures, claims] = await Promise.all([
    checkFixedPorts(fixed),
    claimAutos(autos, fixed, remembered, options),
  ]);
  const claimed = claims.filter((claim) => claim.ok);
  const leases = holding(claimed);
  const failures = [...fixedFailures, ...claims.flatMap((claim) => (claim.ok ? [] : [claim.failure]))];
  if (failures.length > 0) {
    await leases.release();
    return { ok: false, failures };
  }
  const remember = (): void => rememberClaims(claimed, remembered, options);
  return { ok: true, ports: byProcess(declared, claimed), leases, remember };
};

type Claimed = Extract<Claim, { readonly ok: true }>;

const isFixed = (port: DeclaredPort): port is FixedPort => port.port !== 'auto';

const isAuto = (port: DeclaredPort): port is AutoPort => port.port === 'auto';

const claimAutos = (
  autos: readonly AutoPort[],
  fixed: readonly FixedPort[],
  remembered: RememberedPorts,
  { pod, stateFolder }: PortAllocationOptions,
): Promise<readonly Claim[]> =>
  claimAutoPorts(autos, {
    pod,
    configFolder: stateFolder.configFolder,
    remembered,
    avoid: new Set(fixed.map(({ port }) => port)),
  });

const rememberClaims = (
  claimed: readonly Claimed[],
  remembered: RememberedPorts,
  { pod, stateFolder }: PortAllocationOptions,
): void => {
  const numbers = claimed
    .filter(({ remember }) => remember)
    .map(({ port, number }) => [rememberedKey(pod, port), number] as const);
  if (numbers.some(([key, number]) => remembered.get(key) !== number))
    rememberPorts(stateFolder.path, new Map(numbers));
};

const byProcess = (declared: readonly DeclaredPort[], claimed: readonly Claimed[]): AllocatedPorts => {
  const autos = new Map<DeclaredPort, number>(claimed.map(({ port, number }) => [port, number]));
  const ports = new Map<string, Map<string, number>>();
  for (const port of declared) {
    const number = isFixed(port) ? port.port : autos.get(port);
    if (number === undefined) throw new Error('an auto port was left without a number');
    const ofProcess = ports.get(port.process) ?? new Map<string, number>();
    ports.set(port.process, ofProcess.set(port.name, number));
  }
  return ports;
};

const holding = (claimed: readonly Claimed[]): PortLeases => {
  const held = new Set(claimed);
  const letGo = async (claims: Iterable<Claimed>): Promise<void> => {
    const released = [...claims].map((claim) => {
      held.delete(claim);
      return claim.lease.release();
    });
    await Promise.all(released);
  };
  return {
    release: () => letGo(held),
    releaseOf: (process) => letGo([...held].filter(({ port }) => port.process === process)),
  };
};
