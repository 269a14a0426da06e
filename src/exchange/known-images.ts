/** A program that is the same outside its image, with the option that sets its port. */
export interface KnownProgram {
  readonly program: string;
  readonly portFlag: string;
  readonly port: number;
  /** Arguments that keep it from leaving files in the folder in which it is started. */
  readonly args: readonly string[];
}

const redis = { portFlag: '--port', port: 6379, args: ['--save', ''] };

const KNOWN: Readonly<Record<string, KnownProgram>> = {
  redis: { program: 'redis-server', ...redis },
  valkey: { program: 'valkey-server', ...redis },
  memcached: { program: 'memcached', portFlag: '-p', port: 11_211, args: [] },
  nats: { program: 'nats-server', portFlag: '-p', port: 4222, args: [] },
};

/** Finds a program by the last part of the image's name: `docker.io/library/redis:7-alpine` is `redis`. */
export const knownProgram = (image: string): KnownProgram | undefined => {
  const name = image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
};
