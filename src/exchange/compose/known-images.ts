/** A program that is the same outside its image, with the options that set its port and its folder. */
export interface KnownProgram {
  readonly program: string;
  readonly portFlag: string;
  readonly port: number;
  /** Arguments that keep it from leaving files in the folder in which it is started. */
  readonly args: readonly string[];
  /** Option for the folder of its data, which is at `dataFolder` in its image. */
  readonly folderFlag?: string;
  readonly dataFolder?: string;
}

const redis = {
  portFlag: '--port',
  port: 6379,
  args: ['--save', ''],
  folderFlag: '--dir',
  dataFolder: '/data',
} as const;

const KNOWN: Readonly<Record<string, KnownProgram>> = {
  redis: { program: 'redis-server', ...redis },
  valkey: { program: 'valkey-server', ...redis },
  memcached: { program: 'memcached', portFlag: '-p', port: 11_211, args: [] },
  nats: {
    program: 'nats-server',
    portFlag: '-p',
    port: 4222,
    args: [],
    folderFlag: '-sd',
    dataFolder: '/data',
  },
};

/** The last part of an image's name: `docker.io/library/redis:7-alpine` is `redis`. */
export const imageName = (image: string): string =>
  image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';

export const knownProgram = (image: string): KnownProgram | undefined => {
  const name = imageName(image);
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
};

/** Images of languages: they run the words that they are given, and nothing of their own around them. */
export const isLanguageImage = (image: string): boolean =>
  /^(node|python|ruby|golang|php|bun|deno|rust|perl|elixir|eclipse-temurin|openjdk|amazoncorretto|maven|gradle|dotnet|sdk)$/.test(
    imageName(image),
  );
