import type { AccessLogOptions } from '../../../programs/proxy/options.ts';
import { quoted } from './quote.ts';

/** Kept of a request for its line of the access log: a request may be changed on its way. */
export const logVariables: readonly string[] = [
  'http-request set-var(txn.start) date,utime(%Y-%m-%dT%H:%M:%SZ)',
  'http-request set-var(txn.path) pathq',
  'http-request set-var(txn.authority) req.fhdr(host)',
  'http-request set-var(txn.agent) req.fhdr(user-agent)',
];

/** Of the request as it goes on. */
export const lateLogVariables: readonly string[] = [
  'http-request set-var(txn.request_id) req.fhdr(x-request-id)',
  'http-request set-var(txn.forwarded_for) req.fhdr(x-forwarded-for)',
];

const STARTED = '%[var(txn.start)]';

/** Envoy's default line. In the place of its flags are HAProxy's own four letters for how a request ended. */
const TEXT =
  `[${STARTED}] "%HM %{+E}[var(txn.path)] %HV" %ST %tsc %U %B %Ta %Tr ` +
  '"%{+E}[var(txn.forwarded_for)]" "%{+E}[var(txn.agent)]" "%{+E}[var(txn.request_id)]" ' +
  '"%{+E}[var(txn.authority)]" "%si:%sp"';

const field = (name: string): string => `"%[var(txn.${name}),json(utf8s)]"`;

const JSON_LINE =
  `{"start_time":"${STARTED}","method":"%HM","path":${field('path')},"protocol":"%HV","response_code":%ST,` +
  '"response_flags":"%tsc","bytes_received":%U,"bytes_sent":%B,"duration":%Ta,"upstream_service_time":%Tr,' +
  `"x_forwarded_for":${field('forwarded_for')},"user_agent":${field('agent')},"request_id":${field('request_id')},` +
  `"authority":${field('authority')},"upstream_host":"%si:%sp","upstream_cluster":"%b"}`;

/** A line of a connection is written at its end. */
const TCP = `[%[date,utime(%Y-%m-%dT%H:%M:%SZ)]] "- - -" 0 %tsc %U %B %Tt - "-" "-" "-" "-" "%si:%sp"`;

export const logFormat = ({ format }: AccessLogOptions, isHttp: boolean): string => {
  const line = isHttp ? (format === 'json' ? JSON_LINE : TEXT) : TCP;
  return `log-format ${quoted(line)}`;
};
