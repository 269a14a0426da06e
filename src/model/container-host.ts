/** Name by which a container reaches the loopback addresses of this machine; sidecarctl gives it to every container. */
export const HOST_OF_CONTAINERS = 'host.docker.internal';
