/** What a request is for. */
export type Plan =
  /** A file of the page, by its name. */
  | { readonly kind: 'file'; readonly name: string }
  /** Snapshots, usage, events and lines of output as they come. `since`: number of the last line that is known. */
  | { readonly kind: 'live'; readonly since: number | null }
  | { readonly kind: 'details'; readonly process: string }
  | { readonly kind: 'request' }
  /**
   * A question to a ready-made sidecar of the pod; `port` is the name of its port, `from` its own, if the pod may have
   * several.
   */
  | {
      readonly kind: 'sidecar';
      readonly use: string;
      readonly port: string;
      readonly path: string;
      readonly from: string | null;
    };

const PROCESS = /^\/api\/processes\/([a-z0-9-]{1,63})$/;
const TELEMETRY = /^\/api\/telemetry(\/traces|\/traces\/[0-9a-f]{1,32}|\/logs|\/services)$/;
const PROMETHEUS = /^\/api\/prometheus(\/query|\/query_range|\/label\/[a-zA-Z_][a-zA-Z0-9_]{0,127}\/values)$/;
const LONGEST_QUERY = 8 * 1024;

/** Decides what a request is for; null: there is nothing of that name. Only what is listed here can be asked for. */
export const planRequest = (method: string, target: string): Plan | null => {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  if (method === 'POST') return path === '/api/requests' ? { kind: 'request' } : null;
  if (method !== 'GET' || query.length > LONGEST_QUERY) return null;
  return path.startsWith('/api/') ? planQuestion(path, query) : { kind: 'file', name: path.slice(1) };
};

const planQuestion = (path: string, query: string): Plan | null => {
  if (path === '/api/live') return planLive(query);
  const process = PROCESS.exec(path)?.[1];
  if (process !== undefined) return { kind: 'details', process };
  const telemetry = TELEMETRY.exec(path)?.[1];
  if (telemetry !== undefined)
    return { kind: 'sidecar', use: 'telemetry', port: 'admin', ...askedOf(telemetry, query) };
  const prometheus = PROMETHEUS.exec(path)?.[1];
  if (prometheus === undefined) return null;
  return { kind: 'sidecar', use: 'prometheus', port: 'http', ...askedOf(`/api/v1${prometheus}`, query) };
};

const planLive = (query: string): Plan | null => {
  if (query === '') return { kind: 'live', since: null };
  const since = /^since=(\d{1,15})$/.exec(query)?.[1];
  return since === undefined ? null : { kind: 'live', since: Number(since) };
};

/** `from` is for us, and the rest of the query for the sidecar. */
const askedOf = (path: string, query: string): { readonly path: string; readonly from: string | null } => {
  const parameters = new URLSearchParams(query);
  const from = parameters.get('from');
  parameters.delete('from');
  return { path: parameters.size === 0 ? path : `${path}?${parameters}`, from };
};
