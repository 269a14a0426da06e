import { readFileSync } from 'node:fs';
import type { CertificatePlaces } from '../../model/certificate-places.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import { nearest } from '../../model/nearest.ts';
import type { ConfigReads } from '../known/config-reads.ts';
import type { ReadyMade } from '../ready-made.ts';
import { addressOf } from '../resolve/address-of.ts';
import type { DeclaredProcess } from '../resolve/component.ts';
import { declaredProcesses, portsOf } from '../resolve/declared.ts';
import type { WiringValues } from '../resolve/wiring.ts';
import type { AppConfig, PodConfig, PortConfig, ProcessConfig, ReadyMadeConfig } from '../types.ts';
import { mergeFields } from './merge-fields.ts';
import type { ExpandedProcess, NeighborPort, Preset, PresetPlace, Presets } from './preset.ts';
import { findReferenceProblems } from './reference-problems.ts';
import { usersCertificates } from './users-certificates.ts';

type Expanded =
  | { readonly config: PodConfig; readonly problems: readonly [] }
  | { readonly config: null; readonly problems: readonly ConfigProblem[] };

type Environment = Readonly<Record<string, string | undefined>>;
type Sidecars = Readonly<Record<string, ProcessConfig | Used>>;
type Used = { readonly [Use in keyof ReadyMade]: ReadyMadeConfig<Use> }[keyof ReadyMade];

/** What is around a config. */
export interface Surroundings {
  /** Name of the pod. */
  readonly pod: string;
  readonly folder: string;
  /** Inherited. */
  readonly env: Environment;
  /** The inherited environment, overlaid by the env files: of the pod, and of an app. */
  readonly envOf: (app: string | null) => Environment;
  /** Notes what ready-made sidecars read. */
  readonly reads?: ConfigReads | undefined;
}

/** Replaces every ready-made sidecar of a config of the right shape by the process that it stands for. */
export const expandConfig = (config: PodConfig, presets: Presets, around: Surroundings): Expanded => {
  const places = new Places(config, presets, around);
  const problems: ConfigProblem[] = [];
  const expand = (sidecars: Sidecars, base: FieldPath): Sidecars =>
    mapValues(sidecars, (fields, name) => {
      const preset = isUsed(fields) ? presets.get(fields.use) : undefined;
      if (preset === undefined) return fields;
      const at = [...base, 'sidecars', name];
      const place = places.of(name, at, fields);
      const unknown = findReferenceProblems(optionsOf(fields), places.valuesFor(at), place.path);
      const found = [
        ...portProblems(fields, preset, at),
        // What a reference to nothing stands for cannot be checked.
        ...(unknown.length > 0 ? unknown : preset.problems(optionsOf(fields), place)),
      ];
      problems.push(...found);
      return found.length > 0 ? fields : expandSidecar(fields as Used, preset, place);
    });
  const { sidecars, apps } = config as { readonly sidecars?: Sidecars; readonly apps?: Apps };
  const expanded = {
    ...config,
    ...(sidecars === undefined ? {} : { sidecars: expand(sidecars, []) }),
    ...(apps === undefined ? {} : { apps: expandApps(apps, expand) }),
  };
  return problems.length > 0 ? { config: null, problems } : { config: expanded as PodConfig, problems: [] };
};

type Apps = Readonly<Record<string, AppConfig>>;

const expandApps = (apps: Apps, expand: (sidecars: Sidecars, base: FieldPath) => Sidecars): Apps =>
  mapValues(apps, (app, name) =>
    app.sidecars === undefined ? app : { ...app, sidecars: expand(app.sidecars, ['apps', name]) },
  );

const isUsed = (fields: ProcessConfig | Used): fields is Used => 'use' in fields && fields.use !== undefined;

const optionsOf = (fields: ProcessConfig | Used): never =>
  ('with' in fields ? (fields.with ?? {}) : {}) as never;

/** The program of a ready-made sidecar opens its ports itself, and no others. */
const portProblems = (
  fields: ProcessConfig | Used,
  preset: Preset,
  path: FieldPath,
): readonly ConfigProblem[] => {
  const known = Object.keys(preset.ports(optionsOf(fields)));
  return Object.entries<PortConfig | undefined>(fields.ports ?? {}).flatMap(
    ([found, port]): readonly ConfigProblem[] => {
      const at = [...path, 'ports', found];
      if (!known.includes(found))
        return [
          { kind: 'unknown-name', named: 'port', path: at, found, nearest: nearest(found, known), known },
        ];
      return typeof port === 'object' && port.activate === true
        ? [{ kind: 'not-activatable', path: [...at, 'activate'], because: 'ready-made' }]
        : [];
    },
  );
};

const expandSidecar = (used: Used, preset: Preset, place: PresetPlace): ExpandedProcess => {
  const { use, with: _, engine = 'embedded', ...own } = used;
  const { fields, ...made } = preset.expand(optionsOf(used), place);
  return { ...mergeFields(fields, own), readyMade: { origin: { use, engine }, ...made } };
};

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** The names and ports around each place of a config. */
class Places {
  readonly #presets: Presets;
  readonly #around: Surroundings;
  readonly #certificates: CertificatePlaces;
  /** One of several instances stands for all: they see the same names. */
  readonly #byPath = new Map<string, DeclaredProcess>();
  readonly #byName: ReadonlyMap<string, DeclaredProcess>;

  constructor(config: PodConfig, presets: Presets, around: Surroundings) {
    this.#presets = presets;
    this.#around = around;
    this.#certificates = usersCertificates(around.env);
    around.reads?.places(this.#certificates);
    const processes = declaredProcesses(config);
    this.#byName = new Map(processes.map((process) => [process.name, process]));
    for (const process of processes) this.#byPath.set(process.path.join('\0'), process);
  }

  of(name: string, path: FieldPath, fields: ProcessConfig | Used): PresetPlace {
    const process = this.#at(path);
    const { single, processes } = process.scope;
    const others = [...single].filter(([, other]) => other !== process.name);
    const { pod, folder, reads } = this.#around;
    const env = this.#around.envOf(process.app?.name ?? null);
    return {
      ...{ name, pod, folder, path: [...path, 'with'] },
      engine: (isUsed(fields) ? fields.engine : undefined) ?? 'embedded',
      env: reads?.valued(env) ?? env,
      hostOf: (port) => this.#portsOf(fields, name).find((each) => each.name === port)?.host ?? '127.0.0.1',
      neighbors: new Map(others.map(([written, other]) => [written, this.#portsOfProcess(other)])),
      uses: new Map(others.flatMap(([written, other]) => this.#useOf(other).map((use) => [written, use]))),
      names: [...processes.keys()].filter(
        (written) => processes.get(written)?.includes(process.name) !== true,
      ),
      instances: new Map([...processes].filter(([written]) => !single.has(written))),
      volumes: [...process.scope.volumes.keys()],
      read: (path) => {
        // A certificate that is right today has expired some day.
        reads?.incomparable();
        return readText(path);
      },
      apps: this.#appsOf(process),
      dependents: this.#dependentsOf(process),
      certificates: this.#certificates,
    };
  }

  /** What the options of a process can refer to, with stand-ins for what is known later. */
  valuesFor(path: FieldPath): WiringValues {
    const { app, scope } = this.#at(path);
    const { reads, envOf } = this.#around;
    const owner = app?.name ?? null;
    const env = envOf(owner);
    const ports = [...scope.single].map(([written, name]) => {
      const names = this.#portsOfProcess(name).map((port) => [port.name, 1] as const);
      return [written, new Map(names)] as const;
    });
    return {
      ports: new Map(ports),
      volumes: scope.volumes,
      files: new Map(),
      env: reads?.expected(owner, env) ?? env,
      app,
    };
  }

  #at(path: FieldPath): DeclaredProcess {
    const process = this.#byPath.get(path.join('\0'));
    if (process === undefined) throw new Error(`no process is declared at ${path.join('.')}`);
    return process;
  }

  /** Names of the apps beside a process: of the one that it belongs to, or of all that share it. */
  #appsOf({ app, scope }: DeclaredProcess): readonly string[] {
    const primaries = [...this.#byName.values()].filter(
      ({ role, name }) => role === 'primary' && (app === null || app.primary === name),
    );
    const isOne = (names: readonly string[]) =>
      names.some((name) => primaries.some((each) => each.name === name));
    return [...scope.processes].filter(([, names]) => isOne(names)).map(([written]) => written);
  }

  #dependentsOf({ name, scope }: DeclaredProcess): readonly string[] {
    const waiting = [...this.#byName.values()].filter((process) =>
      writtenDependencies(process).some((written) => process.scope.processes.get(written)?.includes(name)),
    );
    return [...scope.single]
      .filter(([, other]) => waiting.some((process) => process.name === other))
      .map(([written]) => written);
  }

  /** Nothing, or the one name. */
  #useOf(name: string): readonly string[] {
    const { use } = (this.#byName.get(name)?.fields ?? {}) as { readonly use?: string };
    return use === undefined ? [] : [use];
  }

  #portsOfProcess(name: string): readonly NeighborPort[] {
    const fields = this.#byName.get(name)?.fields;
    return (fields === undefined ? [] : this.#portsOf(fields, name)).map((port) => ({
      name: port.name,
      protocol: port.protocol,
      host: addressOf({ host: port.host, port: 0 }, 'this-machine').host,
    }));
  }

  #portsOf(fields: ProcessConfig | Used, name: string): readonly DeclaredPort[] {
    const made = isUsed(fields) ? this.#presets.get(fields.use)?.ports(optionsOf(fields)) : undefined;
    const ports = { ...made, ...(fields.ports as Readonly<Record<string, PortConfig>> | undefined) };
    return portsOf({ name, fields: { ports } });
  }
}

const writtenDependencies = ({ fields: { dependsOn = [] } }: DeclaredProcess): readonly string[] =>
  Array.isArray(dependsOn) ? dependsOn : Object.keys(dependsOn);

const mapValues = <Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value, key: string) => Value,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
