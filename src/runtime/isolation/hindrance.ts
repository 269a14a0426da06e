import { existsSync, readFileSync } from 'node:fs';
import type { Hindrance } from '../../model/failures/isolation-failure.ts';

/** Finds the setting that forbids namespaces on this machine. */
export const findHindrance = (): Hindrance => {
  if (setting('user/max_user_namespaces') === '0') return 'max-user-namespaces';
  if (setting('kernel/unprivileged_userns_clone') === '0') return 'unprivileged-userns-clone';
  if (setting('kernel/apparmor_restrict_unprivileged_userns') === '1') return 'apparmor';
  return ['/.dockerenv', '/run/.containerenv'].some((mark) => existsSync(mark)) ? 'container' : 'unknown';
};

/** Value of a setting; empty if the kernel does not have it. */
const setting = (name: string): string => {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return '';
  }
};
