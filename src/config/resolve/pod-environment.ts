import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { EnvSpec } from '../../model/pod-spec.ts';
import type { Environment, PodConfig, Wiring } from '../types.ts';
import { appInstances } from './app-instances.ts';
import type { DeclaredProcess } from './declared.ts';
import { envFilesOf } from './env-files.ts';
import { type Filling, fillEnvironment } from './fill-wiring.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { assumedVariables, colorVariables } from './output-variables.ts';
import type { ResolveInputs } from './resolve-inputs.ts';
import { envValues } from './resolve-process.ts';
import { type Scope, scopeOf } from './scope.ts';
import type { WiringValues } from './wiring.ts';

type Owned = Pick<DeclaredProcess, 'app' | 'scope'>;
type SharedLayers = Pick<EnvSpec, 'inherited' | 'podFiles' | 'pod'>;

/** What a process has, and can refer to, by being one of the pod's, and one of an app's. */
export class PodEnvironment {
  readonly #loaded: LoadedConfig;
  readonly #inputs: ResolveInputs;
  readonly #how: Omit<Filling, 'values'>;
  readonly #shared: Owned;
  /** By the app's primary: every process of an instance has the same. */
  readonly #known = new Map<string | null, SharedLayers>();
  /** All processes of an instance have the same scope. */
  readonly #values = new Map<Scope, WiringValues>();

  constructor(loaded: LoadedConfig, inputs: ResolveInputs, how: Omit<Filling, 'values'>) {
    this.#loaded = loaded;
    this.#inputs = inputs;
    this.#how = how;
    const { config } = loaded;
    this.#shared = { app: null, scope: scopeOf(config, appInstances(config), null) };
  }

  fillingFor(process: Owned): Filling {
    return { ...this.#how, values: this.#valuesFor(process) };
  }

  of(
    process: Owned & Pick<DeclaredProcess, 'role'>,
  ): Omit<EnvSpec, 'files' | 'services' | 'withoutServices' | 'injected' | 'own'> {
    const key = process.app?.primary ?? null;
    const known = this.#known.get(key) ?? this.#env(process);
    this.#known.set(key, known);
    return {
      ...known,
      assumed: assumedVariables,
      colors: this.#inputs.colors ? colorVariables(process.role) : {},
    };
  }

  #env(process: Owned): SharedLayers {
    const { config, folder } = this.#loaded;
    const { app } = process;
    const own = app === null || app.path.length === 0 ? null : app;
    return {
      inherited: this.#inputs.env,
      podFiles: [...envFilesOf(config.envFile, folder), ...envFilesOf(own?.parts.envFile, folder)],
      pod: {
        // Beside several apps it can name what is shared; of one app it is a part.
        ...this.#filled(config.env, ['env'], own === null ? process : this.#shared),
        ...this.#filled(own?.parts.env, [...(own?.path ?? []), 'env'], process),
      },
    };
  }

  #filled(env: PodConfig['env'], path: FieldPath, owner: Owned): EnvSpec['pod'] {
    const filling = this.fillingFor(owner);
    return envValues(fillEnvironment(env as Environment<Wiring> | undefined, path, filling));
  }

  #valuesFor(owned: Owned): WiringValues {
    const known = this.#values.get(owned.scope) ?? this.#newValuesFor(owned);
    this.#values.set(owned.scope, known);
    return known;
  }

  #newValuesFor({ app, scope }: Owned): WiringValues {
    const { ports, volumes, env } = this.#inputs;
    const { fileEnv, appFileEnv } = this.#loaded;
    return {
      ports: named(scope.single, ports),
      volumes: named(scope.volumes, volumes),
      env: { ...env, ...fileEnv, ...(app === null ? {} : appFileEnv[app.name]) },
      app,
    };
  }
}

/** By the names that they have in a scope; what has no value is not there. */
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
