import type { AccessLogOptions } from '../options.ts';
import type { ResponseFlag } from './response-flags.ts';

/** What a line of the access log tells of a request, or of a connection of bytes. `null`: there is none. */
export interface AccessRecord {
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly method: string | null;
  /** As the client asked, before any rewrite. */
  readonly path: string | null;
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | null;
  /** 0: no answer, as of a connection of bytes. */
  readonly responseCode: number;
  readonly responseFlags: readonly ResponseFlag[];
  /** Of bodies, or of the connection. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Milliseconds until the last byte. */
  readonly duration: number;
  /** Milliseconds until the head of the endpoint's response. */
  readonly upstreamServiceTime: number | null;
  readonly forwardedFor: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly authority: string | null;
  /** Address of the endpoint. */
  readonly upstreamHost: string | null;
  readonly upstreamCluster: string | null;
}

/** Writes a line, with its end. */
export type WriteLine = (record: AccessRecord) => string;

export const accessLogLine = (format: AccessLogOptions['format']): WriteLine =>
  format === 'json' ? jsonLine : textLine;

/** Envoy's default format. */
const textLine: WriteLine = (record) => {
  const { method, path, protocol, responseCode, responseFlags, bytesReceived, bytesSent, duration } = record;
  const request = `${text(method)} ${text(path)} ${text(protocol)}`;
  const figures = `${responseCode} ${flagsOf(responseFlags) ?? '-'} ${bytesReceived} ${bytesSent} ${Math.round(duration)}`;
  const served = record.upstreamServiceTime === null ? '-' : Math.round(record.upstreamServiceTime);
  const client = `"${text(record.forwardedFor)}" "${text(record.userAgent)}" "${text(record.requestId)}"`;
  const place = `"${text(record.authority)}" "${text(record.upstreamHost)}"`;
  return `[${timeOf(record)}] "${request}" ${figures} ${served} ${client} ${place}\n`;
};

/** The fields of that format, by Envoy's words for them. */
const jsonLine: WriteLine = (record) => {
  const line = JSON.stringify({
    start_time: timeOf(record),
    method: record.method,
    path: record.path,
    protocol: record.protocol,
    response_code: record.responseCode,
    response_flags: flagsOf(record.responseFlags),
    bytes_received: record.bytesReceived,
    bytes_sent: record.bytesSent,
    duration: Math.round(record.duration),
    upstream_service_time:
      record.upstreamServiceTime === null ? null : Math.round(record.upstreamServiceTime),
    x_forwarded_for: record.forwardedFor,
    user_agent: record.userAgent,
    request_id: record.requestId,
    authority: record.authority,
    upstream_host: record.upstreamHost,
    upstream_cluster: record.upstreamCluster,
  });
  return `${escapedJson(line)}\n`;
};

const timeOf = ({ startTime }: AccessRecord): string => new Date(startTime).toISOString();

const flagsOf = (flags: readonly ResponseFlag[]): string | null =>
  flags.length === 0 ? null : flags.join(',');

const text = (value: string | null): string => (value === null || value === '' ? '-' : escaped(value));

/** What ends a line or the quotes, or steers a terminal. */
const UNSAFE = /[\p{Cc}"\\\u2028\u2029]/u;
const UNSAFE_ALL = /[\p{Cc}"\\\u2028\u2029]/gu;

const escaped = (value: string): string =>
  UNSAFE.test(value) ? value.replaceAll(UNSAFE_ALL, numberOf) : value;

const numberOf = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
};

/** JSON leaves these as they are. */
const UNSAFE_JSON = /[\u007f-\u009f\u2028\u2029]/g;

const escapedJson = (json: string): string =>
  json.replaceAll(UNSAFE_JSON, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
