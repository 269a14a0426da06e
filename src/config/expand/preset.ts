import type * as z from 'zod/mini';
import type { CertificatePlaces } from '../../model/certificate-places.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { FileChangeAction, OriginSpec } from '../../model/pod-spec.ts';
import type { CommandProcess, PortConfig } from '../types.ts';

/** The ready-made sidecars, by what `use` names. */
export type Presets = ReadonlyMap<string, Preset>;

/** A ready-made sidecar: what it takes, and the process that it stands for. */
export interface Preset {
  /** What can do its work; `embedded` comes with sidecarctl. */
  readonly engines: readonly string[];
  /** Shape of its options. */
  readonly options: z.core.$ZodType;
  /** Ports that it declares itself, for options that have the right shape. */
  readonly ports: (options: never) => Readonly<Record<string, PortConfig>>;
  /** Problems of options that have the right shape. */
  readonly problems: (options: never, place: PresetPlace) => readonly ConfigProblem[];
  readonly expand: (options: never, place: PresetPlace) => Expansion;
}

/** The place of a ready-made sidecar in a config. */
export interface PresetPlace {
  /** Name as written in the config. */
  readonly name: string;
  /** Name of the pod. */
  readonly pod: string;
  /** Path of its options. */
  readonly path: FieldPath;
  /** What does its work, as written. */
  readonly engine: string;
  /** Absolute path that relative paths start from. */
  readonly folder: string;
  /** The inherited environment, overlaid by the env files. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Addresses that its own ports are bound to. */
  readonly hostOf: (port: string) => string;
  /** Names of the other processes that it can refer to and that have ports. */
  readonly neighbors: ReadonlyMap<string, readonly NeighborPort[]>;
  /** What `use` says of the ready-made sidecars among the others, by their names as written. */
  readonly uses: ReadonlyMap<string, string>;
  /** Names of the other processes that it can name; that of an app means all its instances. */
  readonly names: readonly string[];
  /** Of an app with several instances: the names of these, which have the ports. */
  readonly instances: ReadonlyMap<string, readonly string[]>;
  /** Names of the volumes that it can refer to. */
  readonly volumes: readonly string[];
  /** Text of a file; `null` if it cannot be read. */
  readonly read: (path: string) => string | null;
  /** Names of the apps that it belongs to: of all apps, or of its own. */
  readonly apps: readonly string[];
  /** Names of the processes that say that they depend on it. */
  readonly dependents: readonly string[];
  /**
   * Where the user's certificates are. The supervisor makes those that a variable which the process provides names,
   * before anything starts.
   */
  readonly certificates: CertificatePlaces;
}

export interface NeighborPort {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  /** Address at which others reach it. */
  readonly host: string;
}

export interface Expansion {
  readonly fields: CommandProcess;
  readonly detour: Detour | null;
  /** Options that make it depend on a process, by its name as written: a message names these. */
  readonly reasons: Readonly<Record<string, FieldPath>>;
  /** Variables that it provides, and that others may provide with the same value. */
  readonly shared: readonly string[];
  /** Files that it renders into volumes, by the name that others have for them. */
  readonly renders?: Readonly<Record<string, RenderedFile>>;
  /** Processes that it sends to until its end, by their names as written. */
  readonly sendsTo?: readonly string[];
  /** What it does to others once it has rendered a file anew. */
  readonly tells?: readonly Told[];
}

/** A file in a volume, whose name is as written in the config. */
export interface RenderedFile {
  readonly volume: string;
  /** Relative to the volume. */
  readonly path: string;
}

/** A process, by its name as written, and what happens to it. */
export interface Told {
  readonly to: string;
  readonly onChange: FileChangeAction;
}

/** A port of another process that some processes reach through this one. Names are as written in the config. */
export interface Detour {
  readonly process: string;
  readonly port: string;
  /** Port of this process in its place. */
  readonly through: string;
  readonly for: readonly string[];
}

/** A ready-made sidecar as the process that it stands for. */
export interface ExpandedProcess extends CommandProcess {
  readonly readyMade: MadeFrom;
}

/** What the process of a ready-made sidecar is, besides its fields. */
export interface MadeFrom extends Omit<Expansion, 'fields'> {
  readonly origin: OriginSpec;
}
