/** The programs that can do the work of a proxy in place of the embedded one. */
export const ENGINES = ['haproxy', 'nginx', 'caddy'] as const;

export type EngineName = (typeof ENGINES)[number];

export const isEngine = (name: string): name is EngineName => (ENGINES as readonly string[]).includes(name);
