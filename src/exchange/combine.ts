import type { Fields, FoundPod, FoundProcess, Value } from './form/found-pod.ts';
import { toLabel } from './form/label.ts';
import { likelyApp } from './form/likely-app.ts';
import { Losses } from './form/losses.ts';
import { mapPorts } from './form/map-ports.ts';
import type { Part, PortPart } from './form/template.ts';
import { withoutVolumesOf } from './form/unused-volumes.ts';

/**
 * Combines a folder's own list of processes with the services of its Compose file: the list knows how code runs on this
 * machine, the services know its surroundings. `isWhole`: the list has all processes of its code, as a Procfile has.
 */
export const combine = (main: FoundPod, services: FoundPod, isWhole: boolean): FoundPod => {
  const combiner = new Combiner(main, services, isWhole);
  return combiner.combined();
};

class Combiner {
  readonly #main: FoundPod;
  readonly #services: FoundPod;
  readonly #isWhole: boolean;
  readonly #losses = new Losses();
  /** By the name of a process, the service that runs the same. */
  readonly #same: ReadonlyMap<string, FoundProcess>;
  readonly #added: readonly FoundProcess[];

  constructor(main: FoundPod, services: FoundPod, isWhole: boolean) {
    this.#main = main;
    this.#services = services;
    this.#isWhole = isWhole;
    this.#same = this.#matches();
    const matched = new Set([...this.#same.values()].map(({ name }) => name));
    this.#added = services.processes
      .filter(({ name }) => !matched.has(name))
      .filter((process) => this.#isAdded(process));
  }

  combined(): FoundPod {
    const { processes, env } = this.#withSurroundings();
    const all = [...processes, ...this.#added].map((process) => this.#rewired(process));
    const known = new Set(all.map(({ name }) => name));
    const gone = this.#services.processes.filter(
      ({ name }) => !this.#added.some((process) => process.name === name),
    );
    const isOfGone = (name: string | null): boolean => gone.some((process) => process.name === name);
    return {
      source: this.#main.source,
      name: this.#main.name ?? this.#services.name,
      fields: {
        ...withoutVolumesOf(gone, all, this.#services.fields),
        ...this.#main.fields,
        ...(Object.keys(env).length === 0
          ? {}
          : {
              env: {
                ...mapPorts(env, this.#portOfMain),
                ...(this.#main.fields['env'] as Fields | undefined),
              },
            }),
      },
      processes: all.map((process) => ({
        ...process,
        dependsOn: process.dependsOn.filter((dependency) => known.has(dependency.process)),
      })),
      apps: this.#main.apps,
      losses: [
        ...this.#main.losses,
        ...this.#services.losses.filter(({ process }) => !isOfGone(process)),
        ...this.#losses.all,
      ],
      remarks: [...this.#main.remarks, ...(this.#added.length > 0 ? this.#services.remarks : [])],
    };
  }

  #matches(): ReadonlyMap<string, FoundProcess> {
    const pairs: (readonly [string, FoundProcess])[] = [];
    const byName = this.#main.processes.flatMap((process) => {
      const same = this.#services.processes.find(
        ({ name, container }) => name === process.name && container === undefined,
      );
      return same === undefined ? [] : [[process.name, same] as const];
    });
    pairs.push(...byName);
    pairs.push(...this.#samePorts(pairs.map(([name]) => name)));
    const taken = (service: FoundProcess): boolean => pairs.some(([, same]) => same === service);
    // The main process of each folder is what a service of that folder runs.
    for (const folder of new Set(this.#main.processes.map(({ code }) => code))) {
      const own = this.#main.processes.filter(
        ({ code, name }) => code === folder && !pairs.some(([taken]) => taken === name),
      );
      const app =
        own.find(({ name }) => this.#main.apps.includes(name)) ??
        own.find(({ name }) => name === likelyApp(own));
      const candidates = this.#services.processes.filter(
        (service) => service.code === folder && !taken(service),
      );
      const service = candidates.find(({ name }) => name === likelyApp(candidates));
      if (folder !== undefined && app !== undefined && service !== undefined) pairs.push([app.name, service]);
    }
    return new Map(pairs);
  }

  /** Two that listen on one port are the same, if the list has all processes. */
  #samePorts(paired: readonly string[]): ReadonlyArray<readonly [string, FoundProcess]> {
    if (!this.#isWhole) return [];
    return this.#main.processes
      .filter(({ name }) => !paired.includes(name))
      .flatMap((process) => {
        const ports = fixedPorts(process);
        const same = this.#services.processes.find((service) =>
          fixedPorts(service).some((port) => ports.includes(port)),
        );
        return same === undefined || same.code === undefined ? [] : [[process.name, same] as const];
      });
  }

  /** A service of the code that the list runs is in the list, unless the list is only of one app. */
  #isAdded(service: FoundProcess): boolean {
    if (this.#main.processes.some(({ name }) => name === service.name)) return false;
    const isCovered =
      service.code !== undefined && this.#main.processes.some(({ code }) => code === service.code);
    if (!isCovered || (!this.#isWhole && isOtherCommand(service))) return true;
    this.#losses.of(service.name)(`the processes of its code are those of ${this.#main.source}`);
    return false;
  }

  /** Gives the processes of the list what their services have around them. */
  #withSurroundings(): { readonly processes: readonly FoundProcess[]; readonly env: Fields } {
    const shared = this.#sharedEnvironment();
    const processes = this.#main.processes.map((process) => {
      const service = this.#same.get(process.name);
      return service === undefined ? process : merged(process, service, shared);
    });
    return { processes, env: shared };
  }

  /** Several processes of one code have one environment, that of its app. */
  #sharedEnvironment(): Fields {
    const { processes, apps } = this.#main;
    const app = apps[0] ?? likelyApp(processes);
    const ofCode = processes.filter(({ code }) => code === processes.find(({ name }) => name === app)?.code);
    const service = app === null ? undefined : this.#same.get(app);
    if (service === undefined || ofCode.length < 2) return {};
    const { PORT: _port, ...env } = (service.fields['env'] ?? {}) as Fields;
    return env;
  }

  /** What refers to a service that the list runs refers to the process of the list. */
  #rewired(process: FoundProcess): FoundProcess {
    return {
      ...process,
      fields: mapPorts(process.fields, this.#portOfMain),
      dependsOn: process.dependsOn.map((dependency) => ({
        ...dependency,
        process: this.#nameOfMain(dependency.process),
      })),
    };
  }

  #nameOfMain(service: string): string {
    return [...this.#same].find(([, same]) => same.name === service)?.[0] ?? service;
  }

  readonly #portOfMain = (part: PortPart): Part => {
    const [name, service] = [...this.#same].find(([, same]) => toLabel(same.name) === part.process) ?? [];
    const process = this.#main.processes.find((one) => one.name === name);
    if (name === undefined || service === undefined || process === undefined) return part;
    const own = Object.keys((process.fields['ports'] ?? service.fields['ports'] ?? {}) as Fields);
    const port = own.includes(part.port) ? part.port : own[0];
    return port === undefined ? part : { ...part, process: toLabel(name), port };
  };
}

const fixedPorts = ({ fields }: FoundProcess): readonly number[] =>
  Object.values((portsHere(fields['ports']) ?? {}) as Fields).filter((port) => typeof port === 'number');

/** The user's code listens here on the port that it has in its container. */
const portsHere = (ports: Value | undefined): Value | undefined =>
  ports === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(ports as Fields).map(([name, value]) => [
          name,
          typeof value === 'object' ? ((value as Fields)['target'] ?? (value as Fields)['port']) : value,
        ]),
      );

/** A service with a command of its own beside an app of the same code. */
const isOtherCommand = ({ fields, container }: FoundProcess): boolean =>
  container === undefined && fields['command'] !== undefined;

const merged = (process: FoundProcess, service: FoundProcess, shared: Fields): FoundProcess => {
  const ports = process.fields['ports'] ?? portsHere(service.fields['ports']);
  const own = (process.fields['env'] ?? {}) as Fields;
  const around = Object.entries((service.fields['env'] ?? {}) as Fields).filter(
    ([name, value]) => shared[name] !== value,
  );
  const env = Object.fromEntries(
    [...around, ...Object.entries(own)].filter(([name]) => name !== 'PORT' || ports === undefined),
  );
  return {
    ...process,
    fields: {
      ...process.fields,
      env: Object.keys(env).length === 0 ? undefined : env,
      envFile: process.fields['envFile'] ?? service.fields['envFile'],
      ports,
      mounts:
        process.fields['mounts'] ?? (service.container === undefined ? service.fields['mounts'] : undefined),
      readiness: process.fields['readiness'] ?? fitting(service.fields['readiness'], process.fields['ports']),
      stop: process.fields['stop'] ?? service.fields['stop'],
      watch: process.fields['watch'] ?? service.fields['watch'],
    },
    dependsOn: [
      ...process.dependsOn,
      ...service.dependsOn.filter(
        (dependency) => !process.dependsOn.some((one) => one.process === dependency.process),
      ),
    ],
  };
};

/** With a port of the list, a probe of the service fits if it names none. */
const fitting = (readiness: Value | undefined, ports: Value | undefined): Value | undefined => {
  const { http } = (readiness ?? {}) as Fields;
  return ports === undefined || (typeof http === 'string' && http.startsWith('/')) ? readiness : undefined;
};
