/** The types of ready-made sidecars: their options, their engines and the names of their ports. */

import type { ConfigRefreshOptions } from './observe/config-refresh.ts';
import type { LogShipperOptions } from './observe/log-shipper.ts';
import type { LogSinkOptions, LogSinkPorts } from './observe/log-sink.ts';
import type { MetricsAdapterOptions } from './observe/metrics-adapter.ts';
import type { MonitorOptions } from './observe/monitor.ts';
import type { TelemetryOptions } from './observe/telemetry.ts';
import type { PortOf } from './ports-of.ts';
import type { PrometheusOptions } from './prometheus.ts';
import type { AmbassadorOptions, AmbassadorPorts, EgressOptions, EgressPorts } from './traffic.ts';

/** The direction of a toxic: `upstream` towards the server, `downstream` towards the client. */
export type ToxicStream = 'upstream' | 'downstream';

interface ToxicFields<Type extends string, Attributes> {
  readonly type: Type;
  /** Name, unique within the sidecar. Default: `<type>_<stream>`. */
  readonly name?: string;
  /** Default `'downstream'`. */
  readonly stream?: ToxicStream;
  /** Share of the connections that it applies to, from 0 to 1. Default 1. */
  readonly toxicity?: number;
  readonly attributes?: Attributes;
}

/**
 * A toxic, as Toxiproxy has it. Times are milliseconds, except the `delay` of a slicer (microseconds). What an attribute
 * leaves out is 0.
 *
 * @example { type: 'latency', attributes: { latency: 200, jitter: 50 } }
 */
export type Toxic =
  /** Delays data by `latency` ± `jitter`. */
  | ToxicFields<'latency', { readonly latency?: number; readonly jitter?: number }>
  /** Limits data to `rate` KB/s. */
  | ToxicFields<'bandwidth', { readonly rate?: number }>
  /** Delays the end of a connection. */
  | ToxicFields<'slow_close', { readonly delay?: number }>
  /** Drops data, and ends the connection after `timeout`; 0: never. */
  | ToxicFields<'timeout', { readonly timeout?: number }>
  /** Resets the connection `timeout` after the first data. */
  | ToxicFields<'reset_peer', { readonly timeout?: number }>
  /** Cuts data into pieces of `average_size` ± `size_variation` bytes, with a `delay` between them. */
  | ToxicFields<
      'slicer',
      { readonly average_size?: number; readonly size_variation?: number; readonly delay?: number }
    >
  /** Ends the connection after `bytes`. */
  | ToxicFields<'limit_data', { readonly bytes?: number }>;

/**
 * A fault of requests of HTTP/1.1: a status in place of the server's answer, a delay before it, or both. `failFirst`,
 * `every` or `percentage` says which of the requests that match; without one of them, all.
 *
 * @example { match: { path: '/orders', method: 'POST' }, failFirst: 2, status: 503 }
 */
export interface HttpFault {
  /** Default: every request. */
  readonly match?: {
    /** Prefix of the path, which ends at a `/`: `'/orders'` has `/orders` and `/orders/7`. */
    readonly path?: string;
    readonly method?: string;
  };
  /** The first so many requests. They are counted from the start of the sidecar, or from a change of the fault. */
  readonly failFirst?: number;
  /** Every so many requests: `3` means the third, the sixth, … */
  readonly every?: number;
  /** Share of the requests, from 0 to 100. */
  readonly percentage?: number;
  /** Answer in place of the server's, from 400 to 599. Default 503, and none with a `delay`. */
  readonly status?: number;
  /** Time before anything else happens: `'2s'`. Default: none. */
  readonly delay?: number | `${number}${'ms' | 's' | 'm' | 'h'}`;
}

/**
 * Options of `use: 'faults'`: a TCP proxy in front of a port, with Toxiproxy's toxics and its HTTP API.
 *
 * @example { to: 'redis', for: ['web'], toxics: [{ type: 'latency', attributes: { latency: 200 } }] }
 */
export interface FaultsOptions<Process extends string = string> {
  /** The port behind it: of a process, or of a server that is not in the pod. */
  readonly to: PortOf<Process> | { readonly host?: string; readonly port: number };
  /**
   * Processes that reach the port through it: their references to the port, and their service variables, mean its own
   * port. Default: none.
   */
  readonly for?: readonly Process[];
  /** Toxics of the start. Default: none. */
  readonly toxics?: readonly Toxic[];
  /** Faults of HTTP requests, for a port that speaks HTTP/1.1 without TLS. Default: none. */
  readonly http?: readonly HttpFault[];
  /** False: connections are refused until it is enabled. Default true. */
  readonly enabled?: boolean;
}

/** The ready-made sidecars, by `use`. `ports`: names that their ports can have. */
export interface ReadyMade<Process extends string = string> {
  readonly faults: {
    readonly options: FaultsOptions<Process>;
    readonly engine: 'embedded';
    readonly ports: 'main' | 'admin';
  };
  readonly ambassador: {
    readonly options: AmbassadorOptions<Process>;
    readonly engine: 'embedded' | 'haproxy' | 'nginx' | 'caddy';
    readonly ports: 'https' | 'http' | 'tcp' | 'admin';
  };
  readonly egress: {
    readonly options: EgressOptions<Process>;
    readonly engine: 'embedded' | 'haproxy' | 'nginx';
    /** Besides those in `to`, which a probe of its own cannot name. */
    readonly ports: 'proxy' | 'admin';
  };
  readonly 'metrics-adapter': {
    readonly options: MetricsAdapterOptions<Process>;
    readonly engine: 'embedded';
    readonly ports: 'metrics' | 'statsd' | 'otlp' | 'admin';
  };
  readonly monitor: {
    readonly options: MonitorOptions<Process>;
    readonly engine: 'embedded';
    readonly ports: 'metrics' | 'admin';
  };
  readonly prometheus: {
    readonly options: PrometheusOptions<Process>;
    readonly engine: 'embedded' | 'prometheus' | 'victoria-metrics';
    readonly ports: 'http' | 'admin';
  };
  readonly 'config-refresh': {
    readonly options: ConfigRefreshOptions<Process>;
    readonly engine: 'embedded';
    readonly ports: 'admin';
  };
  readonly 'log-shipper': {
    readonly options: LogShipperOptions<Process>;
    readonly engine: 'embedded' | 'rsyslog';
    readonly ports: 'admin';
  };
  readonly 'log-sink': {
    readonly options: LogSinkOptions;
    readonly engine: 'embedded';
    readonly ports: 'http' | 'syslog' | 'syslog-udp' | 'forward' | 'admin';
  };
  readonly telemetry: {
    readonly options: TelemetryOptions;
    readonly engine: 'embedded';
    readonly ports: 'http' | 'grpc' | 'admin';
  };
}

/** The names of the ports of a ready-made sidecar with these options. */
export type PortsOfUse<Use extends keyof ReadyMade, With> = Use extends 'ambassador'
  ? AmbassadorPorts<With>
  : Use extends 'egress'
    ? EgressPorts<With>
    : Use extends 'log-sink'
      ? LogSinkPorts<With>
      : ReadyMade[Use]['ports'];
