import type { OtlpSpan } from '../../otlp/messages.ts';
import { textOf } from '../store/attributes.ts';

/** Where OpenTelemetry's semantic conventions have the path of a request: since 1.20, and before. */
const PATHS = ['url.path', 'http.target', 'url.full', 'http.url'];

/** What is before the path of a URL, and what is behind it. */
const AROUND_PATH = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*|[?#].*$/gis;

/**
 * What people call a span: its name, with the path of the request where the name has only its method. A name has to be
 * one of few, so whoever does not know the route of a request leaves the path out.
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
 */
export const labelOf = ({ name, attributes }: Pick<OtlpSpan, 'name' | 'attributes'>): string => {
  const method = textOf(attributes, 'http.request.method') ?? textOf(attributes, 'http.method');
  if (method === undefined || !['HTTP', method, `HTTP ${method}`].includes(name)) return name;
  const written = PATHS.map((key) => textOf(attributes, key)).find((value) => value !== undefined);
  const path = written?.replaceAll(AROUND_PATH, '') ?? '';
  return path === '' ? name : `${name} ${path}`;
};
