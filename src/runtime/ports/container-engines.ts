import { basename } from 'node:path';
import { commandOfPid, nameOfPid } from './held-sockets.ts';

/**
 * Names of programs that listen on a host port for a container; the kernel keeps 15 characters. They belong to the
 * engine's daemon, whoever has started the container.
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
