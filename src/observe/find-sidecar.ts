import type { PodSnapshot, PortSnapshot, ProcessSnapshot } from '../control/pod-snapshot.ts';
import type { StateName } from '../model/vocabulary.ts';

/** A ready-made sidecar that answers, and where. */
export interface FoundSidecar {
  readonly ok: true;
  /** Name of its process. */
  readonly process: string;
  readonly host: string;
  readonly port: number;
}

/** Why a ready-made sidecar cannot be asked. */
export type SidecarAbsence =
  /** No process of the pod has it. `name`: the one that was asked for, if one was. */
  | {
      readonly kind: 'none';
      readonly use: string;
      readonly name: string | null;
      readonly others: readonly string[];
    }
  /** `why`: a clause of the snapshot, or null. */
  | {
      readonly kind: 'not-ready';
      readonly use: string;
      readonly process: string;
      readonly state: StateName;
      readonly why: string | null;
    }
  | { readonly kind: 'several'; readonly use: string; readonly processes: readonly string[] }
  | { readonly kind: 'no-port'; readonly process: string; readonly port: string };

export type SoughtSidecar = FoundSidecar | { readonly ok: false; readonly absence: SidecarAbsence };

/** Which sidecar is meant: by what `use` names, the name of one of its ports, and its own name if there are several. */
export interface WantedSidecar {
  readonly use: string;
  /** Default `'admin'`. */
  readonly port?: string;
  readonly name?: string | undefined;
}

/**
 * Finds the address of a ready-made sidecar of a pod.
 *
 * @example findSidecar(pod.snapshot, { use: 'telemetry' })
 */
export const findSidecar = (
  { processes }: PodSnapshot,
  { use, port = 'admin', name }: WantedSidecar,
): SoughtSidecar => {
  const all = processes.filter(({ origin }) => origin?.use === use);
  const meant = name === undefined ? all : all.filter((process) => process.name === name);
  const [first, ...others] = meant;
  if (first === undefined) return absent({ kind: 'none', use, name: name ?? null, others: namesOf(all) });
  if (others.length > 0) return absent({ kind: 'several', use, processes: namesOf(meant) });
  return addressIn(first, use, port);
};

/** Names of the ready-made sidecars of a kind, in the order of the pod. */
export const sidecarNames = ({ processes }: PodSnapshot, use: string): readonly string[] =>
  namesOf(processes.filter(({ origin }) => origin?.use === use));

/** Which one of several is meant. */
interface Choice {
  readonly use: string;
  /** The one that somebody has chosen, if it is there. */
  readonly chosen?: string | null | undefined;
  /** A process: one of its app comes before others. */
  readonly near?: string | null;
}

/** The one that is asked while nobody has to say which: undefined if there is none. */
export const chosenSidecar = (snapshot: PodSnapshot, { use, chosen, near }: Choice): string | undefined => {
  const names = sidecarNames(snapshot, use);
  if (chosen !== undefined && chosen !== null && names.includes(chosen)) return chosen;
  const appOf = (process: string) => snapshot.processes.find(({ name }) => name === process)?.app;
  const app = near === undefined || near === null ? null : appOf(near);
  return names.find((name) => app !== null && appOf(name) === app) ?? names[0];
};

const addressIn = (
  { name, state, why, ports }: ProcessSnapshot,
  use: string,
  port: string,
): SoughtSidecar => {
  if (state !== 'ready') return absent({ kind: 'not-ready', use, process: name, state, why });
  const found = ports.find((each) => each.name === port);
  if (found === undefined) return absent({ kind: 'no-port', process: name, port });
  return { ok: true, process: name, host: connectable(found), port: found.port };
};

/** What listens everywhere is asked on the loopback, too. */
const connectable = ({ host }: PortSnapshot): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};

const namesOf = (processes: readonly ProcessSnapshot[]): readonly string[] =>
  processes.map(({ name }) => name);

const absent = (absence: SidecarAbsence): SoughtSidecar => ({ ok: false, absence });
