import { workloadName } from './names.ts';
import type { Pod, Process } from './pod.ts';

export type Volume = Pod['volumes'] extends ReadonlyMap<string, infer Each> ? Each : never;

/** What becomes a workload: an app with everything that belongs to it, or what several apps share. */
export interface Part {
  /** Name of its workload and of its Service. */
  readonly name: string;
  readonly isShared: boolean;
  /** Its processes, in the order of their start. They have the names of an app without instances. */
  readonly processes: readonly Process[];
  readonly volumes: readonly Volume[];
  /** Number of the instance that its processes are of, or null if they belong to no app. */
  readonly instance: number | null;
  /** Number of the app's instances. */
  readonly replicas: number;
  /** The processes of its second instance. */
  readonly twins: readonly Process[];
}

/** Names of the primaries to whose instance of an app volumes belong; null for one that is shared. */
export type VolumeOwners = ReadonlyMap<string, string | null>;

type App = NonNullable<Process['app']>;

/** Where each process of a pod is elsewhere, and what it is called there. */
export class Parts {
  readonly all: readonly Part[];
  readonly #apps: ReadonlyMap<string, Process['app']>;
  readonly #volumeApps: ReadonlyMap<string, Process['app']>;
  readonly #pod: string;
  readonly #isAlone: boolean;

  constructor(pod: Pod, owners: VolumeOwners) {
    const all = [...pod.processes.values()];
    this.#apps = new Map(all.map(({ name, app }) => [name, app]));
    this.#volumeApps = new Map([...owners].map(([volume, by]) => [volume, this.#apps.get(by ?? '') ?? null]));
    this.#pod = pod.name;
    this.#isAlone = new Set(all.map(({ app }) => app?.name)).size === 1;
    const byApp = Map.groupBy(
      all.filter(({ desired }) => desired),
      ({ app }) => app?.name ?? null,
    );
    this.all = [...byApp].map(([app, processes]) => this.#partOf(pod, app, processes));
  }

  /** Name of the part that a process belongs to. */
  placeOf(process: string): string {
    return this.#nameOf(this.#apps.get(process)?.name ?? null);
  }

  /** Number of the instance that a process belongs to, or null if it belongs to none. */
  instanceOf(process: string): number | null {
    return this.#apps.get(process)?.instance ?? null;
  }

  /** Name of a process in its part: every instance of an app has the same ones. */
  readonly nameOf = (process: string): string => titleOf(process, this.#apps.get(process) ?? null);

  readonly volumeOf = (volume: string): string => titleOf(volume, this.#volumeApps.get(volume) ?? null);

  #nameOf(app: string | null): string {
    return workloadName(this.#isAlone ? this.#pod : `${this.#pod}-${app ?? SHARED}`);
  }

  #partOf({ volumes }: Pod, app: string | null, processes: readonly Process[]): Part {
    const instances = [...Map.groupBy(processes, (process) => process.app?.instance ?? 0).values()];
    const [own = [], twins = []] = instances;
    const primary = own[0]?.app?.primary ?? null;
    return {
      ...{ name: this.#nameOf(app), isShared: app === null && !this.#isAlone },
      processes: own.map((process) => this.#named(process)),
      volumes: [...volumes.values()]
        .filter(({ name }) => [null, primary].includes(this.#volumeApps.get(name)?.primary ?? null))
        .map((volume) => ({ ...volume, name: this.volumeOf(volume.name) })),
      instance: own[0]?.app?.instance ?? null,
      replicas: instances.length,
      twins: twins.map((process) => this.#named(process)),
    };
  }

  #named(process: Process): Process {
    return {
      ...process,
      name: this.nameOf(process.name),
      dependsOn: process.dependsOn.map((each) => ({ ...each, process: this.nameOf(each.process) })),
    };
  }
}

const SHARED = 'shared';

/** `web-2-proxy` of the app `web` is its `web-proxy`. */
export const titleOf = (name: string, app: App | null): string =>
  app === null ? name : app.name + name.slice(app.primary.length);
