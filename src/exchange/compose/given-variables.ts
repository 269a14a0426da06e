import { FILES, volumePath } from '../export/inside.ts';
import { text } from '../reading/read-yaml.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables of a service without those that every process gets by itself, which an export of a pod has written. `names`:
 * of all services.
 */
export const withoutGiven = (variables: Variables, names: readonly string[]): Variables => {
  const services = names.map(upper);
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => !isGiven(name, text(value) ?? '', variables, services),
    ),
  );
};

const isGiven = (name: string, value: string, variables: Variables, services: readonly string[]): boolean => {
  if (name === 'PYTHONUNBUFFERED') return value === '1';
  if (name === 'PORT') return portNames(variables).size > 0;
  if (name.startsWith('PORT_')) return /^\d+$/.test(value) && variables['PORT'] !== undefined;
  if (name.startsWith('VOLUME_')) return value.startsWith(volumePath('x').slice(0, -1));
  if (name.startsWith('FILE_')) return value.startsWith(`${FILES}/`);
  if (name === 'SIDECARCTL_APP' || name === 'SIDECARCTL_INSTANCE') return true;
  const service = /^(.*?)(?:_\d+)?_SERVICE_(HOST|PORT)(_|$)/.exec(name)?.[1];
  return (
    service !== undefined &&
    services.some(
      (each) => each === service || each.startsWith(`${service}_`) || each.endsWith(`_${service}`),
    )
  );
};

/**
 * Names of ports by their numbers, in their order, from `PORT_HTTP=8080`; none without a `PORT` that is the first of them.
 */
export const portNames = (variables: Variables): ReadonlyMap<number, string> => {
  const named = Object.entries(variables).flatMap(([name, value]) => {
    const port = /^PORT_(\w+)$/.exec(name)?.[1];
    return port === undefined
      ? []
      : [[Number(text(value)), port.toLowerCase().replaceAll('_', '-')] as const];
  });
  return named[0]?.[0] === Number(text(variables['PORT'])) ? new Map(named) : new Map();
};

const upper = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
