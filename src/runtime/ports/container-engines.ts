import { basename } from 'node:path';
import { commandOfPid, nameOfPid } from './held-sockets.ts';

/**
 * What listens on a port of the host for a container, by its name, of which the kernel keeps 15 characters. It belongs to the engine's daemon, whoever has asked for the container.
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

export const isEngineProxy = (pid: number): boolean => {
  const [program = ''] = commandOfPid(pid).split(' ');
  return ENGINE_PROXIES.has(nameOfPid(pid)) || ENGINE_PROXIES.has(basename(program));
};
