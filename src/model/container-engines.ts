/** The container engines, in the order in which they are tried. */
export const CONTAINER_ENGINES = ['docker', 'podman', 'nerdctl'] as const;

export type ContainerEngineName = (typeof CONTAINER_ENGINES)[number];
