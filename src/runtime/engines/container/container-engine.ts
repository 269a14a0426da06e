import { join } from 'node:path';
import type { ContainerEngineName } from '../../../model/container-engines.ts';
import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import type { ContainerFailure } from '../../../model/failures/container-failure.ts';
import type { LaunchFailure } from '../../../model/failures/launch-failure.ts';
import type { Notice } from '../../../model/notice.ts';
import type { ContainerSpec, PortSpec, ProcessSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import type { Launched, LaunchRequest, Meter } from '../engine.ts';
import type { ProcessEngine } from '../process/process-engine.ts';
import type { Environment } from '../workload.ts';
import type { CliPlace, ContainerCli } from './container-cli.ts';
import { ContainerMeter } from './container-meter.ts';
import { ContainerWorkload } from './container-workload.ts';
import { findCli } from './find-cli.ts';
import { HostRelay } from './host-relay.ts';
import type { ImageFacts } from './image-facts.ts';
import { Images } from './images.ts';
import type { ContainerNetwork } from './network.ts';
import { passedEnvironment, runWords } from './run-words.ts';
import { sweepContainers } from './sweep-containers.ts';

/**
 * The output of a container is in sidecarctl's log files. An engine's own copy grows without a limit, and slows down a
 * container that writes much: with docker, 10 MB took 12.6 s in place of 3.4 s. podman passes proxies on, which mean
 * nothing inside.
 */
const OF_ENGINE: Readonly<Record<ContainerEngineName, readonly string[]>> = {
  docker: ['--log-driver=none'],
  podman: ['--log-driver=none', '--http-proxy=false'],
  nerdctl: [],
};

/** podman writes the pid just before the start, the others the id of what they have made. */
const TRACE_OPTION: Readonly<Record<ContainerEngineName, string>> = {
  docker: '--cidfile',
  podman: '--pidfile',
  nerdctl: '--cidfile',
};

interface ContainerEngineOptions {
  readonly runId: string;
  /** Absolute path of the folder of the run. */
  readonly runFolder: string;
  /** Runs the clients of the engine, whose output is that of the containers. */
  readonly machine: ProcessEngine;
  readonly cli: ContainerCli;
  readonly network: ContainerNetwork;
  /** What the engine has said of the images that the pod starts with. */
  readonly images: ReadonlyMap<string, ImageFacts>;
}

interface Wanted extends Pick<ContainerEngineOptions, 'runId' | 'runFolder' | 'machine'> {
  /** Null: the first that answers. */
  readonly engine: ContainerEngineName | null;
  readonly env: Environment;
  readonly processes: readonly string[];
  readonly images: readonly string[];
}

type Opened =
  | { readonly ok: true; readonly engine: ContainerEngine }
  | { readonly ok: false; readonly failure: ContainerFailure };

/** Launches the containers of a run by the client of docker, podman or nerdctl. */
export class ContainerEngine {
  readonly #options: ContainerEngineOptions;
  readonly #relay: HostRelay | null;
  readonly #newest = new Map<string, string>();
  readonly #images: Images;
  /** Ports that containers reach on this machine. */
  #ports: readonly PortSpec[] = [];
  #launches = 0;
  /** Why images of containers could not be had before the start of the pod: their first launch does not try again. */
  readonly #failed = new WeakMap<ContainerSpec, LaunchFailure>();

  private constructor(options: ContainerEngineOptions) {
    const { cli, network, images } = options;
    this.#options = options;
    this.#relay = network.kind === 'bridge' ? new HostRelay(network) : null;
    this.#images = new Images(cli, images);
  }

  static async open({ runId, runFolder, machine, ...wanted }: Wanted): Promise<Opened> {
    const answer = await findCli(wanted);
    if (!answer.ok) return answer;
    return { ok: true, engine: new ContainerEngine({ runId, runFolder, machine, ...answer.found }) };
  }

  get place(): CliPlace {
    const { engine, env } = this.#options.cli;
    return { engine, env };
  }

  /** Takes in what the pod consists of now. */
  follow(processes: readonly ProcessSpec[]): void {
    this.#ports = processes.flatMap(({ ports }) => ports);
  }

  /** Finds those of these processes, which have an image each, that could not be run with it. */
  async obstacles(processes: ReadonlyMap<string, ContainerSpec>): Promise<readonly ContainerFailure[]> {
    const refusals = await this.#images.examine(processes);
    return [...refusals].map(([name, failure]) => ({ kind: 'unusable-image', processes: [name], failure }));
  }

  /** Gets the images of these containers before the first of them is launched. A launch tells which could not be got. */
  async load(containers: readonly ContainerSpec[], tell: (notice: Notice) => void): Promise<void> {
    this.#images.tellTo(tell);
    await this.#relay?.cover(this.#ports);
    const got = containers.map(async (container) => {
      const failure = await this.#images.get(container);
      if (failure !== null) this.#failed.set(container, failure);
    });
    await Promise.all(got);
  }

  launch(request: LaunchRequest, container: ContainerSpec): Launched {
    const { runId, machine, cli } = this.#options;
    const { process } = request;
    this.#launches += 1;
    const name = `sidecarctl-${runId}-${process.name}-${this.#launches}`;
    this.#newest.set(process.name, name);
    const workload = new ContainerWorkload({
      ...{ name, process, cli, marker: machine.marker },
      traceFile: this.#traceFile(name),
      prepared: this.#prepare(container),
      imageSignal: () => this.#images.factsOf(container)?.stopSignal ?? null,
      onRefused: () => this.#images.doubt(container),
      startClient: () => machine.launch(this.#clientOf(request, container, name)),
    });
    return { ok: true, workload };
  }

  /** Words before a command that is to run in the newest container of a process, which has its variables already. */
  wordsToEnter({ name }: ProcessSpec): readonly string[] {
    const { runId, cli } = this.#options;
    // One that has never run has no container, and the engine says so.
    const container = this.#newest.get(name) ?? `sidecarctl-${runId}-${name}`;
    const variables = Object.entries(cli.env).map(([variable, value]) => `${variable}=${value}`);
    return ['/usr/bin/env', '-i', ...variables, cli.file ?? cli.engine, 'exec', '--interactive', container];
  }

  /** Measures its containers, and by `machine` the rest. With podman they are processes below this one. */
  meter(machine: Meter | null): Meter | null {
    const { cli } = this.#options;
    if (cli.engine === 'podman') return machine;
    const processes = () => new Map([...this.#newest].map(([process, container]) => [container, process]));
    return new ContainerMeter({ cli, machine, processes });
  }

  forget(process: string): void {
    this.#newest.delete(process);
  }

  /** Resolves with false if containers may be left. */
  async sweep(atMost: Milliseconds): Promise<boolean> {
    this.#images.close();
    return this.#launches === 0 || (await sweepContainers(this.place, this.#options.runId, atMost));
  }

  async close(): Promise<void> {
    await this.#relay?.close();
  }

  /** Nothing else in the folder of a run has such a name; it is removed with that. */
  #traceFile(name: string): string {
    return join(this.#options.runFolder, `${name}.started`);
  }

  /** Null if the container can be run at once. */
  #prepare(container: ContainerSpec): Promise<LaunchFailure | null> | null {
    const failed = this.#failed.get(container);
    this.#failed.delete(container);
    if (failed !== undefined) return Promise.resolve(failed);
    const image = this.#images.get(container);
    const isCovered = this.#relay === null || this.#relay.covers(this.#ports);
    if (image === null && isCovered) return null;
    return Promise.all([image, this.#relay?.cover(this.#ports)]).then(([failure]) => failure);
  }

  /** The client is a process of this machine with the output and the input of the container. */
  #clientOf(
    { process, generation, env }: LaunchRequest,
    container: ContainerSpec,
    name: string,
  ): LaunchRequest {
    const { runId, machine, cli, network } = this.#options;
    const args = runWords({
      ...{ name, runId, process, container, env, network },
      marker: machine.marker,
      host: HOST_OF_CONTAINERS,
      ofEngine: [...OF_ENGINE[cli.engine], `${TRACE_OPTION[cli.engine]}=${this.#traceFile(name)}`],
    });
    const command = { kind: 'direct', file: cli.file ?? cli.engine, args } as const;
    return {
      process: { ...process, launch: { ...process.launch, command }, origin: null },
      generation,
      env: { ...passedEnvironment(env), ...cli.env },
      sockets: [],
      notify: false,
    };
  }
}
