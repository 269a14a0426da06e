import { usersCertificates } from '../config/expand/users-certificates.ts';
import { errorMessage } from '../model/error-message.ts';
import type { PodSpec } from '../model/pod-spec.ts';

/**
 * Makes the certificates that processes are told of, before the first of them starts: the sidecar that uses them may start
 * later. Returns what is wrong, or null. A pod that uses none loads nothing.
 */
export const prepareCertificates = async (
  { processes }: Pick<PodSpec, 'processes'>,
  env: Readonly<Record<string, string>>,
): Promise<string | null> => {
  const values = [...processes.values()].flatMap(({ launch }) => Object.values(launch.env.provided));
  if (values.length === 0) return null;
  const places = usersCertificates(env);
  const named = new Set(values.map(({ value }) => value));
  const isNamed = (path: string): boolean => named.has(path);
  if (![places.authority, places.node, places.bundle].some(isNamed)) return null;
  const certificates = await import('../certificates/bundles.ts');
  try {
    await certificates.prepareCertificates(places, isNamed, env, Date.now());
    return null;
  } catch (error) {
    return errorMessage(error);
  }
};
