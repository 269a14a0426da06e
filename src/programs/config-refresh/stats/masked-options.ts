import type { ConfigRefreshProgramOptions, SourceOptions } from '../options.ts';

/** In place of a secret, as everywhere in sidecarctl. */
const MASK = '***';

/** The options without tokens, passwords, values of headers, and texts that may have been filled with secrets. */
export const maskedOptions = (options: ConfigRefreshProgramOptions): object => ({
  ...options,
  sources: Object.fromEntries(
    Object.entries(options.sources).map(([name, source]) => [name, maskedSource(source)]),
  ),
  files: options.files.map(({ template, ...file }) => ({
    ...file,
    template: 'file' in template ? template : { text: MASK },
  })),
});

const maskedSource = (source: SourceOptions): object =>
  Object.fromEntries(
    Object.entries(source).map(([field, value]) => {
      if (field === 'headers') return [field, mapValues(value as object)];
      if (field === 'url') return [field, maskedUrl(value as string | null)];
      return [field, SECRETS.has(field) && value !== null ? MASK : value];
    }),
  );

const SECRETS: ReadonlySet<string> = new Set(['token', 'password']);

const mapValues = (headers: object): object =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]));

/** A URL can have a password, and secrets in its query. */
const maskedUrl = (url: string | null): string | null => {
  const parsed = url === null ? null : URL.parse(url);
  if (parsed === null) return url;
  if (parsed.password !== '') parsed.password = MASK;
  for (const name of new Set(parsed.searchParams.keys())) parsed.searchParams.set(name, MASK);
  return parsed.href;
};
