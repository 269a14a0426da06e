import type { EnvSpec } from '../model/pod-spec.ts';

/** Environment variables that sidecarctl itself sets for a process. */
export const injectedInto = ({
  services,
  withoutServices,
  injected,
}: Pick<EnvSpec, 'services' | 'withoutServices' | 'injected'>): Readonly<Record<string, string>> => {
  if (withoutServices.length === 0) return { ...services, ...injected };
  const own = new Set(withoutServices);
  const others = Object.entries(services).filter(([name]) => !own.has(name));
  return { ...Object.fromEntries(others), ...injected };
};
