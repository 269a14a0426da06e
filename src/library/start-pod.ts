import type { WiringOf } from '../config/infer.ts';
import type { Config, PodConfig } from '../config/types.ts';
import type { Wiring } from '../config/wiring-types.ts';
import { checkNode } from './check-node.ts';
import type { RunningPod, StartOptions } from './running-pod.ts';

type Nothing = Record<never, never>;

/** With several apps or instances, process names are composed, so the types accept any name. */
interface OneOfEach {
  readonly apps?: undefined;
  readonly primary: { readonly instances?: undefined };
}

type OneAppConfig<
  Volumes,
  Inits,
  Sidecars,
  Ports,
  Name extends string,
  FileName extends string,
  Uses,
  Withs,
> = PodConfig<
  Volumes,
  Inits,
  Sidecars,
  Ports,
  Name,
  undefined,
  FileName,
  Nothing,
  Nothing,
  Nothing,
  Nothing,
  Nothing,
  Uses,
  Nothing,
  Withs
>;

/**
 * Starts a pod in this process, without UI, for test suites and tools. Resolves once its first processes have been
 * started; `pod.ready()` waits for the primary.
 *
 * It changes nothing global in this process, and several pods can run side by side. These pods have no control socket:
 * use `pod.status()`, because `sidecarctl status` and the other commands do not see them.
 *
 * @throws {Error} Node is too old
 * @throws {PodError} the config is wrong (`config`), a port is taken (`ports`), an engine lacks what a
 *   process asks for (`unsupported`), processes cannot be isolated (`isolation`), a required program is missing
 *   (`requirements`), the local CA cannot be used (`certificates`), or a directory cannot be created (`storage`)
 * @example
 * await using pod = await startPod({
 *   sidecars: { redis: { command: 'redis-server --port ${ports.redis.main}', ports: { main: 'auto' } } },
 *   primary: { name: 'web', command: 'node server.js', ports: { http: 'auto' } },
 * });
 * await pod.ready();
 * await fetch(`http://127.0.0.1:${pod.ports.web.http}/`);
 */
export function startPod<
  const Volumes = Nothing,
  const Inits = Nothing,
  const Sidecars = Nothing,
  const Ports = Nothing,
  const Name extends string = 'primary',
  const FileName extends string = never,
  const Uses = Nothing,
  const Withs = Nothing,
>(
  config: OneAppConfig<Volumes, Inits, Sidecars, Ports, Name, FileName, Uses, Withs> & OneOfEach,
  options?: StartOptions,
): Promise<
  RunningPod<WiringOf<Volumes, Inits, Sidecars, Ports, Name, unknown, Nothing, Nothing, Uses, Withs>>
>;
export function startPod(config: Config, options?: StartOptions): Promise<RunningPod>;
export async function startPod(config: Config, options: StartOptions = {}): Promise<RunningPod<Wiring>> {
  checkNode();
  // Loaded late: config files import this module too, and do not need it.
  const { startLocalPod } = await import('./local-pod.ts');
  return startLocalPod(config, options);
}
