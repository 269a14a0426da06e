import type { Fields, FoundDependency, FoundProcess, Value } from '../../form/found-pod.ts';
import { toLabels } from '../../form/label.ts';
import type { PortPart } from '../../form/template.ts';
import { type Data, number, record, text } from '../../reading/read-yaml.ts';
import { wordsOf } from '../command.ts';
import { Names, Rewriter } from './addresses.ts';
import { type RunBuild, readBuild } from './build.ts';
import { type Context, reportProblem } from './context.ts';
import { readDependencies, reportCircle } from './dependencies.ts';
import { readEnvironment } from './environment.ts';
import { readFiles } from './files.ts';
import { flagOf } from './flag-of.ts';
import { readReadiness, readStop } from './healthcheck.ts';
import { readHooks } from './hooks.ts';
import { reportLeftOut } from './left-out.ts';
import { mountedFiles, withRewrittenFiles } from './mounted-files.ts';
import { mountFields, ServiceMounts } from './mounts.ts';
import { namedPorts, type RunPort, readDeclared, unpublished } from './ports.ts';
import { readRestart } from './restart.ts';
import { RunVolumes } from './volumes.ts';
import { readWatch } from './watch.ts';

/** What is known of a service by itself. */
interface Service {
  readonly name: string;
  readonly data: Data;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly build: RunBuild | null;
  readonly dependsOn: readonly FoundDependency[];
  readonly instances: number;
  /** True if a port is published, so that it will listen there. */
  readonly listens: boolean;
  readonly ports: readonly RunPort[];
}

/** Converts the services of a project to containers, as Compose runs them. */
export class ServiceReader {
  readonly volumes: RunVolumes;
  readonly #context: Context;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #names: Names;
  readonly #mounts: ServiceMounts;
  readonly #awaited: ReadonlyMap<string, ReadonlySet<FoundDependency['condition']>>;

  constructor(context: Context) {
    this.#context = context;
    this.volumes = new RunVolumes(context.source);
    this.#mounts = new ServiceMounts(context, this.volumes);
    this.#names = new Names(context.services);
    this.#labels = toLabels([...context.services.keys()]);
    const read = new Map([...context.services].map(([name, data]) => [name, this.#read(name, data)]));
    const texts = new Map([...read].map(([name, service]) => [name, this.#textsOf(service)]));
    this.#services = new Map(
      [...read].map(([name, service]) => {
        const named = this.#names.portsIn(texts, name);
        return [name, { ...service, ports: namedPorts([...service.ports, ...named]) }];
      }),
    );
    this.#awaited = this.#conditions();
    reportCircle(context, new Map([...read].map(([name, { dependsOn }]) => [name, dependsOn])));
  }

  get processes(): readonly FoundProcess[] {
    return [...this.#services.values()].map((service) => this.#process(service));
  }

  #read(name: string, data: Data): Service {
    const context = this.#context;
    const onProblem = (field: Parameters<typeof reportProblem>[2], why: string): void =>
      reportProblem(context, name, field, why);
    const declared = readDeclared(data, onProblem);
    if (declared.asksForOthers) context.losses.of(null)(ON_LOOPBACK);
    const build = readBuild(context, name, data);
    if (build === null && (text(data['image']) ?? '') === '') onProblem([], 'it has neither image nor build');
    return {
      name,
      data,
      env: readEnvironment(context, name, data),
      entrypoint: wordsOf(data['entrypoint']),
      command: wordsOf(data['command']),
      build,
      dependsOn: readDependencies(context, name, data),
      instances: number(data['scale']) ?? number(record(data['deploy'])['replicas']) ?? 1,
      listens: declared.ports.some(({ protocol }) => protocol === 'tcp'),
      ports: namedPorts([...declared.ports, ...unpublished(data, build?.dockerfile ?? null, onProblem)]),
    };
  }

  /** Everything that may name another service with a port. */
  #textsOf({ name, data, env, entrypoint, command }: Service): readonly string[] {
    const contents: string[] = [];
    readFiles(this.#context, this.volumes, name, data, (content) => {
      contents.push(content);
      return content;
    });
    const pairs = Object.entries(env).map(([variable, port]) => {
      const [, prefix] = /^(.*)PORT$/i.exec(variable) ?? [];
      return `${prefix === undefined ? '' : (env[`${prefix}HOST`] ?? '')}:${port}`;
    });
    const mounted = mountedFiles(this.#mounts.of(name, data), this.#context.source.machine);
    return [
      ...Object.values(env),
      ...pairs,
      ...entrypoint,
      ...command,
      ...contents,
      ...mounted.map(({ content }) => content),
    ];
  }

  #conditions(): ReadonlyMap<string, ReadonlySet<FoundDependency['condition']>> {
    const all = [...this.#services.values()].flatMap(({ dependsOn }) => dependsOn);
    return new Map(
      [...Map.groupBy(all, ({ process }) => process)].map(([name, each]) => [
        name,
        new Set(each.map(({ condition }) => condition)),
      ]),
    );
  }

  #process(service: Service): FoundProcess {
    const { name, data, dependsOn } = service;
    reportLeftOut(data, this.#context.losses.of(name));
    return {
      name,
      comments: [],
      fields: this.#fields(service),
      dependsOn,
      runsOnce: this.#awaited.get(name)?.has('completed') === true,
      isIndependent: true,
      container: { because: 'it is a service of a Compose project', stays: true },
    };
  }

  #fields(service: Service): Fields {
    const { name, data, build, instances } = service;
    const context = this.#context;
    const reportLoss = context.losses.of(name);
    const rewriter = new Rewriter(this.#names.of(name), (other, port) => this.#portOf(other, port));
    const rewritten = (content: string): Value => rewriter.text(content);
    const own = readFiles(context, this.volumes, name, data, rewritten);
    const { machine } = context.source;
    const mounted = withRewrittenFiles(this.#mounts.of(name, data), machine, rewritten, reportLoss);
    const starts = context.active.has(name) && instances > 0;
    return {
      image: text(data['image']) || `${context.project}-${name}`,
      build: build?.fields,
      pull: readPull(data['pull_policy']),
      command: wordsIn(service.entrypoint, rewriter),
      args: wordsIn(service.command, rewriter),
      workingDir: text(data['working_dir']),
      user: text(data['user']),
      env: orNothing(rewriter.variables(withoutGuess(service))),
      ports: portFields(service.ports),
      ...mountFields([...mounted.mounts, ...own.mounts]),
      files: orNothing({ ...mounted.files, ...own.files }),
      readiness: readReadiness(context, name, data, {
        isAwaited: this.#awaited.get(name)?.has('ready') === true,
        listens: service.listens,
        hasTcpPort: service.ports.some(({ protocol }) => protocol === 'tcp'),
      }),
      postStart: readHooks(data['post_start'], 'post_start', reportLoss),
      preStop: readHooks(data['pre_stop'], 'pre_stop', reportLoss),
      restart: readRestart(context, name, data),
      stop: readStop(data),
      watch: readWatch(data['develop'], reportLoss),
      autostart: starts ? undefined : false,
      instances: instances > 1 ? instances : undefined,
      stdin: flagOf(data['stdin_open']) === true ? undefined : 'null',
    };
  }

  /** The first of several instances stands for all. */
  #portOf(name: string, port: number): PortPart | undefined {
    const service = this.#services.get(name);
    const found = service?.ports.find((each) => each.port === port);
    if (service === undefined || found === undefined) return undefined;
    const label = this.#labels.get(name) ?? name;
    return {
      kind: 'port',
      process: service.instances > 1 ? `${label}-1` : label,
      port: found.name,
    };
  }
}

const ON_LOOPBACK = 'ports are published on 127.0.0.1 alone, also where another address is asked for';

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** Of several ports, none is more likely to be the one that the program takes from `PORT`. */
const withoutGuess = ({ env, ports }: Service): Fields =>
  ports.length > 1 && !Object.hasOwn(env, 'PORT') ? { ...env, PORT: null } : env;

const wordsIn = (words: readonly string[], rewriter: Rewriter): Value | undefined =>
  words.length === 0 ? undefined : words.map((word) => rewriter.text(word));

const readPull = (policy: unknown): Value | undefined => {
  const written = text(policy);
  if (written === 'never') return 'never';
  return written === undefined || /^(missing|if_not_present|build)$/.test(written) ? undefined : 'always';
};

const portFields = (ports: readonly RunPort[]): Fields | undefined =>
  ports.length === 0
    ? undefined
    : Object.fromEntries(ports.map(({ name, ...port }) => [name, portField(port)]));

const portField = ({ port, published, protocol }: Omit<RunPort, 'name'>): Value => {
  if (published === port && protocol === 'tcp') return port;
  return {
    port: published ?? 'auto',
    ...(published === port ? {} : { target: port }),
    ...(protocol === 'udp' ? { protocol } : {}),
  };
};
