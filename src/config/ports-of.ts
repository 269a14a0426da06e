/** A process of the pod, its first TCP port, or one of its ports by name: `'redis'`, `'redis.main'`. */
export type PortOf<Process extends string> = Process | `${Process}.${string}`;
