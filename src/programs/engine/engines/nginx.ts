import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Engine } from '../engine.ts';
import { place } from '../folder.ts';
import { ask } from '../unix-request.ts';

const STATUS = place('status.sock');

export const nginx: Engine = {
  program: 'nginx',
  check: (config) => ['-t', '-q', ...common(config)],
  run: (config) => common(config),
  env: () => ({}),
  isUp: async () => true,
  drainSignal: 'SIGQUIT',
  stopSignal: 'SIGTERM',
  reload: async (pid) => void process.kill(pid, 'SIGHUP'),
  metrics: async () => metricsOf(await status()),
  stats: async () => ({ connections: await status() }),
  lacksProcessMetrics: true,
  setReady: null,
};

/** `-e`: until it has read the configuration it would write its errors to the system's log. */
const common = (config: string): readonly string[] => [
  ...['-p', `${process.cwd()}/`, '-c', `${process.cwd()}/${config}`, '-e', 'stderr'],
  ...['-g', [...ownUser(), ...streamModule(config)].join(' ')],
];

/** As root, its workers would be nobody, and nobody can read a private folder. */
const ownUser = (): readonly string[] => (process.getuid?.() === 0 ? ['user root root;'] : []);

/** Where TCP is a module of its own, it has to be loaded. Whether it is, and where modules are, differs between systems. */
const streamModule = (config: string): readonly string[] => {
  if (!/^stream \{/m.test(readFileSync(config, 'utf8'))) return [];
  const built = spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr;
  if (!built.includes('--with-stream=dynamic')) return [];
  const folder = /--modules-path=(\S+)/.exec(built)?.[1] ?? 'modules';
  return [`load_module ${folder}/ngx_stream_module.so;`];
};

interface Status {
  readonly active: number;
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
  readonly accepted: number;
  readonly handled: number;
  readonly requests: number;
}

const status = async (): Promise<Status> => {
  const page = await ask(STATUS, '/status');
  const [active, accepted, handled, requests, reading, writing, waiting] = (page.match(/\d+/g) ?? []).map(
    Number,
  );
  if (active === undefined || accepted === undefined || handled === undefined || requests === undefined)
    throw new Error(`nginx says of its state: ${page}`);
  return {
    ...{ active, accepted, handled, requests },
    ...{ reading: reading ?? 0, writing: writing ?? 0, waiting: waiting ?? 0 },
  };
};

/** Under the names of nginx's own exporter for Prometheus. */
const metricsOf = (found: Status): string =>
  [
    ...metric('nginx_connections_accepted_total', 'counter', 'Connections of clients.', found.accepted),
    ...metric('nginx_connections_handled_total', 'counter', 'Connections that were served.', found.handled),
    ...metric('nginx_http_requests_total', 'counter', 'Requests.', found.requests),
    ...metric('nginx_connections_active', 'gauge', 'Connections that are open.', found.active),
    ...metric('nginx_connections_reading', 'gauge', 'Connections that send a request.', found.reading),
    ...metric('nginx_connections_writing', 'gauge', 'Connections that get a response.', found.writing),
    ...metric('nginx_connections_waiting', 'gauge', 'Connections that are idle.', found.waiting),
  ].join('\n');

const metric = (name: string, type: string, help: string, value: number): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  `${name} ${value}`,
];
