import { openPod, type Pod } from '../../src/supervisor/pod.ts';
import { preparePod } from '../../src/supervisor/prepare-pod.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { Project } from '../support/project.ts';

/** A pod that runs in the test's own process, in a folder of its own; stopped and cleared away at the end. */
export class RunningPod {
  readonly project: Project;
  readonly pod: Pod;

  private constructor(project: Project, pod: Pod) {
    this.project = project;
    this.pod = pod;
  }

  /** Put together, but not started. */
  static async open(config: object, given: Project | null = null): Promise<RunningPod> {
    const project = given ?? (await Project.create());
    const prepared = await preparePod({
      origin: { kind: 'given', config, folder: project.folder },
      mode: 'library',
      only: [],
      without: [],
      env: { PATH: process.env['PATH'] ?? '' },
      colors: false,
      primaryCommand: null,
      callerStreams: 'none',
      primaryArgs: [],
      watching: false,
      purpose: 'run',
      label: null,
    });
    if (!prepared.ok) throw new Error(JSON.stringify(prepared.failure));
    const opened = await openPod(prepared.pod, 'library');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failures));
    return new RunningPod(project, opened.pod);
  }

  static async start(config: object): Promise<RunningPod> {
    const running = await RunningPod.open(config);
    running.pod.start(null);
    return running;
  }

  get client() {
    return this.pod.client;
  }

  process(name: string) {
    const found = this.client.snapshot.processes.find((process) => process.name === name);
    if (found === undefined) throw new Error(`no process ${name}`);
    return found;
  }

  is(name: string, state: string): Promise<void> {
    return eventually(`${name} to be ${state}`, () => this.process(name).state === state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pod.send({ type: 'stop', by: 'the test', grace: 0, id: null });
    await withDeadline('the pod to end', this.pod.ended);
    await this.pod.close();
    await this.project[Symbol.asyncDispose]();
  }
}
