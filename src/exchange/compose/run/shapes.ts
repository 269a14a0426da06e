import type { FieldPath } from '../../../model/failures/config-problem.ts';
import { nearest } from '../../../model/nearest.ts';
import { isMap } from '../../reading/merge.ts';
import type { Data } from '../../reading/read-yaml.ts';
import { Replacement } from '../compose-yaml.ts';

type Report = (field: FieldPath, why: string) => void;

/** Reports what is wrong with a value. One that is not there, or null, is right everywhere. */
type Shape = (value: unknown, field: FieldPath, report: Report) => void;

/** Reports fields that Compose does not know, and values of other types than it takes. */
export const checkShapes = (document: Data, report: Report): void => DOCUMENT(document, [], report);

const present = (shape: Shape): Shape => {
  const check: Shape = (value, field, report) => {
    if (value instanceof Replacement) check(value.value, field, report);
    else if (value !== undefined && value !== null) shape(value, field, report);
  };
  return check;
};

const scalar = (isRight: (value: string | number | boolean) => boolean, expected: string): Shape =>
  present((value, field, report) => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isScalar || !isRight(value)) report(field, `${shown(value)} is not ${expected}`);
  });

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  return isMap(value) ? 'a map' : `'${value}'`;
};

const text = scalar(() => true, 'a text');
const flag = scalar((value) => /^(true|false|yes|no|on|off|y|n)$/i.test(String(value)), 'true or false');
const number = scalar(
  (value) => typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(String(value)),
  'a number',
);
const count = scalar((value) => /^\d+$/.test(String(value)), 'a whole number');
const duration = scalar(
  (value) => value === 0 || value === '0' || /^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(String(value)),
  'a duration such as 10s',
);
const anything: Shape = () => undefined;

const listOf = (item: Shape): Shape =>
  present((value, field, report) => {
    if (!Array.isArray(value)) report(field, `${shown(value)} is not a list`);
    else for (const [at, each] of value.entries()) item(each, [...field, at], report);
  });

const mapOf = (item: Shape): Shape =>
  present((value, field, report) => {
    if (!isMap(value)) report(field, `${shown(value)} is not a map`);
    else for (const [name, each] of Object.entries(value)) item(each, [...field, name], report);
  });

/** Fields that begin with `x-` are everybody's own. */
const fields = (known: Readonly<Record<string, Shape>>): Shape =>
  present((value, field, report) => {
    if (!isMap(value)) return report(field, `${shown(value)} is not a map`);
    for (const [name, each] of Object.entries(value)) {
      const shape = Object.hasOwn(known, name) ? known[name] : undefined;
      if (shape !== undefined) shape(each, [...field, name], report);
      else if (!name.startsWith('x-')) report([...field, name], unknownAmong(Object.keys(known), name));
    }
  });

const unknownAmong = (known: readonly string[], name: string): string => {
  const near = nearest(name, known);
  return `Compose has no such field${near === null ? '' : `; did you mean ${near}?`}`;
};

/** One shape for a text, and others for what is none. */
const either = (shapes: {
  readonly text?: Shape;
  readonly list?: Shape;
  readonly map?: Shape;
  readonly expected: string;
}): Shape =>
  present((value, field, report) => {
    const shape = Array.isArray(value) ? shapes.list : isMap(value) ? shapes.map : shapes.text;
    if (shape === undefined) report(field, `${shown(value)} is not ${shapes.expected}`);
    else shape(value, field, report);
  });

const texts = listOf(text);
const textOrTexts = either({ text, list: texts, expected: 'a text or a list' });
const pairs = either({ list: texts, map: mapOf(text), expected: 'a list or a map' });
const command = textOrTexts;
const external = either({ text: flag, map: fields({ name: text }), expected: 'true or false' });

const DEPENDENCIES = either({
  list: texts,
  map: mapOf(fields({ condition: text, restart: flag, required: flag })),
  expected: 'a list or a map',
});

const BUILD = either({
  text,
  map: fields({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    target: text,
    args: pairs,
    additional_contexts: pairs,
    cache_from: texts,
    cache_to: texts,
    entitlements: texts,
    extra_hosts: either({ list: texts, map: mapOf(textOrTexts), expected: 'a list or a map' }),
    isolation: text,
    labels: pairs,
    network: text,
    no_cache: flag,
    no_cache_filter: textOrTexts,
    platforms: texts,
    privileged: flag,
    provenance: text,
    pull: flag,
    sbom: text,
    secrets: listOf(either({ text, map: mapOf(text), expected: 'a name or a map' })),
    shm_size: text,
    ssh: pairs,
    tags: texts,
    ulimits: anything,
  }),
  expected: 'a folder or a map',
});

const PORTS = listOf(
  either({
    text,
    map: fields({
      name: text,
      mode: text,
      host_ip: text,
      target: count,
      published: text,
      protocol: text,
      app_protocol: text,
    }),
    expected: 'a port',
  }),
);

const VOLUMES = listOf(
  either({
    text,
    map: fields({
      type: text,
      source: text,
      target: text,
      read_only: flag,
      consistency: text,
      bind: fields({ propagation: text, create_host_path: flag, recursive: text, selinux: text }),
      volume: fields({ labels: pairs, nocopy: flag, subpath: text }),
      tmpfs: fields({ size: text, mode: text }),
      image: fields({ subpath: text }),
    }),
    expected: 'a volume',
  }),
);

const FILES = listOf(
  either({
    text,
    map: fields({ source: text, target: text, uid: text, gid: text, mode: text }),
    expected: 'a name or a map',
  }),
);

const HOOK = fields({ command, user: text, privileged: flag, working_dir: text, environment: pairs });

const HEALTHCHECK = fields({
  disable: flag,
  test: textOrTexts,
  interval: duration,
  timeout: duration,
  start_period: duration,
  start_interval: duration,
  retries: count,
});

const DEPLOY = fields({
  mode: text,
  endpoint_mode: text,
  replicas: count,
  labels: pairs,
  rollback_config: anything,
  update_config: anything,
  resources: anything,
  placement: anything,
  restart_policy: fields({ condition: text, delay: duration, max_attempts: count, window: duration }),
});

const DEVELOP = fields({
  watch: listOf(
    fields({
      action: text,
      path: text,
      target: text,
      ignore: textOrTexts,
      include: textOrTexts,
      initial_sync: flag,
      exec: HOOK,
    }),
  ),
});

const ENV_FILES = either({
  text,
  list: listOf(
    either({ text, map: fields({ path: text, required: flag, format: text }), expected: 'a path' }),
  ),
  expected: 'a path or a list',
});

const SERVICE = fields({
  annotations: pairs,
  attach: flag,
  blkio_config: anything,
  build: BUILD,
  cap_add: texts,
  cap_drop: texts,
  cgroup: text,
  cgroup_parent: text,
  command,
  configs: FILES,
  container_name: text,
  cpu_count: number,
  cpu_percent: number,
  cpu_period: text,
  cpu_quota: text,
  cpu_rt_period: text,
  cpu_rt_runtime: text,
  cpu_shares: number,
  cpus: number,
  cpuset: text,
  credential_spec: anything,
  depends_on: DEPENDENCIES,
  deploy: DEPLOY,
  develop: DEVELOP,
  device_cgroup_rules: texts,
  devices: listOf(anything),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  env_file: ENV_FILES,
  environment: pairs,
  expose: texts,
  extends: either({ text, map: fields({ service: text, file: text }), expected: 'a service' }),
  external_links: texts,
  extra_hosts: either({ list: texts, map: mapOf(textOrTexts), expected: 'a list or a map' }),
  gpus: anything,
  group_add: texts,
  healthcheck: HEALTHCHECK,
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  label_file: textOrTexts,
  labels: pairs,
  links: texts,
  logging: anything,
  mac_address: text,
  mem_limit: text,
  mem_reservation: text,
  mem_swappiness: text,
  memswap_limit: text,
  models: anything,
  network_mode: text,
  networks: either({ list: texts, map: mapOf(anything), expected: 'a list or a map' }),
  oom_kill_disable: flag,
  oom_score_adj: number,
  pid: text,
  pids_limit: number,
  platform: text,
  ports: PORTS,
  post_start: listOf(HOOK),
  pre_stop: listOf(HOOK),
  privileged: flag,
  profiles: texts,
  provider: anything,
  pull_policy: text,
  pull_refresh_after: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: count,
  secrets: FILES,
  security_opt: texts,
  shm_size: text,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: text,
  storage_opt: anything,
  sysctls: pairs,
  tmpfs: textOrTexts,
  tty: flag,
  ulimits: anything,
  use_api_socket: flag,
  user: text,
  userns_mode: text,
  uts: text,
  volumes: VOLUMES,
  volumes_from: texts,
  working_dir: text,
});

const VOLUME = fields({ name: text, driver: text, driver_opts: mapOf(text), external, labels: pairs });

const RESOURCE = {
  name: text,
  environment: text,
  file: text,
  external,
  labels: pairs,
  driver: text,
  driver_opts: mapOf(text),
  template_driver: text,
} as const;

const INCLUDE = listOf(
  either({
    text,
    map: fields({ path: textOrTexts, project_directory: text, env_file: textOrTexts }),
    expected: 'a path or a map',
  }),
);

const DOCUMENT = fields({
  version: text,
  name: text,
  include: INCLUDE,
  services: mapOf(SERVICE),
  models: anything,
  networks: mapOf(anything),
  volumes: mapOf(VOLUME),
  secrets: mapOf(fields(RESOURCE)),
  configs: mapOf(fields({ ...RESOURCE, content: text })),
});
