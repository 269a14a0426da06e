/** The fields in the options of `ambassador` and `egress`; they say the same as the types in `traffic.ts`. */
const byKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ambassador: {
    to: 'What requests go to that no route matches: a process (its first TCP port), "web.http", a URL, a server, or several with weights.',
    tls: 'True: TLS with a certificate of the local CA. Default false.',
    port: 'Its port, which others connect to. Default "auto": a free one.',
    redirectPort: 'With TLS: a second port, "http", that sends clients to the first one. Default: none.',
    routes: 'Where some of the requests go. The first route that matches counts. Default: none.',
    forwarded: 'Headers that tell the app of the client. Default "x-forwarded".',
    trust:
      'What the others get to trust the certificate: "node" (default): NODE_EXTRA_CA_CERTS; "all": also SSL_CERT_FILE, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.',
  },
  egress: {
    to: 'Servers by name: a URL, a list of URLs, a process, a server, or an object with url and policies of its own. Each is a port, and a variable <NAME>_URL of the app.',
    tls: 'TLS towards https: URLs and processes. Default: only towards https: URLs.',
    forwardProxy: 'True: a port "proxy", which is the app’s proxy for everything else. Default false.',
  },
  upstream: {
    url: 'A URL, a list of URLs, a process, or a server.',
    tls: 'TLS towards it. Default: that of the sidecar.',
  },
  'upstream-tls': {
    certificate: '"local": shows a certificate of the local CA.',
    cert: 'File with its own certificate in PEM.',
    key: 'File with its private key in PEM.',
    ca: 'File with the CAs of the server. Default: the public ones and the local CA.',
    serverName: 'Name that the server’s certificate must have. Default: the host of the URL.',
    insecureSkipVerify: 'True: any certificate will do. Default false.',
  },
  'weighted-backend': {
    name: 'A process, a port of one, or a URL.',
    weight: 'Its part of the requests, beside those of the others. Default 1.',
  },
  tls: {
    cert: 'File with the certificate in PEM. Default: one of the local CA.',
    key: 'File with its private key in PEM.',
    names: 'Further names of the certificate of the local CA: "shop.test".',
    sni: 'Certificates for other names that clients ask for (SNI).',
    clientAuth: 'Whether clients need a certificate. Default "none".',
    ca: 'File with the CAs of clients’ certificates. Default: the local CA.',
    minVersion: 'Lowest version of TLS. Default "TLSv1.2".',
  },
  certificate: { cert: 'File with the certificate in PEM.', key: 'File with its private key in PEM.' },
  policies: {
    protocol: 'How the backend speaks: HTTP/1.1 ("http", default), HTTP/2 ("h2c"), or bytes ("tcp").',
    proxyProtocol: 'Tells the backend the client’s address by the PROXY protocol. Default: it does not.',
    loadBalancer: 'How requests are spread over endpoints. Default: LeastRequest.',
    timeouts: 'Limits of time.',
    retry: 'Retries, in Envoy’s words or in Dapr’s.',
    holdFor: 'What cannot reach an endpoint waits this long for one that starts or restarts. Default 5s.',
    circuitBreaker: 'Limits of what is open at the same time in Envoy’s words, or a breaker in Dapr’s.',
    healthCheck: 'Which endpoints get requests.',
    accessLog: 'A line for each request, in Envoy’s order. Default "text", to its own output.',
    tracing:
      'Spans of requests, as OTLP over HTTP. Default "auto": for the telemetry of the pod, if it has one; false: none.',
    requestHeaders: 'Changes of the headers of requests.',
    responseHeaders: 'Changes of the headers of responses.',
    urlRewrite: 'Another path or host for the backend.',
    requestRedirect: 'Sends clients elsewhere.',
    cors: 'Which pages of other origins may use the responses.',
    requestMirror: 'Sends a copy of the requests elsewhere.',
    faultInjection: 'Delays and failures on purpose.',
    rateLimit: 'A limit of requests. What is beyond it gets 429.',
  },
  'load-balancer': {
    type: 'LeastRequest (default), RoundRobin, Random, or ConsistentHash.',
    by: 'For ConsistentHash: what has the same endpoint.',
  },
  'hash-by': {
    type: 'The client’s address, a header, a cookie or a query parameter.',
    name: 'Name of the header, the cookie or the parameter.',
  },
  'policy-timeouts': { connect: 'For a new connection to an endpoint. Default 5s.' },
  timeouts: {
    request: 'For a request with all its retries. Default 0: none.',
    backendRequest: 'For each attempt. Default 0: none.',
    idle: 'Without data in either direction. Default 5m.',
  },
  retry: {
    numRetries: 'Default 1.',
    retryOn: 'When it may be tried again. Default connect-failure, refused-stream, reset-before-request.',
    retriableStatusCodes: 'Statuses that count as failures.',
    retriableHeaders: 'A response with one of them counts as a failure.',
    perRetry: 'Times of each attempt.',
    bodyLimit: 'A request with a larger body is not sent again. Default 64KiB.',
    policy: 'Dapr’s: "constant" (default) or "exponential".',
    duration: 'Dapr’s: time before each retry of "constant". Default 5s.',
    maxInterval: 'Dapr’s: longest time before a retry of "exponential". Default 60s.',
    maxRetries: 'Dapr’s: default -1, until timeouts.request is over.',
    matching: 'Dapr’s: what is tried again besides a failed connection. Default: any status from 500.',
  },
  'per-retry': { timeout: 'For each attempt. Default 0: none.', backOff: 'Time before an attempt.' },
  'retry-back-off': {
    baseInterval: 'Before the first, at random up to this. Default 25ms.',
    maxInterval: 'It doubles up to this. Default 10 times baseInterval.',
  },
  'dapr-matching': {
    httpStatusCodes: 'Codes and ranges: "429,500-599".',
    gRPCStatusCodes: 'Of 1, 4, 8, 13 and 14: "4,14".',
  },
  'circuit-breaker': {
    maxConnections: 'Connections to a backend. Default 1024.',
    maxPendingRequests: 'Requests that wait for a connection. Default 1024.',
    maxParallelRequests: 'Requests at the same time. Default 1024.',
    retryBudget: 'Retries at the same time.',
    trip: 'Dapr’s: when it opens. Default "consecutiveFailures > 5".',
    timeout: 'Dapr’s: how long it is open. Default 60s.',
    interval: 'Dapr’s: failures are forgotten after this long. Default 0: never.',
    maxRequests: 'Dapr’s: requests that try it then. Default 1.',
  },
  'retry-budget': {
    percent: 'Share of the requests. Default 20.',
    minRetryConcurrency: 'At least so many. Default 3.',
  },
  'health-check': {
    passive: 'Takes out endpoints that fail. False: off.',
    active: 'Asks every endpoint by itself. Default: off.',
  },
  'passive-check': {
    consecutive5XxErrors: 'Failures in a row. Default 5.',
    interval: 'Time between two looks for endpoints whose time is over. Default 10s.',
    baseEjectionTime: 'Taken out for this long, times the number of times. Default 30s.',
    maxEjectionTime: 'Longest time. Default 5m.',
    maxEjectionPercent: 'At most this share of the endpoints is out. Default 10.',
    alwaysEjectOneEndpoint: 'True: one may always be out. Default false.',
  },
  'active-check': {
    path: 'Path that a healthy endpoint answers with 200 to 299.',
    timeout: 'Time limit of a check. Default 1s.',
    interval: 'Time between checks. Default 3s.',
    unhealthyThreshold: 'Failures in a row until it is out. Default 3.',
    healthyThreshold: 'Successes in a row until it is back. Default 1.',
  },
  'header-changes': {
    set: 'In place of what is there.',
    add: 'Besides what is there.',
    remove: 'Names of headers.',
  },
  'url-rewrite': {
    hostname: 'Another host.',
    path: 'In place of the whole path.',
    prefix: 'In place of the prefix that the route matched.',
  },
  'request-redirect': {
    scheme: 'Default: as it was asked for.',
    port: 'Default: that of the scheme, or as it was asked for.',
    hostname: 'Default: as it was asked for.',
    path: 'In place of the whole path.',
    prefix: 'In place of the prefix that the route matched.',
    statusCode: 'Default 302.',
  },
  cors: {
    allowOrigins: '"*", "https://app.test", or with a * for a label. Default ["*"].',
    allowMethods: 'Default GET, HEAD, POST, PUT, PATCH, DELETE.',
    allowHeaders: 'Default ["*"].',
    exposeHeaders: 'Default none.',
    allowCredentials: 'Default false.',
    maxAge: 'How long a browser remembers it. Default 5s.',
  },
  'request-mirror': { to: 'What gets the copies.', percent: 'Share of the requests. Default 100.' },
  'fault-injection': {
    delay: 'Holds requests back.',
    abort: 'Answers in place of the backend.',
    byHeader: 'True: a request can ask for faults by Envoy’s headers. Default false.',
    failFirst: 'The first so many requests fail. Default 0.',
    failEvery: 'Every so manyth request fails. Default 0: none.',
  },
  'fault-delay': { fixedDelay: 'How long.', percentage: 'Share of the requests. Default 100.' },
  'fault-abort': {
    httpStatus: 'Status of the answer.',
    grpcStatus: 'State of gRPC of the answer.',
    percentage: 'Share of the requests. Default 100.',
  },
  'rate-limit': {
    requests: 'Requests per unit.',
    unit: 'Default "Second".',
    burst: 'At once, when there were none before. Default: requests.',
    by: 'Whose requests are counted together. Default "all".',
  },
  'by-header': { header: 'Name of a header.' },
  route: {
    matches: 'Any of them. Default: every request.',
    to: 'Where its requests go. Default: to of the sidecar.',
    filters: 'Each in place of the sidecar’s own.',
    timeouts: 'Fields that differ from the sidecar’s own.',
    retry: 'Fields that differ from the sidecar’s own.',
  },
  'route-match': {
    path: 'A prefix such as "/api", or an object.',
    headers: 'Headers that it must have.',
    queryParams: 'Query parameters that it must have.',
    method: 'Its method.',
  },
  'path-match': { type: 'Default "PathPrefix".', value: 'Path, or a regular expression.' },
  'value-match': {
    name: 'Name of the header or parameter.',
    type: 'Default "Exact"; without a value "Present".',
    value: 'Its value, or a regular expression.',
  },
  tracing: {
    to: 'URL of a collector, without /v1/traces. Default: the telemetry of the pod.',
    percentage: 'Share of the traces that begin here, from 0 to 100. Default 100.',
  },
  'access-log': {
    format: 'Default "text".',
    path: 'File, relative to the config’s folder.',
    volume: 'Volume for a file <sidecar>.log.',
  },
};

/** Kinds that have the fields of other kinds. */
const shared: Readonly<Record<string, readonly string[]>> = {
  ambassador: ['policies'],
  egress: ['policies'],
  upstream: ['policies'],
  filters: ['policies'],
  'policy-timeouts': ['timeouts'],
  'route-timeouts': ['timeouts'],
};

/** Descriptions by `kind.field`. */
export const trafficDescriptions: Readonly<Record<string, string>> = Object.fromEntries(
  [...new Set([...Object.keys(byKind), ...Object.keys(shared)])].flatMap((kind) =>
    [...(shared[kind] ?? []), kind].flatMap((source) =>
      Object.entries(byKind[source] ?? {}).map(([field, text]) => [`${kind}.${field}`, text] as const),
    ),
  ),
);
