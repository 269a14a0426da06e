import type { EnvSpec } from '../model/pod-spec.ts';

/** Environment variables that sidecarctl itself sets for a process, and those that other processes provide. */
export const injectedInto = ({
  services,
  withoutServices,
  injected,
  provided,
}: Pick<EnvSpec, 'services' | 'withoutServices' | 'injected' | 'provided'>): Readonly<
  Record<string, string>
> => ({ ...ofOthers(services, withoutServices), ...injected, ...valuesOf(provided, false) });

const ofOthers = (
  services: EnvSpec['services'],
  own: EnvSpec['withoutServices'],
): Readonly<Record<string, string>> => {
  if (own.length === 0) return services;
  const left = new Set(own);
  return Object.fromEntries(Object.entries(services).filter(([name]) => !left.has(name)));
};

/** Variables that other processes provide to one that has them from nowhere else. */
export const providedDefaults = ({ provided }: Pick<EnvSpec, 'provided'>): Readonly<Record<string, string>> =>
  valuesOf(provided, true);

const valuesOf = (provided: EnvSpec['provided'], areDefaults: boolean): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(provided).flatMap(([name, { value, isDefault = false }]) =>
      isDefault === areDefaults ? [[name, value]] : [],
    ),
  );
