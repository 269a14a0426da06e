import type { OutputOptions } from './options.ts';

/** In place of a secret, as everywhere in sidecarctl. */
const MASK = '***';

/** An output's options for `/config_dump`: without the values of its headers and a password in its URL. */
export const maskedOutput = (options: OutputOptions): object => {
  if (!('url' in options)) return options;
  const headers = Object.keys(options.headers).map((name) => [name, MASK]);
  return { ...options, url: withoutSecrets(options.url), headers: Object.fromEntries(headers) };
};

/** A key may stand in the query of a URL. */
const withoutSecrets = (text: string): string => {
  const url = new URL(text);
  if (url.password !== '') url.password = MASK;
  for (const name of url.searchParams.keys()) url.searchParams.set(name, MASK);
  return url.href;
};
