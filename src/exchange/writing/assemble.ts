import type { Fields, FoundDependency, FoundPod, FoundProcess, Value } from '../form/found-pod.ts';
import { toLabels } from '../form/label.ts';
import { likelyApp } from '../form/likely-app.ts';
import { type Loss, wordLosses } from '../form/losses.ts';

export type Role = 'init' | 'sidecar' | 'primary';

/** A process in the form in which it is written to the config. */
export interface WrittenProcess {
  readonly label: string;
  /** Its name in the source. */
  readonly source: string;
  readonly comments: readonly string[];
  readonly fields: Fields;
}

/** Processes beside a primary, or beside all apps. */
export interface Companions {
  readonly init: readonly WrittenProcess[];
  readonly sidecars: readonly WrittenProcess[];
}

export interface WrittenApp extends Companions {
  /** Volumes of its own. */
  readonly volumes: Fields;
  readonly primary: WrittenProcess;
}

export interface WrittenPod {
  readonly name: string | undefined;
  readonly fields: Fields;
  /** What all apps share. */
  readonly shared: Companions;
  readonly apps: readonly WrittenApp[];
  /** True if the only app is the `primary` of the config. */
  readonly isOneApp: boolean;
  readonly losses: readonly Loss[];
  /** The losses in words. */
  readonly leftOut: readonly string[];
  readonly remarks: readonly string[];
}

/** Gives every process its role and its name, and converts the dependencies that were found. */
export const assemble = (pod: FoundPod): WrittenPod => {
  const there = pod.apps.filter((app) => pod.processes.some(({ name }) => name === app));
  const guess = there.length > 0 ? null : likelyApp(pod.processes);
  const named = guess === null ? there : [guess];
  const several = pod.processes.filter(({ name, fields }) => named.includes(name) || isMany(fields));
  const writer = new Writer(pod, several);
  // Of two that want one port, the app has it.
  const apps = several.map((app) => ({
    volumes: pod.ownVolumes?.get(app.name) ?? {},
    primary: writer.written(app),
    ...writer.companions(app.name),
  }));
  const shared = writer.companions(undefined);
  const losses = [...pod.losses, ...writer.losses];
  return {
    name: pod.name === undefined || pod.name === '' ? undefined : pod.name,
    fields: pod.fields,
    apps,
    isOneApp: isOneApp(pod, several),
    shared,
    losses,
    leftOut: wordLosses(losses),
    remarks: [...pod.remarks, ...(guess !== null && pod.processes.length > 1 ? [GUESSED(guess)] : [])],
  };
};

const GUESSED = (app: string): string => `that ${app} is the app is a guess: the pod ends with it`;

/** Instances of a primary would each have everything beside it, so one that shares something stands in `apps`. */
const isOneApp = ({ processes }: FoundPod, [only, ...more]: readonly FoundProcess[]): boolean =>
  more.length === 0 &&
  (only === undefined ||
    !isMany(only.fields) ||
    !processes.some(({ name, isIndependent }) => name !== only.name && isIndependent === true));

/** Only an app can have several instances. */
const isMany = ({ instances }: Fields): boolean => typeof instances === 'number' && instances > 1;

class Writer {
  readonly losses: Loss[] = [];
  readonly #takenPorts = new Map<number, string>();
  readonly #pod: FoundPod;
  readonly #apps: readonly string[];
  readonly #isOneApp: boolean;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #roles: ReadonlyMap<string, Role>;

  constructor(pod: FoundPod, apps: readonly FoundProcess[]) {
    this.#pod = pod;
    this.#apps = apps.map(({ name }) => name);
    this.#isOneApp = isOneApp(pod, apps);
    this.#labels = toLabels(pod.processes.map(({ name }) => name));
    this.#roles = new Map(pod.processes.map((process) => [process.name, this.#roleOf(process)]));
  }

  companions(app: string | undefined): Companions {
    const of = (role: Role): readonly WrittenProcess[] =>
      this.#pod.processes
        .filter((process) => this.#appOf(process) === app && this.#roles.get(process.name) === role)
        .map((process) => this.written(process));
    return { init: of('init'), sidecars: of('sidecar') };
  }

  /** What belongs to the only app stands beside it. */
  #appOf({ app }: FoundProcess): string | undefined {
    return !this.#isOneApp && app !== undefined && this.#apps.includes(app) ? app : undefined;
  }

  written(process: FoundProcess): WrittenProcess {
    const role = this.#roleOf(process);
    const label = this.#label(process);
    const renamed =
      this.#labels.get(process.name) === process.name ? [] : [`'${process.name}' in ${this.#pod.source}`];
    return {
      label,
      source: process.name,
      comments: [...process.comments, ...renamed],
      fields: { ...this.#fitting(process, role), dependsOn: this.#dependencies(process) },
    };
  }

  #roleOf({ name, runsOnce }: FoundProcess): Role {
    return this.#apps.includes(name) ? 'primary' : runsOnce ? 'init' : 'sidecar';
  }

  /** A process of an app needs no prefix there. */
  #label({ name, app }: FoundProcess): string {
    const label = this.#labels.get(name) ?? name;
    const prefix = app === undefined ? '' : `${this.#labels.get(app)}-`;
    return prefix !== '' && label.startsWith(prefix) ? label.slice(prefix.length) : label;
  }

  #labelOf(name: string): string {
    const process = this.#pod.processes.find((one) => one.name === name);
    return process === undefined ? name : this.#label(process);
  }

  /** Drops fields that have their default value, or that the role does not allow. */
  #fitting({ name, fields }: FoundProcess, role: Role): Fields {
    const { restart, watch, instances, ports, autostart, ...rest } = fields;
    const never = role === 'init' && policyOf(restart) === 'always';
    const isDefault = restart === (role === 'sidecar' ? 'always' : 'never');
    if (never) this.#lose(name, 'an init task that always restarted would never be completed', 'restart');
    if (role === 'init' && watch !== undefined) this.#lose(name, 'an init task runs only once', 'watch');
    if (role === 'primary' && autostart === false)
      this.#lose(name, 'the app always starts', 'its start by hand');
    return {
      ...rest,
      ...this.#withoutHomelessProbes(name, fields),
      ports: isMany(fields) ? automatic(ports) : this.#distinct(name, ports),
      restart: isDefault || never ? undefined : restart,
      watch: role === 'init' ? undefined : watch,
      autostart: role === 'primary' ? undefined : autostart,
      instances: isMany(fields) ? instances : undefined,
    };
  }

  /** Two processes cannot have one port. */
  #distinct(name: string, ports: Value | undefined): Value | undefined {
    if (ports === undefined) return undefined;
    const distinct = Object.entries(ports as Fields).map(([port, value]) => {
      if (typeof value !== 'number') return [port, value] as const;
      const other = this.#takenPorts.get(value) ?? name;
      this.#takenPorts.set(value, other);
      if (other === name) return [port, value] as const;
      this.#lose(name, `${other} has its port ${value}; make it listen on PORT`);
      return [port, 'auto'] as const;
    });
    return Object.fromEntries(distinct);
  }

  /** A path alone is on the first port. */
  #withoutHomelessProbes(name: string, fields: Fields): Fields {
    const homeless = ['startup', 'readiness', 'liveness'].filter((probe) => {
      const { http } = (fields[probe] ?? {}) as Fields;
      return fields['ports'] === undefined && typeof http === 'string' && http.startsWith('/');
    });
    for (const probe of homeless) this.#lose(name, 'it has no port here', probe);
    return Object.fromEntries(homeless.map((probe) => [probe, undefined]));
  }

  #lose(process: string, why: string, field?: string): void {
    this.losses.push({ process, why, field: field ?? null });
  }

  #dependencies(process: FoundProcess): Value | undefined {
    const found = process.dependsOn.filter((dependency) => this.#canWait(process, dependency));
    if (found.length === 0)
      return process.isIndependent === true && this.#apps.includes(process.name) ? [] : undefined;
    const usual = (other: string) => (this.#roles.get(other) === 'init' ? 'completed' : 'ready');
    const isUsual = ({
      process: other,
      condition = usual(other),
      restart,
      required,
    }: FoundDependency): boolean =>
      condition === usual(other) && restart === undefined && required === undefined;
    if (found.every(isUsual)) return found.map(({ process: other }) => this.#labelOf(other));
    return Object.fromEntries(
      found.map(({ process: other, condition = usual(other), restart, required }) => [
        this.#labelOf(other),
        restart === undefined && required === undefined ? condition : { condition, restart, required },
      ]),
    );
  }

  /** Nothing can wait for an app, unless a sidecar waits for it to start: the pod ends with it. */
  #canWait({ name, runsOnce }: FoundProcess, { process, condition }: FoundDependency): boolean {
    if (!this.#roles.has(process)) return false;
    if (!this.#apps.includes(process) || !(runsOnce || condition === 'completed')) return true;
    if (this.#apps.length > 1 && this.#apps.includes(name)) return true;
    this.#lose(name, `it waits for ${process}, but the pod ends with ${process}`);
    return false;
  }
}

const policyOf = (restart: Value | undefined): Value | undefined =>
  typeof restart === 'object' && restart !== null ? (restart as Fields)['policy'] : restart;

/** Two instances cannot have one port. */
const automatic = (ports: Value | undefined): Value | undefined =>
  ports === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(ports as Fields).map(([port, value]) => [
          port,
          typeof value === 'object' ? { ...(value as Fields), port: 'auto' } : 'auto',
        ]),
      );
