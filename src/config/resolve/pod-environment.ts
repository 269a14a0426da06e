import type { FieldPath } from '../../model/failures/config-problem.ts';
import type { EnvSpec } from '../../model/pod-spec.ts';
import type { Environment, PodConfig } from '../types.ts';
import type { Wiring } from '../wiring-types.ts';
import { appInstances } from './app-instances.ts';
import type { DeclaredProcess } from './component.ts';
import { envFilesOf } from './env-files.ts';
import { type Filling, fillEnvironment } from './fill-wiring.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { assumedVariables, colorVariables } from './output-variables.ts';
import type { PodOptions } from './resolve-inputs.ts';
import { envValues } from './resolve-process.ts';
import { scopeOf } from './scope.ts';

type Owned = Pick<DeclaredProcess, 'app' | 'scope'>;
type SharedLayers = Pick<EnvSpec, 'inherited' | 'podFiles' | 'pod'>;

/** The variables that a process has, and can refer to, as a part of the pod and of an app. */
export class PodEnvironment {
  readonly #loaded: LoadedConfig;
  readonly #options: PodOptions;
  readonly #how: Omit<Filling, 'owner'>;
  readonly #shared: Owned;
  /** Layers by the app's primary: every process of an instance has the same. */
  readonly #known = new Map<string | null, SharedLayers>();

  constructor(loaded: LoadedConfig, options: PodOptions, how: Omit<Filling, 'owner'>) {
    this.#loaded = loaded;
    this.#options = options;
    this.#how = how;
    const { config } = loaded;
    this.#shared = { app: null, scope: scopeOf(config, appInstances(config), null) };
  }

  fillingFor(process: DeclaredProcess): Filling {
    const { app, scope } = process;
    return { ...this.#how, owner: { app, scope, process } };
  }

  of(
    process: Owned & Pick<DeclaredProcess, 'role'> & { readonly fields: { readonly tty?: boolean } },
  ): Omit<EnvSpec, 'files' | 'services' | 'withoutServices' | 'injected' | 'provided' | 'own'> {
    const key = process.app?.primary ?? null;
    const known = this.#known.get(key) ?? this.#env(process);
    this.#known.set(key, known);
    const { tty = false } = process.fields;
    return {
      ...known,
      assumed: assumedVariables(tty),
      colors: this.#options.colors ? colorVariables(process.role, tty) : {},
    };
  }

  #env(process: Owned): SharedLayers {
    const { config, folder } = this.#loaded;
    const { app } = process;
    const own = app === null || app.path.length === 0 ? null : app;
    return {
      inherited: this.#how.source.env,
      podFiles: [...envFilesOf(config.envFile, folder), ...envFilesOf(own?.parts.envFile, folder)],
      pod: {
        // With several apps, it can refer to shared processes; with a single app, it is a part of the app.
        ...this.#filled(config.env, ['env'], own === null ? process : this.#shared),
        ...this.#filled(own?.parts.env, [...(own?.path ?? []), 'env'], process),
      },
    };
  }

  #filled(env: PodConfig['env'], path: FieldPath, { app, scope }: Owned): EnvSpec['pod'] {
    const filling = { ...this.#how, owner: { app, scope, process: null } };
    return envValues(fillEnvironment(env as Environment<Wiring> | undefined, path, filling));
  }
}
