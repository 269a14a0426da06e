import { text } from '../../reading/read-yaml.ts';

/** A boolean, also one that was filled in as a text; undefined for what is none. */
export const flagOf = (value: unknown): boolean | undefined => {
  const written = text(value)?.toLowerCase();
  if (written === undefined) return undefined;
  if (/^(true|yes|on|y|1)$/.test(written)) return true;
  return /^(false|no|off|n|0)$/.test(written) ? false : undefined;
};
