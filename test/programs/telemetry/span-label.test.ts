import { expect, it } from 'vitest';
import { labelOf } from '../../../src/programs/telemetry/answers/span-label.ts';
import { attribute } from './requests.ts';

const METHOD = 'http.request.method';

it.each([
  [
    'the path of a server that knows no route',
    'GET',
    { [METHOD]: 'GET', 'url.path': '/orders' },
    'GET /orders',
  ],
  [
    'the path of a client, without its query',
    'GET',
    { [METHOD]: 'GET', 'url.full': 'http://127.0.0.1:80/orders?page=2#top' },
    'GET /orders',
  ],
  [
    'the attributes of older libraries',
    'HTTP GET',
    { 'http.method': 'GET', 'http.target': '/a?b' },
    'HTTP GET /a',
  ],
  [
    'the URL of older clients',
    'GET',
    { 'http.method': 'GET', 'http.url': 'https://example.com/a' },
    'GET /a',
  ],
  ['a method that is none of the known ones', 'HTTP', { [METHOD]: '_OTHER', 'url.path': '/a' }, 'HTTP /a'],
  [
    'nothing to a name with a route',
    'GET /orders/{id}',
    { [METHOD]: 'GET', 'url.path': '/orders/7' },
    'GET /orders/{id}',
  ],
  ['nothing to a name of the user', 'GET', { 'url.path': '/orders' }, 'GET'],
  ['nothing where the path is unknown', 'GET', { [METHOD]: 'GET', 'url.full': 'http://127.0.0.1' }, 'GET'],
])('a label adds %s', (_, name, attributes: Readonly<Record<string, string>>, label) => {
  const pairs = Object.entries(attributes).map(([key, value]) => attribute(key, value));
  expect(labelOf({ name, attributes: pairs })).toBe(label);
});
