import type { TelemetryProgramOptions } from './options.ts';

/** In place of a secret, as everywhere in sidecarctl. */
const MASK = '***';

/** The options for `/config_dump`: a header of another collector is a secret, and so is what a URL has before its host. */
export const maskedOptions = (options: TelemetryProgramOptions): object => {
  const { forward } = options;
  if (forward === null) return options;
  const headers = Object.fromEntries(Object.keys(forward.headers).map((name) => [name, MASK]));
  return { ...options, forward: { url: forward.url.replace(/\/\/[^/@]*@/, `//${MASK}@`), headers } };
};
