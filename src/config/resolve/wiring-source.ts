import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { ConfigReads } from '../known/config-reads.ts';
import type { Slot } from '../schema/parts.ts';
import type { Wiring } from '../wiring-types.ts';
import { type AddressOf, addressOf } from './address-of.ts';
import type { DeclaredProcess } from './component.ts';
import { portsOf } from './declared.ts';
import { detoured } from './detours.ts';
import { type FilledSlot, standIns } from './filled-slot.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { filePaths, type WithFiles } from './resolve-files.ts';
import type { Scope } from './scope.ts';
import { callWithWiring, type WiringValues } from './wiring.ts';

/** The owner of a field: a process, an instance of an app, or what is shared. */
export interface Owner extends Pick<DeclaredProcess, 'app' | 'scope'> {
  /** The process, which has files of its own; null for the pod and for an app. */
  readonly process: (WithFiles & Pick<DeclaredProcess, 'fields'>) | null;
}

/** The values for everything in a config that is known only when a pod is about to start. */
export interface WiringInputs {
  /** A number for each declared port, by process and port name. */
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** A directory for each declared volume, absolute. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Absolute path of the folder that has a folder for the files of each process. */
  readonly filesFolder: string;
  /** Inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** The place that a config is resolved for: this machine, a check of the config, or a format of another tool. */
export interface WiringSource extends WiringInputs {
  /** Everything that a value in a slot of an owner can refer to. */
  valuesFor(owner: Owner, slot: Slot): WiringValues;
  /** The result of a wiring function that stands in a slot. */
  call(slot: Slot, wiringFunction: WiringFunction, path: FieldPath, owner: Owner): FilledSlot;
  readonly addressOf: AddressOf;
}

export type WiringFunction = (wiring: Wiring) => unknown;

/** What is done with the values besides. */
export interface WiringAround {
  readonly checkResult: CheckResult;
  /** Notes the variables that references are filled with. */
  readonly reads?: ConfigReads | undefined;
}

/** Finds what is wrong with the result of a wiring function. */
export type CheckResult = (slot: Slot, result: unknown, path: FieldPath) => readonly ConfigProblem[];

/** Resolves with the values that a pod runs with. */
export class RealWiring implements WiringSource {
  readonly ports: WiringInputs['ports'];
  readonly volumes: WiringInputs['volumes'];
  readonly filesFolder: WiringInputs['filesFolder'];
  readonly env: WiringInputs['env'];
  readonly addressOf: AddressOf = addressOf;
  readonly #loaded: Pick<LoadedConfig, 'fileEnv' | 'appFileEnv'>;
  readonly #around: WiringAround;
  /** All processes of an instance have the same scope. */
  readonly #known = new Map<Scope, WiringValues>();

  constructor(
    loaded: Pick<LoadedConfig, 'fileEnv' | 'appFileEnv'>,
    inputs: WiringInputs,
    around: WiringAround,
  ) {
    const { ports, volumes, filesFolder, env } = inputs;
    this.#loaded = loaded;
    this.#around = around;
    this.ports = ports;
    this.volumes = volumes;
    this.filesFolder = filesFolder;
    this.env = env;
  }

  valuesFor(owner: Owner): WiringValues {
    const known = this.#known.get(owner.scope) ?? this.#newValuesFor(owner);
    this.#known.set(owner.scope, known);
    const { process } = owner;
    if (process === null) return known;
    const own = process.fields.image === undefined ? known : this.#inContainer(owner, process, known);
    return process.fields.files === undefined ? own : { ...own, files: filePaths(process, this) };
  }

  /** A container listens on ports of its own, and the others reach it on those of this machine. */
  #inContainer({ scope }: Owner, process: NonNullable<Owner['process']>, known: WiringValues): WiringValues {
    const numbers = this.ports.get(process.name);
    const own = new Map(
      portsOf(process).map(({ name, target }) => [name, target ?? numbers?.get(name) ?? 0] as const),
    );
    const written = [...scope.single].filter(([, name]) => name === process.name);
    return { ...known, ports: new Map([...known.ports, ...written.map(([name]) => [name, own] as const)]) };
  }

  /** A result is final: the user's own code has put every `${` there. */
  call(slot: Slot, wiringFunction: WiringFunction, path: FieldPath, owner: Owner): FilledSlot {
    const called = callWithWiring(wiringFunction, this.valuesFor(owner), path);
    if (!called.ok) return { value: null, problems: [called.problem] };
    return { value: called.value, problems: this.#around.checkResult(slot, called.value, path) };
  }

  #newValuesFor({ app, scope }: Owner): WiringValues {
    const { fileEnv, appFileEnv } = this.#loaded;
    const env = { ...this.env, ...fileEnv, ...(app === null ? {} : appFileEnv[app.name]) };
    return {
      ports: detoured(scope, named(scope.single, this.ports), this.ports),
      volumes: named(scope.volumes, this.volumes),
      files: new Map(),
      env: this.#around.reads?.valued(env) ?? env,
      app,
    };
  }
}

/** Resolves for a check: it calls no function, and a value that breaks no rule takes the place of the result. */
export class DryWiring extends RealWiring {
  constructor(loaded: Pick<LoadedConfig, 'fileEnv' | 'appFileEnv'>, inputs: WiringInputs) {
    super(loaded, inputs, { checkResult: () => [] });
  }

  override call(slot: Slot): FilledSlot {
    return { value: standIns[slot], problems: [] };
  }
}

/** The values by the names that they have in a scope. A name without a value is left out. */
const named = <Value>(
  names: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> =>
  new Map(
    [...names].flatMap(([written, name]) => {
      const value = values.get(name);
      return value === undefined ? [] : [[written, value] as const];
    }),
  );
