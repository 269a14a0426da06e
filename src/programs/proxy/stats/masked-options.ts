import type { ProxyOptions } from '../options.ts';

/** In place of a secret, as everywhere in sidecarctl. */
const MASK = '***';

/** Headers and parameters that carry secrets. Certificates and keys are names of files. */
const SECRET_NAME = /auth|cookie|token|secret|passw|credential|signature|session|api-?_?key|access-?_?key/i;
const SECRET_VALUE = /^(?:basic|bearer|digest|negotiate|apikey)\s/i;

/** The options without the values of headers and parameters that are secrets, for `/config_dump`. */
export const maskedOptions = (options: ProxyOptions): object => ({
  ...options,
  listeners: options.listeners.map((listener) => ({
    ...listener,
    routes: listener.routes.map((route) => masked(route)),
  })),
});

/** Wherever a name stands beside its value: as a key, or as `name` and `value`. */
const masked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  const { name } = value as { readonly name?: unknown };
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const title = key === 'value' && typeof name === 'string' ? name : key;
      return [key, typeof inner === 'string' && isSecret(title, inner) ? MASK : masked(inner)];
    }),
  );
};

const isSecret = (name: string, value: string): boolean =>
  value !== '' && (SECRET_NAME.test(name) || SECRET_VALUE.test(value));
