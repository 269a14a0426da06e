import type { Engine } from '../../src/runtime/engines/engine.ts';
import { openPod, type Pod } from '../../src/supervisor/pod.ts';
import type { Preparation } from '../../src/supervisor/preparation.ts';
import { type PreparedPod, preparePod } from '../../src/supervisor/prepare-pod.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { Project } from '../support/project.ts';

interface Surroundings {
  readonly project?: Project;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: processes of this machine. */
  readonly engine?: Engine | null;
  /** Absolute path of the file that a reload reads. Default: the pod cannot be reloaded. */
  readonly configFile?: string;
}

/** A config that is given in place of a file in this folder, to run as the library runs it. */
export const preparationOf = (
  config: object,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Preparation => ({
  origin: { kind: 'given', config, folder },
  mode: 'library',
  only: [],
  without: [],
  env: { PATH: process.env['PATH'] ?? '', ...env },
  colors: false,
  primaryCommand: null,
  callerStreams: 'none',
  cache: null,
  primaryArgs: [],
  watching: false,
  purpose: 'run',
  label: null,
});

/** A pod that runs in the test's own process, in a folder of its own; stopped and cleared away at the end. */
export class RunningPod {
  readonly project: Project;
  readonly pod: Pod;

  private constructor(project: Project, pod: Pod) {
    this.project = project;
    this.pod = pod;
  }

  /** Put together, but not started. */
  static async open(config: object, given: Surroundings = {}): Promise<RunningPod> {
    const { env = {}, engine = null, configFile } = given;
    const project = given.project ?? (await Project.create());
    const preparation = preparationOf(config, project.folder, env);
    const prepared = await preparePod(preparation, { engine });
    if (!prepared.ok) throw new Error(JSON.stringify(prepared.failure));
    const ready = configFile === undefined ? prepared.pod : reloadable(prepared.pod, configFile);
    const opened = await openPod(ready, 'library');
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

/** The pod as if it had been started from this file. */
const reloadable = (pod: PreparedPod, configFile: string): PreparedPod => {
  const origin = { kind: 'file', folder: pod.spec.folder, file: configFile, locals: new Map() } as const;
  return { ...pod, configFile, preparation: { ...pod.preparation, origin } };
};
