import * as z from 'zod';

/**
 * What Compose would refuse in a file, or would not do as the file means it. The fields are those of the Compose
 * Specification that an export writes, and no others are known here.
 */
export const findMistakes = (file: unknown): readonly string[] => {
  const parsed = FILE.safeParse(file);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  return [...textsIn(file).filter((text) => !isInterpolated(text)), ...findLooseEnds(parsed.data)];
};

const NAME = z.string().check(z.regex(/^[a-zA-Z0-9._-]+$/));
const DURATION = z.string().check(z.regex(/^(?=.)(\d+m)?(\d+s)?(\d+ms)?$/));
const WORDS = z.array(z.string()).check(z.minLength(1));
const ABSOLUTE = z.string().check(z.regex(/^\//));
const MODE = z.string().check(z.regex(/^0[0-7]{3}$/));
const PORT = z.string().check(z.regex(/^([\d.]+|\[[\da-f:]+\]):(\d+)?:\d+(\/udp)?$/));
const HOOKS = z.array(z.strictObject({ command: WORDS }));
const MOUNTED = z.array(z.strictObject({ source: NAME, target: ABSOLUTE, mode: z.optional(MODE) }));

const SERVICE = z.strictObject({
  image: z.string().check(z.regex(/^\S+$/)),
  build: z.optional(
    z.strictObject({
      context: z.string().check(z.regex(/^[./]/)),
      dockerfile: z.optional(z.string()),
      target: z.optional(z.string()),
      dockerfile_inline: z.optional(z.string()),
      args: z.optional(z.record(z.string(), z.string())),
    }),
  ),
  pull_policy: z.optional(z.enum(['always', 'never'])),
  profiles: z.optional(z.array(NAME)),
  entrypoint: z.optional(WORDS),
  command: z.optional(WORDS),
  working_dir: z.optional(ABSOLUTE),
  user: z.optional(z.string()),
  environment: z.record(z.string(), z.string()),
  env_file: z.optional(
    z.array(z.union([z.string(), z.strictObject({ path: z.string(), required: z.boolean() })])),
  ),
  ports: z.optional(z.array(PORT)),
  expose: z.optional(z.array(z.string().check(z.regex(/^\d+(\/udp)?$/)))),
  volumes: z.optional(
    z.array(
      z.union([
        z.string().check(z.regex(/^([^:]+:)?\/[^:]*(:ro)?$/)),
        z.strictObject({
          type: z.enum(['bind', 'volume']),
          source: z.string(),
          target: ABSOLUTE,
          read_only: z.optional(z.literal(true)),
          volume: z.optional(z.strictObject({ subpath: z.string() })),
        }),
      ]),
    ),
  ),
  configs: z.optional(MOUNTED),
  secrets: z.optional(MOUNTED),
  healthcheck: z.optional(
    z.union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({
        test: z.union([
          z.tuple([z.literal('CMD')], z.string()),
          z.tuple([z.literal('CMD-SHELL'), z.string()]),
        ]),
        interval: DURATION,
        timeout: DURATION,
        retries: z.optional(z.int()),
        start_period: z.optional(DURATION),
      }),
    ]),
  ),
  depends_on: z.optional(
    z.record(
      NAME,
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
        restart: z.optional(z.boolean()),
        required: z.optional(z.boolean()),
      }),
    ),
  ),
  restart: z.optional(z.string().check(z.regex(/^(unless-stopped|on-failure(:\d+)?)$/))),
  stop_signal: z.optional(z.string().check(z.regex(/^SIG[A-Z0-9]+$/))),
  stop_grace_period: z.optional(DURATION),
  tty: z.optional(z.boolean()),
  stdin_open: z.optional(z.boolean()),
  post_start: z.optional(HOOKS),
  pre_stop: z.optional(HOOKS),
  scale: z.optional(z.int()),
  develop: z.optional(
    z.strictObject({
      watch: z.array(
        z.strictObject({
          path: z.string().check(z.regex(/^[./]/)),
          action: z.enum(['restart', 'rebuild', 'sync+restart']),
          target: z.optional(ABSOLUTE),
          include: z.optional(z.array(z.string())),
          ignore: z.optional(z.array(z.string())),
        }),
      ),
    }),
  ),
});

type Service = z.infer<typeof SERVICE>;

const FILE = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]*$/)),
  'x-apps': z.array(NAME),
  'x-environment': z.optional(z.record(z.string(), z.string())),
  services: z.record(NAME, SERVICE),
  volumes: z.optional(z.record(NAME, z.strictObject({}))),
  configs: z.optional(z.record(NAME, z.strictObject({ content: z.string() }))),
  secrets: z.optional(
    z.record(NAME, z.strictObject({ environment: z.string().check(z.regex(/^[A-Za-z_]\w*$/)) })),
  ),
});

const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(Object(value)).flatMap(textsIn);

/** A dollar sign is a variable, or there are two of them. */
const isInterpolated = (text: string): boolean =>
  !text
    .replaceAll('$$', '')
    .replaceAll(/\$\{[A-Za-z_]\w*(\?|-[^}\n]*)\}/g, '')
    .includes('$');

/** Names that stand for nothing, and two of what there can be one. */
const findLooseEnds = ({
  'x-apps': apps,
  services,
  volumes = {},
  configs = {},
  secrets = {},
}: z.infer<typeof FILE>): readonly string[] => {
  const all = Object.entries(services);
  const published = all.flatMap(([, { ports = [] }]) => ports.filter((port) => !port.includes('::')));
  const hosts = published.map((port) => port.replace(/:\d+(?=$|\/)/, ''));
  const used = (kind: 'configs' | 'secrets') =>
    all.flatMap(([, service]) => (service[kind] ?? []).map(({ source }) => source));
  return [
    ...apps.filter((name) => !Object.hasOwn(services, name)).map((name) => `there is no app ${name}`),
    ...all.flatMap(([name, service]) => findInService(name, service, services)),
    ...all
      .flatMap(([, service]) => namedVolumes(service))
      .filter((name) => !Object.hasOwn(volumes, name))
      .map((name) => `there is no volume ${name}`),
    ...twice(hosts).map((host) => `two services have ${host}`),
    ...missing(used('configs'), configs),
    ...missing(Object.keys(configs), new Set(used('configs'))),
    ...missing(used('secrets'), secrets),
    ...missing(Object.keys(secrets), new Set(used('secrets'))),
    ...(hasCircle(services) ? ['services wait for each other in a circle'] : []),
  ];
};

const missing = (names: readonly string[], there: object | ReadonlySet<string>): readonly string[] =>
  names
    .filter((name) => !(there instanceof Set ? there.has(name) : Object.hasOwn(there, name)))
    .map((name) => `${name} stands alone`);

const namedVolumes = ({ volumes = [] }: Service): readonly string[] =>
  volumes.flatMap((mount) => {
    const source =
      typeof mount === 'string' ? (mount.split(':')[0] ?? '') : mount.type === 'volume' ? mount.source : '.';
    return /^[./]/.test(source) ? [] : [source];
  });

const targetsOf = ({ volumes = [], configs = [], secrets = [] }: Service): readonly string[] => [
  ...volumes.map((mount) => (typeof mount === 'string' ? (mount.split(':')[1] ?? '') : mount.target)),
  ...[...configs, ...secrets].map(({ target }) => target),
];

const findInService = (
  name: string,
  service: Service,
  services: Readonly<Record<string, Service>>,
): readonly string[] => [
  ...twice(targetsOf(service)).map((target) => `${name} has two things at ${target}`),
  ...Object.entries(service.depends_on ?? {}).flatMap(([other, { condition }]) => {
    const there = services[other];
    if (there === undefined) return [`${name} waits for ${other}, which is not there`];
    if (condition === 'service_healthy' && !('test' in (there.healthcheck ?? {})))
      return [`${name} waits for the health of ${other}, which nobody checks`];
    if (condition === 'service_completed_successfully' && there.restart === 'unless-stopped')
      return [`${other} never completes`];
    const hidden =
      (there.profiles ?? []).length > 0 &&
      !(service.profiles ?? []).some((each) => there.profiles?.includes(each));
    return hidden && services[name]?.depends_on?.[other]?.required !== false
      ? [`${name} needs ${other}, which is in no profile of it`]
      : [];
  }),
];

const twice = (names: readonly string[]): readonly string[] =>
  names.filter((each, index) => names.indexOf(each) !== index);

const hasCircle = (services: Readonly<Record<string, Service>>): boolean => {
  const left = new Map(
    Object.entries(services).map(([name, { depends_on = {} }]) => [name, Object.keys(depends_on)]),
  );
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const [name, needs] of left) if (needs.every((each) => !left.has(each))) left.delete(name);
  }
  return left.size > 0;
};
