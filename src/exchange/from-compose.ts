import { join, normalize } from 'node:path';
import { buildContext, type ComposeCommand, readCommand } from './compose-command.ts';
import { type ServiceAddress, withLocalHosts } from './compose-hosts.ts';
import { type ComposePort, readPorts } from './compose-ports.ts';
import { interpolateForShell, readHealthcheck } from './compose-probe.ts';
import { fromGoDuration } from './durations.ts';
import type { Fields, FoundDependency, FoundPod, FoundProcess, Value } from './found-pod.ts';
import { envFileIn } from './host.ts';
import { interpolated, interpolatedNow } from './interpolation.ts';
import { toLabels } from './label.ts';
import { type Data, list, number, record, text } from './read-yaml.ts';
import { Template } from './template.ts';

/** Fields of a service about its container, which mean nothing outside one. */
const CONTAINER_ONLY =
  /^(cap_|cgroup|cpu|mem_|mac_|oom_|pids_|security_|userns|ulimits|networks?|network_mode|dns|extra_hosts|links|external_links|privileged|user|uts|ipc|pid|isolation|platform|runtime|sysctls|shm_size|storage_opt|gpus|group_add|devices?|read_only|deploy|secrets|configs|tmpfs|volumes_from|scale|tty|provider)/;

interface Service {
  readonly name: string;
  readonly data: Data;
  readonly ports: readonly ComposePort[];
  readonly command: ComposeCommand;
}

/** Reads a Compose file's services as processes of this machine. */
export const readCompose = (source: string, document: unknown, folder: string): FoundPod => {
  const leftOut: string[] = [];
  const { services: written, name, include } = record(document);
  if (include !== undefined) leftOut.push(RESOLVE_FIRST('include'));
  const services = Object.entries(record(written)).map(([service, value]): Service => {
    const reportLoss = (sentence: string) => leftOut.push(`${service}: ${sentence}`);
    const data = record(value);
    return {
      name: service,
      data,
      ports: readPorts(data, reportLoss),
      command: readCommand(data, folder, reportLoss),
    };
  });
  const carried = services.filter(({ command }) => command.kind !== 'none');
  leftOut.push(...services.flatMap((service) => reasonLeftOut(service)));
  const importer = new Importer(services, carried, leftOut);
  const processes = carried.map((service) => importer.process(service));
  return {
    source,
    name: text(name),
    // Compose reads `.env` to fill in variables, and gives its content only to services that ask for it.
    fields: { ...(usesVariables(processes) ? envFileIn(folder) : {}), ...importer.volumes() },
    processes,
    primary: mostLikelyApp(carried),
    leftOut,
    remarks: carried.length === 0 ? [] : [REMARK],
  };
};

const RESOLVE_FIRST = (what: string): string =>
  `${what}: resolve it first, as in docker compose config > all.yaml, then sidecarctl init --from all.yaml`;

const REMARK =
  "Compose restarts nothing by default, but a sidecar always restarts, so these have restart: 'never'";

const reasonLeftOut = ({ name, command, ports }: Service): readonly string[] => {
  if (command.kind !== 'none') return [];
  const published = ports.flatMap((port) => port.published ?? []);
  const where = published.length === 0 ? '' : `, at 127.0.0.1:${published.join(', ')}`;
  return [`${name}: ${command.because}; it can stay in Compose (docker compose up -d ${name}${where})`];
};

/** Prefers code of the user's to an image, then a telling name, then a service that nothing waits for. */
const mostLikelyApp = (services: readonly Service[]): string | null => {
  const awaited = new Set(services.flatMap(({ data }) => dependenciesOf(data).map(({ process }) => process)));
  const likeliness = (service: Service): number =>
    (list(service.data['profiles']).length === 0 ? 16 : 0) +
    (isBuilt(service) ? 8 : 0) +
    (/^(app|web|api|server|backend)$/.test(service.name) ? 4 : 0) +
    (awaited.has(service.name) ? 0 : 2) +
    (service.ports.length > 0 ? 1 : 0);
  return services.toSorted((a, b) => likeliness(b) - likeliness(a))[0]?.name ?? null;
};

const isBuilt = ({ data }: Service): boolean => buildContext(data) !== null;

const usesVariables = (value: unknown): boolean =>
  value instanceof Template
    ? value.parts.some((part) => typeof part === 'object' && part.kind === 'variable')
    : typeof value === 'object' && value !== null && Object.values(value).some(usesVariables);

const CONDITIONS: Readonly<Record<string, FoundDependency['condition']>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed',
};

const dependenciesOf = ({ depends_on: written }: Data): readonly FoundDependency[] =>
  Array.isArray(written)
    ? written.map((process) => ({ process: String(process) }))
    : Object.entries(record(written)).map(([process, value]) => {
        const { condition, restart, required } = record(value);
        return {
          process,
          condition: CONDITIONS[text(condition) ?? ''],
          ...(restart === true ? { restart } : {}),
          ...(required === false ? { required } : {}),
        };
      });

/** Converts services to processes, knowing all of them. */
class Importer {
  readonly #carried: readonly Service[];
  readonly #leftOut: string[];
  readonly #labels: ReadonlyMap<string, string>;
  readonly #ports = new Map<string, ReadonlyMap<number, { readonly name: string; readonly value: Value }>>();
  readonly #addresses: readonly ServiceAddress[];
  readonly #volumes = new Set<string>();
  readonly #awaitedToTheEnd: ReadonlySet<string>;

  constructor(services: readonly Service[], carried: readonly Service[], leftOut: string[]) {
    this.#carried = carried;
    this.#leftOut = leftOut;
    this.#labels = toLabels(carried.map(({ name }) => name));
    this.#addresses = services.map((service) => this.#address(service));
    const all = services.flatMap(({ data }) => dependenciesOf(data));
    this.#awaitedToTheEnd = new Set(
      all.filter(({ condition }) => condition === 'completed').map(({ process }) => process),
    );
    this.#numberPorts();
  }

  process(service: Service): FoundProcess {
    const { name, data } = service;
    const runsOnce = this.#awaitedToTheEnd.has(name);
    const reportLoss = (sentence: string) => void this.#leftOut.push(`${name}: ${sentence}`);
    this.#reportContainerOnly(data, reportLoss);
    const carried = new Set(this.#carried.map((other) => other.name));
    return {
      name,
      comments: [],
      fields: this.#fields(service, runsOnce, reportLoss),
      dependsOn: dependenciesOf(data).filter(({ process }) => carried.has(process)),
      runsOnce,
      isOwnCode: buildContext(data) !== null && isHere(buildContext(data) ?? ''),
    };
  }

  volumes(): Fields {
    if (this.#volumes.size === 0) return {};
    return { volumes: Object.fromEntries([...this.#volumes].map((volume) => [volume, { persist: true }])) };
  }

  #fields(service: Service, runsOnce: boolean, reportLoss: (sentence: string) => void): Fields {
    const { data, name } = service;
    const context = buildContext(data);
    const env = withLocalHosts(readEnvironment(data['environment'], reportLoss), this.#addresses);
    const [postStart, preStop] = ['post_start', 'pre_stop'].map((hook) => readHook(data[hook], reportLoss));
    this.#mount(data, reportLoss);
    return {
      command: this.#command(service),
      cwd: context === null || isHere(context) ? undefined : interpolated(context, reportLoss),
      env: Object.keys(env).length === 0 ? undefined : env,
      envFile: readEnvFiles(data['env_file'], reportLoss),
      ports: this.#portFields(name),
      readiness: onOwnPort(readHealthcheck(data['healthcheck'], reportLoss), service.ports[0]?.port),
      postStart,
      preStop,
      restart: readRestart(data, runsOnce),
      stop: readStop(data),
      watch: readWatch(data['develop'], reportLoss),
      autostart: list(data['profiles']).length > 0 ? false : undefined,
    };
  }

  #command({ name, command }: Service): Value | undefined {
    if (command.kind === 'command') return command.command;
    if (command.kind === 'none') return undefined;
    const { program, portFlag, args, port } = command.program;
    const own = this.#ports.get(name)?.get(port);
    const label = this.#labels.get(name) ?? name;
    const chosen: Value =
      own === undefined ? String(port) : new Template([{ kind: 'port', process: label, port: own.name }]);
    return [program, portFlag, chosen, ...args];
  }

  #portFields(name: string): Fields | undefined {
    const ports = this.#ports.get(name);
    if (ports === undefined || ports.size === 0) return undefined;
    return Object.fromEntries([...ports.values()].map((port) => [port.name, port.value]));
  }

  /** In containers each service has all port numbers; here no two can share one. */
  #numberPorts(): void {
    const taken = new Set<string>();
    for (const { name, ports, command } of this.#carried) {
      const known = command.kind === 'known' ? command.program : null;
      const declared = known === null || ports.length > 0 ? ports : [UNPUBLISHED(known.port)];
      const numbered = declared.map(({ port, published, protocol }) => {
        const free = [published === null && known !== null ? null : port, published].find(
          (candidate) => candidate !== null && !taken.has(`${protocol} ${candidate}`),
        );
        if (typeof free === 'number') taken.add(`${protocol} ${free}`);
        if (free !== port && known === null) this.#leftOut.push(`${name}: ${movedPort(port)}`);
        const value: Value = protocol === 'udp' ? { port: free ?? 'auto', protocol } : (free ?? 'auto');
        return [port, { name: declared.length === 1 ? 'main' : `p${port}`, value }] as const;
      });
      this.#ports.set(name, new Map(numbered));
    }
  }

  #address({ name, ports }: Service): ServiceAddress {
    const label = this.#labels.get(name);
    return {
      service: name,
      portOf: (port) => {
        const own = this.#ports.get(name)?.get(port);
        if (own !== undefined && label !== undefined) return { kind: 'port', process: label, port: own.name };
        return ports.find((other) => other.port === port)?.published ?? undefined;
      },
    };
  }

  #mount(data: Data, reportLoss: (sentence: string) => void): void {
    for (const entry of list(data['volumes'])) {
      const { source, target } = typeof entry === 'string' ? shortMount(entry) : longMount(record(entry));
      if (source === undefined || !/^[a-zA-Z0-9]/.test(source)) continue;
      const [volume = source] = toLabels([source]).values();
      this.#volumes.add(volume);
      reportLoss(
        `its volume ${source} is not at ${target ?? 'its path'} here; its folder is \${volumes.${volume}}`,
      );
    }
  }

  #reportContainerOnly(data: Data, reportLoss: (sentence: string) => void): void {
    const fields = Object.keys(data).filter((field) => CONTAINER_ONLY.test(field));
    if (data['extends'] !== undefined) reportLoss(RESOLVE_FIRST('extends'));
    if (fields.length > 0) reportLoss(`${fields.join(', ')}: no meaning outside a container`);
  }
}

const isHere = (folder: string): boolean => normalize(join(folder, '.')) === '.';

const UNPUBLISHED = (port: number): ComposePort => ({ port, published: null, protocol: 'tcp' });

const movedPort = (port: number): string =>
  `it listens on ${port} in its container, but another process has that port here; make it listen on PORT`;

/** A path is enough if the URL is that of its first port. */
const onOwnPort = (probe: Fields | undefined, port: number | undefined): Fields | undefined => {
  const url = /^http:\/\/(?:localhost|127\.0\.0\.1):(\d+)(\/.*)?$/.exec(String(probe?.['http']));
  if (url === null || Number(url[1]) !== port) return probe;
  return { ...probe, http: url[2] ?? '/' };
};

interface ComposeMount {
  readonly source: string | undefined;
  readonly target: string | undefined;
}

const shortMount = (entry: string): ComposeMount => {
  const [source, target] = entry.split(':');
  return target === undefined ? { source: undefined, target: source } : { source, target };
};

const longMount = ({ source, target }: Data): ComposeMount => ({
  source: text(source),
  target: text(target),
});

const readEnvironment = (environment: unknown, reportLoss: (sentence: string) => void): Fields => {
  const entries = Array.isArray(environment)
    ? environment.map((entry) => splitVariable(String(entry)))
    : Object.entries(record(environment)).map(([name, value]) => [name, text(value)] as const);
  // A name without a value is inherited, as every variable is here.
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, interpolated(value, reportLoss)]],
    ),
  );
};

/** Splits `NAME=value` or `NAME`. */
export const splitVariable = (entry: string): readonly [name: string, value: string | undefined] => {
  const at = entry.indexOf('=');
  return at === -1 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
};

const readEnvFiles = (written: unknown, reportLoss: (sentence: string) => void): Value | undefined => {
  const files = list(written).map((entry) => {
    const path = interpolatedNow(text(entry) ?? text(record(entry)['path']) ?? '', reportLoss);
    return record(entry)['required'] === false ? { path, required: false } : path;
  });
  return files.length > 1 ? files : files[0];
};

/** A file that is only copied into the container is here already: a program that cares watches it itself. */
const RESTARTING = ['restart', 'sync+restart', 'rebuild'];

const readWatch = (develop: unknown, reportLoss: (sentence: string) => void): Value | undefined => {
  const rules = list(record(develop)['watch']).map((rule) => record(rule));
  const restarting = rules.filter(({ action }) => RESTARTING.includes(text(action) ?? ''));
  if (rules.some(({ action }) => action === 'rebuild'))
    reportLoss('develop.watch: a change restarts it, but does not rebuild it');
  const paths = restarting.flatMap(({ path }) => text(path) ?? []).map((path) => normalize(path));
  const ignore = restarting.flatMap(({ path, ignore: globs }) =>
    list(globs).map((glob) => join(text(path) ?? '.', String(glob))),
  );
  if (paths.length === 0) return undefined;
  return ignore.length === 0 ? paths : { paths, ignore };
};

const readHook = (hooks: unknown, reportLoss: (sentence: string) => void): Value | undefined => {
  const [first, ...more] = list(hooks);
  if (more.length > 0) reportLoss('only the first of its hooks runs, because a process has one');
  const { command } = record(first);
  if (typeof command === 'string') return interpolateForShell(command);
  const words = list(command).map((word) => interpolated(text(word) ?? '', reportLoss));
  return words.length === 0 ? undefined : words;
};

const readRestart = ({ restart }: Data, runsOnce: boolean): Value | undefined => {
  const [policy, times] = (text(restart) ?? 'no').split(':');
  if (policy === 'always' || policy === 'unless-stopped') return 'always';
  if (policy !== 'on-failure') return runsOnce ? undefined : 'never';
  const restarts = number(times);
  return restarts === undefined || restarts < 1
    ? 'on-failure'
    : { policy: 'on-failure', limit: { restarts, within: '1h' } };
};

const readStop = ({ stop_signal: signal, stop_grace_period: grace }: Data): Value | undefined => {
  const written = { signal: text(signal), grace: fromGoDuration(text(grace) ?? '') };
  return written.signal === undefined && written.grace === undefined ? undefined : written;
};
