import { join, normalize, posix } from 'node:path';
import type { Variables } from '../../model/env-file.ts';
import type { Fields, FoundDependency, FoundProcess, Value } from '../form/found-pod.ts';
import { type ServiceAddress, withLocalHosts } from '../form/hosts.ts';
import { interpolated, interpolatedNow } from '../form/interpolation.ts';
import { toLabels } from '../form/label.ts';
import type { Losses, ReportLoss } from '../form/losses.ts';
import { asValue, withPaths, withServices } from '../form/replace-in-text.ts';
import { type FilePart, Template, type VolumePart } from '../form/template.ts';
import type { Source } from '../format.ts';
import { fromGoDuration } from '../reading/durations.ts';
import { type Data, list, number, record, text } from '../reading/read-yaml.ts';
import { type ComposeCommand, wordsOf } from './command.ts';
import { type Resources, serviceFiles } from './config-files.ts';
import { anonymousVolumes, containerMounts, mountFields, referencesTo } from './container-mounts.ts';
import { imageEnvironment } from './image-environment.ts';
import { imagePorts } from './image-ports.ts';
import type { KnownProgram } from './known-images.ts';
import { namedVolumes } from './mounts.ts';
import type { ComposePort } from './ports.ts';
import { interpolateForShell, readHealthcheck } from './probe.ts';
import { environmentOf } from './project.ts';
import type { Service } from './service.ts';

/** Fields of a service about its container, which mean nothing outside one. */
const CONTAINER_ONLY =
  /^(cap_|cgroup|cpu|mem_|mac_|oom_|pids_|security_|userns|ulimits|networks?$|network_mode|dns|extra_hosts|links|external_links|privileged|user$|uts|ipc|pid|isolation|sysctls|shm_size|storage_opt|gpus|group_add|devices?$|read_only|tmpfs|volumes_from|provider|logging)/;

export interface ChosenService extends Service {
  readonly command: ComposeCommand;
}

/** Converts services to processes, knowing all of them. */
export class Importer {
  readonly #services: readonly ChosenService[];
  readonly #variables: Variables;
  readonly #losses: Losses;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #ports = new Map<string, ReadonlyMap<number, { readonly name: string; readonly value: Value }>>();
  readonly #addresses: readonly ServiceAddress[];
  readonly #volumes = new Map<string, Fields>();
  readonly #source: Source;
  readonly #awaitedToTheEnd: ReadonlySet<string>;

  readonly #resources: Resources;

  constructor(
    services: readonly ChosenService[],
    source: Source,
    variables: Variables,
    losses: Losses,
    resources: Resources,
  ) {
    this.#source = source;
    this.#resources = resources;
    this.#services = services;
    this.#variables = variables;
    this.#losses = losses;
    this.#labels = toLabels(services.map(({ name }) => name));
    this.#addresses = services.map((service) => this.#address(service));
    const all = services.flatMap(({ data }) => dependenciesOf(data));
    this.#awaitedToTheEnd = new Set(
      all.filter(({ condition }) => condition === 'completed').map(({ process }) => process),
    );
    this.#numberPorts();
  }

  process(service: ChosenService): FoundProcess {
    const { name, data, command } = service;
    const runsOnce = this.#awaitedToTheEnd.has(name);
    const known = new Set(this.#services.map((other) => other.name));
    const reportLoss = this.#losses.of(name);
    reportContainerOnly(data, reportLoss, command.kind === 'none');
    return {
      name,
      comments: [],
      fields:
        command.kind === 'none'
          ? this.#containerFields(service, runsOnce, reportLoss)
          : this.#fields(service, runsOnce, reportLoss),
      dependsOn: dependenciesOf(data).filter(({ process }) => known.has(process)),
      runsOnce,
      code: service.code,
      isAnywhere: command.kind === 'known',
      container: command.kind === 'none' ? command : undefined,
    };
  }

  volumes(): Fields {
    if (this.#volumes.size === 0) return {};
    return { volumes: Object.fromEntries(this.#volumes) };
  }

  #fields(service: ChosenService, runsOnce: boolean, reportLoss: ReportLoss): Fields {
    const { data, command } = service;
    return {
      ...this.#commonFields(service, runsOnce, reportLoss),
      command: this.#command(service),
      cwd: command.kind !== 'command' || command.cwd === '.' ? undefined : command.cwd,
      env: orNothing(this.#environment(service, reportLoss)),
      mounts: command.kind === 'command' ? this.#mounts(service, reportLoss) : undefined,
      readiness: this.#readiness(service, reportLoss),
      tty: data['tty'] === true && data['stdin_open'] === true ? true : undefined,
    };
  }

  /** An entrypoint replaces that of the image, and a command is its arguments. */
  #containerFields(service: ChosenService, runsOnce: boolean, reportLoss: ReportLoss): Fields {
    const { data, image, name, build } = service;
    const isIdle = service.command.kind === 'none' && service.command.isIdle === true;
    const mounts = isIdle ? [] : containerMounts(service.volumes, this.#source);
    for (const { volume, fields } of mounts) this.#volumes.set(volume, fields);
    const read = (written: string): Value => interpolated(written, reportLoss);
    const contents = (written: string): Value => this.#reading(new Map())(read(written));
    const files = serviceFiles(name, data, this.#resources, contents, reportLoss);
    const reading = this.#reading(
      new Map<string, VolumePart | FilePart>([...referencesTo(mounts), ...files.references]),
    );
    const words = (field: string): readonly Value[] =>
      wordsOf(data[field]).map((word) => reading(read(word)));
    const env = withLocalHosts(this.#written(service, reportLoss), this.#addresses, OF_A_CONTAINER);
    return {
      ...this.#commonFields(service, runsOnce, reportLoss),
      image: image === '' ? name : image,
      build,
      pull: PULLS[text(data['pull_policy']) ?? ''],
      command: commandLine(words('entrypoint')),
      args: wordsOf(data['command']).length === 0 ? undefined : words('command'),
      workingDir: text(data['working_dir']),
      user: text(data['user']),
      env: orNothing(Object.fromEntries(Object.entries(env).map(([each, value]) => [each, reading(value)]))),
      mounts: mountFields([...mounts, ...files.mounts]),
      anonymousVolumes: isIdle ? undefined : listOrNothing(anonymousVolumes(service.volumes)),
      ...files.fields,
      readiness: this.#containerReadiness(service, reportLoss),
    };
  }

  /** Replaces addresses of services, and paths, in texts. */
  #reading(paths: Parameters<typeof withPaths>[1]): (value: Value | undefined) => Value {
    return (value) => {
      if (typeof value !== 'string' && !(value instanceof Template)) return value ?? '';
      const parts = typeof value === 'string' ? [value] : value.parts;
      return asValue(withPaths(withServices(parts, this.#addresses), paths));
    };
  }

  /** What an http probe asks has to be published. */
  #containerReadiness(service: ChosenService, reportLoss: ReportLoss): Value | undefined {
    const { data } = service;
    const { test, disable } = record(data['healthcheck']);
    const own = this.#probe(service, (word) => word, reportLoss);
    if (own === undefined) return data['healthcheck'] !== undefined && disable === true ? false : undefined;
    if (!('http' in own) || typeof own['http'] === 'object' || String(own['http']).startsWith('/'))
      return own;
    const { http: _http, ...timing } = own;
    const exec = typeof test === 'string' ? test : list(test).slice(1).map(String);
    return { exec: list(test)[0] === 'CMD-SHELL' ? list(test).slice(1).join(' ') : exec, ...timing };
  }

  #commonFields(service: ChosenService, runsOnce: boolean, reportLoss: ReportLoss): Fields {
    const { data } = service;
    const [postStart, preStop] = ['post_start', 'pre_stop'].map((hook) => readHook(data[hook], reportLoss));
    return {
      envFile: this.#envFiles(data['env_file'], reportLoss),
      ports: this.#portFields(service),
      postStart,
      preStop,
      restart: readRestart(data, runsOnce),
      stop: this.#stop(data, reportLoss),
      watch: readWatch(data['develop'], reportLoss),
      autostart: list(data['profiles']).length > 0 ? false : undefined,
      instances: number(data['scale']) ?? number(record(data['deploy'])['replicas']),
    };
  }

  #environment(service: ChosenService, reportLoss: ReportLoss): Fields {
    const { command } = service;
    const ofImage = command.kind === 'command' ? imageEnvironment(service, command, reportLoss) : {};
    const env = withLocalHosts({ ...ofImage, ...this.#written(service, reportLoss) }, this.#addresses);
    // The first port is in PORT already, as it is here.
    const isOwnPort = Number(env['PORT']) === service.ports[0]?.port;
    return Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'PORT' || !isOwnPort));
  }

  #written(service: ChosenService, reportLoss: ReportLoss): Fields {
    return Object.fromEntries(
      Object.entries(environmentOf(service.data)).flatMap(([name, value]) => {
        const content = text(value);
        // A name without a value is inherited, as every variable is here.
        return content === undefined ? [] : [[name, interpolated(content, reportLoss)] as const];
      }),
    );
  }

  #command({ name, data, command, volumes }: ChosenService): Value | undefined {
    if (command.kind === 'command') return command.command;
    if (command.kind === 'none') return undefined;
    const { program, portFlag, port, folderFlag, dataFolder } = command.program;
    const own = this.#ports.get(name)?.values().next().value;
    const chosen: Value =
      own === undefined
        ? String(port)
        : new Template([{ kind: 'port', process: this.#label(name), port: own.name }]);
    const [volume] = namedVolumes(volumes).filter(({ target }) => target === dataFolder);
    const folder =
      volume === undefined || folderFlag === undefined
        ? []
        : [folderFlag, new Template([{ kind: 'volume', name: this.#declared(volume.source) }])];
    const given = withoutFlag(command.args, portFlag).map((word) =>
      interpolated(word, this.#losses.of(name)),
    );
    // Without a volume, what it keeps would be left in the folder in which it is started.
    const quiet = folder.length > 0 || keepsFiles(data) ? [] : command.program.args;
    return [program, portFlag, chosen, ...given, ...folder, ...quiet];
  }

  #label(name: string): string {
    return this.#labels.get(name) ?? name;
  }

  #declared(volume: string): string {
    const [label = volume] = toLabels([volume]).values();
    this.#volumes.set(label, { persist: true });
    return label;
  }

  #readiness(service: ChosenService, reportLoss: ReportLoss): Value | undefined {
    // A known server is ready when its port is, wherever that is.
    if (service.command.kind === 'known') return undefined;
    return this.#probe(service, (word) => pathHere(word, service), reportLoss);
  }

  #probe(service: ChosenService, path: (word: string) => string, reportLoss: ReportLoss): Fields | undefined {
    const now = (written: string): string => this.#now(written, reportLoss);
    const probe = readHealthcheck(service.data['healthcheck'], { now, path, reportLoss });
    return onOwnPort(probe, this.#ports.get(service.name) ?? new Map());
  }

  #now(written: string, reportLoss: ReportLoss): string {
    return interpolatedNow(written, this.#variables, reportLoss);
  }

  #stop({ stop_signal: signal, stop_grace_period: grace }: Data, reportLoss: ReportLoss): Value | undefined {
    const written = {
      signal: signal === undefined ? undefined : this.#now(text(signal) ?? '', reportLoss),
      grace: fromGoDuration(this.#now(text(grace) ?? '', reportLoss)),
    };
    return written.signal === undefined && written.grace === undefined ? undefined : written;
  }

  #envFiles(written: unknown, reportLoss: ReportLoss): Value | undefined {
    const files = list(written).map((entry) => {
      const path = this.#now(text(entry) ?? text(record(entry)['path']) ?? '', reportLoss);
      return record(entry)['required'] === false ? { path, required: false } : path;
    });
    return files.length > 1 ? files : files[0];
  }

  #portFields({ name }: ChosenService): Fields | undefined {
    const ports = this.#ports.get(name);
    if (ports === undefined || ports.size === 0) return undefined;
    return Object.fromEntries([...ports.values()].map((port) => [port.name, port.value]));
  }

  /** In containers each service has all port numbers; here no two can share one. */
  #numberPorts(): void {
    const taken = new Set<string>();
    const containersLast = this.#services.toSorted(
      (a, b) => Number(a.command.kind === 'none') - Number(b.command.kind === 'none'),
    );
    for (const service of containersLast) {
      const declared = this.#declaredPorts(service);
      const numbered = declared.map((port) => {
        const value = this.#numbered(service, port, taken);
        const name = declared.length === 1 ? 'main' : `p${port.port}`;
        return [port.port, { name: service.portNames.get(port.port) ?? name, value }] as const;
      });
      this.#ports.set(service.name, new Map(numbered));
    }
  }

  #declaredPorts({ name, image, ports, command, portNames }: ChosenService): readonly ComposePort[] {
    if (command.kind === 'known') return portsOfKnown(ports, command.args, command.program);
    if (command.kind === 'none')
      return ports.length > 0 ? inOrder(ports, portNames) : imagePorts(image).map(UNPUBLISHED);
    if (command.isScript !== true) return ports;
    const [first] = ports.filter(({ port }) => port < 1024);
    if (first !== undefined)
      this.#losses.of(name)(
        `its port ${first.port} is that of a server in its image: declare the one of its script`,
      );
    return ports.filter(({ port }) => port >= 1024);
  }

  #numbered({ name, command }: ChosenService, port: ComposePort, taken: Set<string>): Value {
    const own = command.kind === 'command' || this.#isNamedAlone(name) ? port.port : null;
    const { published, protocol } = port;
    const free = [own, published].find(
      (candidate) => candidate !== null && !taken.has(`${protocol} ${candidate}`),
    );
    if (typeof free === 'number') taken.add(`${protocol} ${free}`);
    if (command.kind === 'none') return publishedPort(free, port);
    if (free !== port.port && command.kind === 'command')
      this.#losses.of(name)(
        `it listens on ${port.port} in its container, but another process has that port here; make it listen on PORT`,
      );
    return protocol === 'udp' ? { port: free ?? 'auto', protocol } : (free ?? 'auto');
  }

  /** A variable that is a host and no port leaves the port to what everybody knows. */
  #isNamedAlone(name: string): boolean {
    return this.#services.some(({ data }) => Object.values(environmentOf(data)).includes(name));
  }

  #address({ name }: ChosenService): ServiceAddress {
    return {
      service: name,
      portOf: (port) => {
        const own = this.#ports.get(name)?.get(port);
        return own === undefined ? undefined : { kind: 'port', process: this.#label(name), port: own.name };
      },
    };
  }

  /** A volume within the code is there as a symlink; one elsewhere has no place here. */
  #mounts(service: ChosenService, reportLoss: ReportLoss): Fields | undefined {
    const mounts = namedVolumes(service.volumes).flatMap(({ source, target }) => {
      const path = service.paths.toHost(target);
      if (path !== null && !path.startsWith('/'))
        return [[this.#declared(source), `./${normalize(path)}`] as const];
      const label = this.#declared(source);
      reportLoss(`its volume ${source} is not at ${target} here; its folder is \${volumes.${label}}`);
      return [];
    });
    return mounts.length === 0 ? undefined : Object.fromEntries(mounts);
  }
}

/** A probe runs in the folder of its process. */
const pathHere = (word: string, { command, paths }: ChosenService): string => {
  const path = word.startsWith('/') ? paths.toHost(word) : null;
  if (path === null || command.kind !== 'command') return word;
  return path.startsWith('/') ? path : posix.relative(join('/', command.cwd), join('/', path));
};

const PULLS: Readonly<Record<string, Value>> = { always: 'always', never: 'never' };

/** A line for the shell is the same as a text. */
const commandLine = (words: readonly Value[]): Value | undefined => {
  const [shell, flag, line] = words;
  if (words.length === 3 && (shell === 'sh' || shell === '/bin/sh') && flag === '-c') return line;
  return words.length === 0 ? undefined : words;
};

/** Name by which a container reaches this machine. */
const OF_A_CONTAINER = 'host.docker.internal';

/** The order of their names; those without come last. */
const inOrder = (
  ports: readonly ComposePort[],
  names: ReadonlyMap<number, string>,
): readonly ComposePort[] => {
  const order = [...names.keys()];
  const rank = ({ port }: ComposePort): number => (order.includes(port) ? order.indexOf(port) : order.length);
  return ports.toSorted((one, other) => rank(one) - rank(other));
};

const UNPUBLISHED = (port: number): ComposePort => ({ port, published: null, protocol: 'tcp' });

const publishedPort = (free: number | null | undefined, { port, protocol }: ComposePort): Value => {
  if (free === port && protocol === 'tcp') return port;
  const target = free === port ? {} : { target: port };
  return { port: free ?? 'auto', ...target, ...(protocol === 'udp' ? { protocol } : {}) };
};

const listOrNothing = (list: readonly string[]): readonly string[] | undefined =>
  list.length === 0 ? undefined : list;

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

const portsOfKnown = (
  ports: readonly ComposePort[],
  args: readonly string[],
  { port, portFlag }: KnownProgram,
): readonly ComposePort[] => {
  const fixed = number(flagValue(args, portFlag));
  if (fixed !== undefined) return [{ port: fixed, published: fixed, protocol: 'tcp' }];
  return ports.length > 0 ? ports : [{ port, published: null, protocol: 'tcp' }];
};

const flagValue = (words: readonly string[], flag: string): string | undefined =>
  words[words.indexOf(flag) + 1 || words.length];

const withoutFlag = (words: readonly string[], flag: string): readonly string[] =>
  words.filter((word, at) => word !== flag && words[at - 1] !== flag);

/** Options for what it saves say that somebody has thought of it. */
const keepsFiles = ({ command }: Data): boolean =>
  /--(save|dir|appendonly)\b/.test(JSON.stringify(command ?? ''));

const reportContainerOnly = (data: Data, reportLoss: ReportLoss, isContainer: boolean): void => {
  const fields = Object.keys(data).filter(
    (name) => CONTAINER_ONLY.test(name) || (!isContainer && /^(configs|secrets)$/.test(name)),
  );
  const why = isContainer ? 'a container here has none' : 'no meaning outside a container';
  for (const field of fields.filter((name) => !isContainer || name !== 'user')) reportLoss(why, field);
};

const CONDITIONS: Readonly<Record<string, FoundDependency['condition']>> = {
  service_started: 'started',
  service_healthy: 'ready',
  service_completed_successfully: 'completed',
};

export const dependenciesOf = ({ depends_on: written }: Data): readonly FoundDependency[] =>
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

/** A path is enough if the URL is that of its first port; another one of its own has a name. */
const onOwnPort = (probe: Fields | undefined, ports: OwnPorts): Fields | undefined => {
  const [first] = ports.keys();
  if (typeof probe?.['tcp'] === 'number')
    return { ...probe, tcp: ports.get(probe['tcp'])?.name ?? probe['tcp'] };
  const url = /^http:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(\/.*)?$/.exec(
    String(probe?.['http']),
  );
  const port = Number(url?.[1] ?? 80);
  const path = url?.[2] ?? '/';
  if (url === null || !ports.has(port)) return probe;
  return { ...probe, http: port === first ? path : { port: ports.get(port)?.name, path } };
};

type OwnPorts = ReadonlyMap<number, { readonly name: string }>;

/** A file that is only copied into the container is here already: a program that cares watches it itself. */
const RESTARTING = ['restart', 'sync+restart', 'rebuild'];

const readWatch = (develop: unknown, reportLoss: ReportLoss): Value | undefined => {
  const rules = list(record(develop)['watch']).map((rule) => record(rule));
  const restarting = rules.filter(({ action }) => RESTARTING.includes(text(action) ?? ''));
  if (rules.some(({ action }) => action === 'rebuild'))
    reportLoss('a change restarts it, but does not rebuild it', 'develop.watch');
  const paths = restarting.flatMap(({ path }) => text(path) ?? []).map((path) => normalize(path));
  const ignore = restarting.flatMap(({ path, ignore: globs }) =>
    list(globs).map((glob) => join(text(path) ?? '.', String(glob))),
  );
  if (paths.length === 0) return undefined;
  return ignore.length === 0 ? paths : { paths, ignore };
};

const readHook = (hooks: unknown, reportLoss: ReportLoss): Value | undefined => {
  const [first, ...more] = list(hooks);
  if (more.length > 0) reportLoss('only the first of its hooks runs, because a process has one');
  const { command } = record(first);
  if (typeof command === 'string') return interpolateForShell(command);
  return commandLine(list(command).map((word) => interpolated(text(word) ?? '', reportLoss)));
};

const readRestart = ({ restart, deploy }: Data, runsOnce: boolean): Value | undefined => {
  const policyInDeploy = record(record(deploy)['restart_policy'])['condition'];
  const written = text(restart) ?? FROM_DEPLOY[text(policyInDeploy) ?? ''] ?? 'no';
  const [policy, times] = written.split(':');
  if (policy === 'always' || policy === 'unless-stopped') return 'always';
  if (policy !== 'on-failure') return runsOnce ? undefined : 'never';
  const restarts = number(times);
  return restarts === undefined || restarts < 1
    ? 'on-failure'
    : { policy: 'on-failure', limit: { restarts, within: '1h' } };
};

const FROM_DEPLOY: Readonly<Record<string, string>> = {
  any: 'always',
  'on-failure': 'on-failure',
  none: 'no',
};
