import type { Family } from '../../exposition/read-families.ts';
import { Families } from '../series/families.ts';

const STATUS =
  /^Active connections:\s+(\d+)\s+server accepts handled requests\s+(\d+)\s+(\d+)\s+(\d+)\s+Reading:\s+(\d+)\s+Writing:\s+(\d+)\s+Waiting:\s+(\d+)/;

/** In the order of the numbers in the page. */
const METRICS = [
  ['nginx_connections_active', 'gauge', 'Active client connections'],
  ['nginx_connections_accepted', 'counter', 'Accepted client connections'],
  ['nginx_connections_handled', 'counter', 'Handled client connections'],
  ['nginx_http_requests_total', 'counter', 'Total http requests'],
  ['nginx_connections_reading', 'gauge', 'Connections where NGINX is reading the request header'],
  [
    'nginx_connections_writing',
    'gauge',
    'Connections where NGINX is writing the response back to the client',
  ],
  ['nginx_connections_waiting', 'gauge', 'Idle client connections'],
] as const;

/** Metrics of nginx' page `stub_status`, as nginx-prometheus-exporter names them. Throws if it is another page. */
export const readStubStatus = (page: string): readonly Family[] => {
  const numbers = STATUS.exec(page)?.slice(1);
  if (numbers === undefined) throw new Error('its answer is no page of stub_status');
  const families = new Families();
  METRICS.forEach(([name, type, help], at) => {
    families.add(name, type, help, Number(numbers[at]));
  });
  return [...families.all(), ...nginxUp(1)];
};

export const nginxUp = (value: 0 | 1): readonly Family[] => {
  const families = new Families();
  families.add('nginx_up', 'gauge', 'Status of the last metric scrape', value);
  return families.all();
};
