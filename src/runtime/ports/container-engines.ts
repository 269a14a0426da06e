/**
 * What listens on a port of the host for a container, by the first 15 characters of its name, which is what the kernel
 * keeps. It belongs to the engine's daemon, whoever has asked for the container.
 */
const ENGINE_PROXIES: ReadonlySet<string> = new Set([
  'docker-proxy',
  'dockerd',
  'rootlesskit',
  'rootlessport',
  'slirp4netns',
  'pasta',
  'pasta.avx2',
  'passt',
  'passt.avx2',
  'conmon',
  'containerd',
  'nerdctl',
  'gvproxy',
  'com.docker.back',
]);

export const isEngineProxy = (name: string): boolean => ENGINE_PROXIES.has(name);
