import { basename, join, posix } from 'node:path';
import { commandOf } from '../form/command-line.ts';
import type { Fields, FoundPod, FoundProcess, Value } from '../form/found-pod.ts';
import { distinctNames, toLabel } from '../form/label.ts';
import { Losses, type ReportLoss } from '../form/losses.ts';
import { Template } from '../form/template.ts';
import type { Format, Source } from '../format.ts';
import { fromSeconds } from '../reading/durations.ts';
import { isThere, type Machine } from '../reading/machine.ts';
import { type Data, list, number, readYaml, record, text } from '../reading/read-yaml.ts';

/** Fields that are about other places than this machine, or about log files. */
const NOT_CARRIED = [
  'containerImage',
  'containerImagePullPolicy',
  'createService',
  'daprdLogDestination',
  'appLogDestination',
  'unixDomainSocket',
  'daprdInstallPath',
];

/** Fields of an app that are options of `daprd` as they are. */
const OPTIONS: Readonly<Record<string, string>> = {
  appProtocol: '--app-protocol',
  appChannelAddress: '--app-channel-address',
  appMaxConcurrency: '--app-max-concurrency',
  maxBodySize: '--max-body-size',
  readBufferSize: '--read-buffer-size',
  logLevel: '--log-level',
  placementHostAddress: '--placement-host-address',
  schedulerHostAddress: '--scheduler-host-address',
  enableProfiling: '--enable-profiling',
  enableApiLogging: '--enable-api-logging',
  apiListenAddresses: '--dapr-listen-addresses',
};

const readDapr = (source: Source): FoundPod => {
  const losses = new Losses();
  const project = record(readYaml(source.text));
  const common = record(project['common']);
  const written = list(project['apps']).map((value) => record(value));
  const names = distinctNames(written.map((own) => text(own['appID']) ?? posix.basename(folderOf(own))));
  const apps = written.map((own, at) => {
    const name = names[at] ?? '';
    return new App(name, folderOf(own), own, common, source, losses.of(name));
  });
  return {
    source: source.name,
    name: text(project['name']),
    fields: {},
    processes: apps.flatMap((app) => app.processes()),
    apps: apps.filter((app) => app.hasCommand).map(({ name }) => name),
    losses: losses.all,
    remarks: source.machine.hasProgram('daprd') ? [] : [INSTALL],
  };
};

const folderOf = (own: Data): string => text(own['appDirPath']) ?? '.';

const INSTALL = 'daprd is not on the PATH: dapr init installs it as ~/.dapr/bin/daprd';

/** An app of a multi-app run, and the `daprd` beside it. */
class App {
  readonly name: string;
  readonly #folder: string;
  readonly #own: Data;
  readonly #common: Data;
  readonly #source: Source;
  readonly #reportLoss: ReportLoss;

  constructor(name: string, folder: string, own: Data, common: Data, source: Source, reportLoss: ReportLoss) {
    this.name = name;
    this.#folder = folder;
    this.#own = own;
    this.#common = common;
    this.#source = source;
    this.#reportLoss = reportLoss;
  }

  get hasCommand(): boolean {
    return (text(list(this.#own['command'])[0]) ?? '') !== '';
  }

  processes(): readonly FoundProcess[] {
    for (const field of NOT_CARRIED) {
      if (this.#field(field) !== undefined) this.#reportLoss('no meaning here', field);
    }
    return this.hasCommand ? [this.#app(), this.#daprd()] : [this.#daprd()];
  }

  #field(name: string): unknown {
    return this.#own[name] ?? this.#common[name];
  }

  #app(): FoundProcess {
    const port = number(this.#own['appPort']);
    return {
      name: this.name,
      comments: [],
      fields: {
        command: commandOf(list(this.#own['command']).map((word) => text(word) ?? '')),
        cwd: this.#folder,
        env: this.#environment(),
        ports: port === undefined ? undefined : { app: port },
        readiness: this.#readiness(),
      },
      dependsOn: [
        { process: this.#sidecar, ...(port === undefined ? {} : { condition: 'started' as const }) },
      ],
      runsOnce: false,
      code: this.#folder,
    };
  }

  #environment(): Fields {
    const written = { ...record(this.#common['env']), ...record(this.#own['env']) };
    const values = Object.entries(written).map(([name, value]) => [name, text(value) ?? null] as const);
    return {
      ...Object.fromEntries(values),
      APP_ID: this.name,
      DAPR_HTTP_PORT: portOf(DAPRD, 'http'),
      DAPR_GRPC_PORT: portOf(DAPRD, 'grpc'),
    };
  }

  #readiness(): Value | undefined {
    const hasPort = number(this.#own['appPort']) !== undefined;
    if (this.#field('enableAppHealthCheck') !== true || !hasPort) return undefined;
    const timeout = number(this.#field('appHealthProbeTimeout'));
    return {
      http: text(this.#field('appHealthCheckPath')) ?? '/healthz',
      period: fromSeconds(number(this.#field('appHealthProbeInterval')) ?? 5),
      timeout: timeout === undefined ? '500ms' : `${timeout}ms`,
      failureThreshold: number(this.#field('appHealthThreshold')),
    };
  }

  get #sidecar(): string {
    return this.hasCommand ? `${this.name}-${DAPRD}` : this.name;
  }

  #daprd(): FoundProcess {
    const label = this.hasCommand ? DAPRD : toLabel(this.name);
    const ports = {
      http: 'daprHTTPPort',
      grpc: 'daprGRPCPort',
      internal: 'daprInternalGRPCPort',
      metrics: 'metricsPort',
    };
    return {
      name: this.#sidecar,
      comments: [],
      fields: {
        command: [
          this.#program(),
          ...option('--app-id', this.name),
          ...this.#appOptions(),
          ...option('--dapr-http-port', portOf(label, 'http')),
          ...option('--dapr-grpc-port', portOf(label, 'grpc')),
          ...option('--dapr-internal-grpc-port', portOf(label, 'internal')),
          ...option('--metrics-port', portOf(label, 'metrics')),
          ...this.#paths(),
          ...Object.entries(OPTIONS).flatMap(([field, flag]) => option(flag, text(this.#field(field)))),
        ],
        ports: Object.fromEntries(
          Object.entries(ports).map(([port, field]) => [port, number(this.#own[field]) ?? 'auto']),
        ),
        readiness: { http: '/v1.0/healthz/outbound' },
      },
      dependsOn: [],
      runsOnce: false,
      ...(this.hasCommand ? { app: this.name } : {}),
    };
  }

  #program(): string {
    const folder = text(this.#field('runtimePath'));
    if (folder !== undefined) return `${folder}/.dapr/bin/daprd`;
    const home = join(this.#source.machine.env['HOME'] ?? '', '.dapr/bin/daprd');
    return !this.#source.machine.hasProgram('daprd') && this.#source.machine.isFile(home) ? home : 'daprd';
  }

  #appOptions(): readonly Value[] {
    const port = number(this.#own['appPort']);
    if (port === undefined) return [];
    const health = this.#field('enableAppHealthCheck') === true;
    return [
      // An app without a command is run elsewhere.
      ...option('--app-port', this.hasCommand ? portOf(toLabel(this.name), 'app') : String(port)),
      ...(health ? ['--enable-app-health-check'] : []),
      ...option('--app-health-check-path', health ? text(this.#field('appHealthCheckPath')) : undefined),
    ];
  }

  /** Paths in `common` are seen from the file's folder, those of an app from its own. */
  #paths(): readonly Value[] {
    const { folder, machine } = this.#source;
    const [ownFolders, commonFolders] = [this.#own, this.#common].map((fields) =>
      [...list(fields['resourcesPaths']), ...list(fields['resourcesPath'])].map(String),
    );
    const resources =
      (ownFolders ?? []).length > 0
        ? (ownFolders ?? []).map((path) => posix.join(this.#folder, path))
        : (commonFolders ?? []).map((path) => posix.normalize(path));
    const config = text(this.#own['configFilePath']);
    const file =
      config === undefined ? text(this.#common['configFilePath']) : posix.join(this.#folder, config);
    return [
      ...(resources.length > 0
        ? resources
        : usual(machine, folder, [posix.join(this.#folder, '.dapr/resources'), '.dapr/resources'])
      ).flatMap((path) => option('--resources-path', path)),
      ...option('--config', file),
    ];
  }
}

const DAPRD = 'daprd';

const usual = (machine: Machine, folder: string, paths: readonly string[]): readonly string[] =>
  paths.filter((path) => isThere(machine, join(folder, path))).slice(0, 1);

const option = (flag: string, value: Value | undefined): readonly Value[] => {
  if (value === undefined || value === 'false') return [];
  return value === 'true' ? [flag] : [flag, value];
};

const portOf = (process: string, port: string): Template => new Template([{ kind: 'port', process, port }]);

export const dapr: Format = {
  name: 'dapr multi-app run',
  files: ['dapr.yaml', 'dapr.yml'],
  recognizes: ({ file, text: content }) => {
    if (/^dapr\.ya?ml$/.test(basename(file))) return true;
    if (!/\.ya?ml$/.test(file)) return false;
    const [first] = list(record(readYaml(content))['apps']).map((app) => record(app));
    return first !== undefined && ('appID' in first || 'appDirPath' in first);
  },
  read: readDapr,
};
