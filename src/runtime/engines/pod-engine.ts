import type { ContainerEngineName } from '../../model/container-engines.ts';
import type { Notice } from '../../model/notice.ts';
import type { ContainerSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { runFolderPath, stateFolderPath } from '../state/state-folder.ts';
import { type CliPlace, clientEnvironment } from './container/container-cli.ts';
import type { ContainerEngine } from './container/container-engine.ts';
import type {
  Engine,
  EngineAbility,
  Launched,
  LaunchedPod,
  LaunchRequest,
  Meter,
  Obstacle,
  OutputSink,
  OutputTap,
} from './engine.ts';
import type { ProcessEngine } from './process/process-engine.ts';
import type { Environment } from './workload.ts';

interface PodEngineOptions {
  readonly runId: string;
  readonly machine: ProcessEngine;
  /** Environment in which the container engine is looked for. */
  readonly env: Environment;
}

/** Launches each process of a pod by its engine: the processes of this machine, and the containers. */
export class PodEngine implements Engine {
  readonly #options: PodEngineOptions;
  #containers: ContainerEngine | null = null;
  #processes: readonly ProcessSpec[] = [];
  #hasLeft = false;

  constructor(options: PodEngineOptions) {
    this.#options = options;
  }

  /** The engine that has run containers of this run; null if none has been looked for. */
  get containerPlace(): CliPlace | null {
    return this.#containers?.place ?? null;
  }

  /** The engine that may still have containers of this run after the last sweep; null if there are none. */
  get containersLeftWith(): ContainerEngineName | null {
    return this.#hasLeft ? (this.#containers?.place.engine ?? null) : null;
  }

  abilityFor(process: ProcessSpec): EngineAbility {
    return containerOf(process) === null ? this.#options.machine.abilityFor() : CONTAINER_ABILITY;
  }

  async obstacles(pod: LaunchedPod): Promise<readonly Obstacle[]> {
    const own = await this.#options.machine.obstacles(pod);
    return [...own, ...(await this.#findContainers(pod))];
  }

  load(tell: (notice: Notice) => void): Promise<void> | null {
    const containers = this.#processes
      .filter(({ desired }) => desired)
      .flatMap((each) => containerOf(each) ?? []);
    const loading = [
      this.#options.machine.load(),
      this.#containers === null ? null : this.#containers.load(containers, tell),
    ].filter((one) => one !== null);
    return loading.length === 0 ? null : Promise.all(loading).then(() => undefined);
  }

  openOutput(process: ProcessSpec, sink: OutputSink): OutputTap {
    return this.#options.machine.openOutput(process, sink);
  }

  launch(request: LaunchRequest): Launched {
    const container = containerOf(request.process);
    return container === null
      ? this.#options.machine.launch(request)
      : this.#engineFor(request.process).launch(request, container);
  }

  wordsToEnter(process: ProcessSpec, env: Environment): readonly string[] {
    return containerOf(process) === null
      ? this.#options.machine.wordsToEnter(process, env)
      : (this.#containers?.wordsToEnter(process) ?? []);
  }

  async openMeter(): Promise<Meter | null> {
    const meter = await this.#options.machine.openMeter();
    return this.#containers === null ? meter : this.#containers.meter(meter);
  }

  forget(process: string): void {
    this.#options.machine.forget(process);
    this.#containers?.forget(process);
  }

  stillThere(survivors: readonly Survivor[]): readonly Survivor[] {
    return this.#options.machine.stillThere(survivors);
  }

  /** The machine's engine sweeps for itself. */
  async sweep(atMost: Milliseconds): Promise<readonly []> {
    this.#hasLeft = (await this.#containers?.sweep(atMost)) === false;
    return [];
  }

  async close(): Promise<void> {
    await this.#containers?.close();
  }

  #engineFor({ name }: ProcessSpec): ContainerEngine {
    if (this.#containers === null) throw new Error(`nobody has looked for an engine for ${name}`);
    return this.#containers;
  }

  async #findContainers({ processes, containerEngine, folder }: LaunchedPod): Promise<readonly Obstacle[]> {
    this.#processes = [...processes.values()];
    const names = this.#processes.filter((each) => containerOf(each) !== null).map(({ name }) => name);
    const starting = containersThatStart(this.#processes);
    if (names.length > 0 && this.#containers === null) {
      // Loaded late: few pods need it, and the others should not pay for it.
      const { ContainerEngine } = await import('./container/container-engine.ts');
      const opened = await ContainerEngine.open({
        ...this.#options,
        runFolder: runFolderPath(stateFolderPath(folder), this.#options.runId),
        env: clientEnvironment(this.#options.env),
        engine: containerEngine,
        processes: names,
        images: [...new Set([...starting.values()].map(({ image }) => image))],
      });
      if (!opened.ok) return [{ kind: 'containers', failures: [opened.failure] }];
      this.#containers = opened.engine;
    }
    this.#containers?.follow(this.#processes);
    const failures = (await this.#containers?.obstacles(starting)) ?? [];
    return failures.length === 0 ? [] : [{ kind: 'containers', failures }];
  }
}

const containersThatStart = (processes: readonly ProcessSpec[]): ReadonlyMap<string, ContainerSpec> =>
  new Map(
    processes.flatMap((each) => {
      const container = each.desired ? containerOf(each) : null;
      return container === null ? [] : [[each.name, container] as const];
    }),
  );

const CONTAINER_ABILITY: EngineAbility = {
  name: 'container',
  lacks: new Set(['notify', 'activate', 'isolate', 'streams', 'tty']),
};

const containerOf = ({ launch }: ProcessSpec): ContainerSpec | null =>
  launch.command.kind === 'container' ? launch.command : null;
