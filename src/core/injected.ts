import type { EnvSpec } from '../model/pod-spec.ts';

/** Everything that sidecarctl itself tells a process by its environment. */
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
