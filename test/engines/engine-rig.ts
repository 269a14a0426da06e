import type { Milliseconds } from '../../src/model/vocabulary.ts';
import { RunningPod } from '../supervisor/running-pod.ts';
import type { JsonEvent } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { FakeEngine } from '../support/fake-engine/fake-engine.ts';
import { type Steered, statesOf } from '../support/pod-rig.ts';
import { Project } from '../support/project.ts';
import { type SteeredChild, Steering } from '../support/steering.ts';

/** The engines that the same tests hold for. */
export const ENGINES = ['process', 'fake'] as const;
export type EngineName = (typeof ENGINES)[number];

/** A pod of steered workloads in the test's own process, on one engine or another. */
export class EngineRig {
  readonly project: Project;
  readonly steering: Steering;
  readonly running: RunningPod;

  private constructor(project: Project, steering: Steering, running: RunningPod) {
    this.project = project;
    this.steering = steering;
    this.running = running;
  }

  /** Started already. */
  static async open(
    engine: EngineName,
    config: (steered: Steered) => object,
    files: Readonly<Record<string, string>> = {},
  ): Promise<EngineRig> {
    const project = await Project.create(files);
    const steering = await Steering.open(project.folder);
    const steered: Steered = (name, fields = {}) => ({ command: steering.command(name), ...fields });
    const running = await RunningPod.open(
      { name: 'shop', ...config(steered) },
      {
        project,
        env: { STEERING_SOCKET: steering.socketPath },
        engine: engine === 'fake' ? await FakeEngine.open(project.path('machine.sock')) : null,
      },
    );
    running.pod.start(null);
    return new EngineRig(project, steering, running);
  }

  child(name: string): Promise<SteeredChild> {
    return this.steering.next(name);
  }

  get events(): readonly JsonEvent[] {
    return this.running.pod.events.since(0) as unknown as readonly JsonEvent[];
  }

  states(name: string): unknown[] {
    return statesOf(this.events, name);
  }

  is(name: string, state: string): Promise<void> {
    return eventually(`${name} to be ${state}`, () => this.states(name).at(-1) === state);
  }

  /** Has been in that state. */
  async was(name: string, state: string): Promise<JsonEvent> {
    const find = () => this.events.find((event) => event['name'] === name && event['state'] === state);
    await eventually(`${name} to have been ${state}`, () => find() !== undefined);
    return find() as JsonEvent;
  }

  stop(grace: Milliseconds | null = null): void {
    this.running.pod.send({ type: 'stop', by: 'the test', grace, id: null });
  }

  exitCode(): Promise<number> {
    return withDeadline('the end of the pod', this.running.pod.ended);
  }

  lines(name: string): string[] {
    const view = this.running.client.log(name);
    return view.after(view.first, view.count).map(({ line }) => line.toString());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]();
    await this.steering[Symbol.asyncDispose]();
  }
}
