/** Envoy's words for what happened to a request. A line of the access log and `x-sidecarctl-flags` have them. */
export type ResponseFlag =
  /** No endpoint is healthy. */
  | 'UH'
  /** No connection to the endpoint. */
  | 'UF'
  /** Too much at the same time: a limit of the circuit breaker. */
  | 'UO'
  /** The endpoint took too long. */
  | 'UT'
  /** All retries were used. */
  | 'URX'
  /** The endpoint ended the connection. */
  | 'UC'
  /** What the endpoint sent is no HTTP. */
  | 'UPE'
  /** No route matches. */
  | 'NR'
  /** The client ended the connection. */
  | 'DC'
  /** What the client sent is no HTTP. */
  | 'DPE'
  /** Beyond the rate limit. */
  | 'RL'
  /** A delay was injected. */
  | 'DI'
  /** A fault was injected. */
  | 'FI'
  /** Nothing came for longer than the idle timeout. */
  | 'SI';
