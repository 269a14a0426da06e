import type { CommandProcess } from '../../config/types.ts';
import type { EngineProgramOptions } from '../../programs/engine/options.ts';
import type { ProxyOptions } from '../../programs/proxy/options.ts';
import { caddyFiles } from './caddy/config.ts';
import { certificatePlan } from './certificate-files.ts';
import { clusterIds } from './cluster-ids.ts';
import type { EngineName } from './engine-name.ts';
import { type Content, engineFile, engineProcess } from './engine-process.ts';
import { haproxyEndpoints, haproxyFiles } from './haproxy/config.ts';
import { nginxFiles } from './nginx/config.ts';

interface Adapter {
  readonly files: (options: ProxyOptions) => Readonly<Record<string, Content>>;
  readonly config: string;
  readonly requires: NonNullable<CommandProcess['requires']>;
}

const ADAPTERS: Readonly<Record<EngineName, Adapter>> = {
  haproxy: {
    files: haproxyFiles,
    config: 'haproxy.cfg',
    requires: { haproxy: { version: '>=2.6', args: ['-v'] } },
  },
  nginx: {
    files: nginxFiles,
    config: 'nginx.conf',
    requires: { nginx: { version: '>=1.22', args: ['-v'] } },
  },
  caddy: {
    files: caddyFiles,
    config: 'caddy.json',
    requires: { caddy: { version: '>=2.6', args: ['version'] } },
  },
};

const RELOADED = { signal: 'SIGHUP' } as const;

/** A process that runs an engine in place of the embedded proxy, with the same options. */
export const engineProgram = (engine: EngineName, options: ProxyOptions): CommandProcess => {
  const { files, requires } = ADAPTERS[engine];
  const contents = Object.entries<Content>({
    ...files(options),
    options: { ...engineOptions(engine, options) },
  });
  return engineProcess(
    Object.fromEntries(contents.map(([name, content]) => [name, engineFile(content, RELOADED)])),
    requires,
  );
};

/** What the program that runs the engine has to know. */
export const engineOptions = (engine: EngineName, options: ProxyOptions): EngineProgramOptions => {
  const { name, pod, admin, listeners, certificates, drainTimeout, accessLog } = options;
  return {
    ...{ engine, name, pod, admin, certificates, drainTimeout },
    config: ADAPTERS[engine].config,
    argumentsFile: null,
    following: null,
    listeners: listeners.map(({ listen }) => listen),
    certificateFiles: certificatePlan(options, clusterIds(Object.keys(options.clusters))),
    accessLog: engine === 'haproxy' ? (accessLog?.path ?? null) : null,
    endpoints: engine === 'haproxy' ? haproxyEndpoints(options) : [],
  };
};
