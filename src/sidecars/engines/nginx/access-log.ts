import type { AccessLogOptions } from '../../../programs/proxy/options.ts';
import { OWN_FOLDER } from '../certificate-files.ts';
import { quoted } from './quote.ts';

/**
 * Read by the wrapper, which passes it on: nginx opens a file for its access log, and cannot open an output that is a
 * socket, as Node makes them.
 */
const ACCESS_FIFO = `${OWN_FOLDER}/access.fifo`;

/** Envoy's default line, without its flags and with seconds for durations. */
const TEXT =
  '[$time_iso8601] "$request_method $request_uri $server_protocol" $status - $request_length $body_bytes_sent ' +
  '$request_time $upstream_header_time "$for_client" "$http_user_agent" "$id_of_request" "$http_host" ' +
  '"$upstream_addr"';

const JSON_LINE =
  '{"start_time":"$time_iso8601","method":"$request_method","path":"$request_uri",' +
  '"protocol":"$server_protocol","response_code":$status,"response_flags":null,' +
  '"bytes_received":$request_length,"bytes_sent":$body_bytes_sent,"duration_seconds":$request_time,' +
  '"upstream_service_time_seconds":"$upstream_header_time","x_forwarded_for":"$for_client",' +
  '"user_agent":"$http_user_agent","request_id":"$id_of_request","authority":"$http_host",' +
  '"upstream_host":"$upstream_addr"}';

const STREAM =
  '[$time_iso8601] "- - -" 0 - $bytes_received $bytes_sent $session_time - "-" "-" "-" "-" "$upstream_addr"';

export const logLines = (log: AccessLogOptions | null, isHttp: boolean): readonly string[] => {
  if (log === null) return ['access_log off'];
  const format = isHttp ? (log.format === 'json' ? JSON_LINE : TEXT) : STREAM;
  const escaping = log.format === 'json' ? 'json' : 'default';
  return [
    `log_format line escape=${escaping} '${format}'`,
    `access_log ${log.path === null ? ACCESS_FIFO : quoted(log.path)} line`,
  ];
};
