import { readAttributes, type ToxicType } from './toxic-words.ts';
import type { ToxiproxyRequest } from './toxiproxy.ts';

/** The options of `faults` that change something; at most one of the first five is given. */
export interface FaultsActions {
  readonly add?: ToxicType;
  readonly remove?: string;
  readonly disable?: boolean;
  readonly enable?: boolean;
  readonly reset?: boolean;
  readonly upstream?: boolean;
  readonly toxicity?: number;
}

export interface FaultsRequest extends ToxiproxyRequest {
  /** Asked if the first conflicts with what is there. */
  readonly otherwise?: ToxiproxyRequest;
}

/** `request` is null for a list. */
type Planned =
  | { readonly ok: true; readonly request: FaultsRequest | null }
  | { readonly ok: false; readonly message: string };

const ACTIONS = ['add', 'remove', 'disable', 'enable', 'reset'] as const;

/** The request that does what the arguments of `faults` say. */
export const planFaults = (
  name: string | undefined,
  attributes: readonly string[],
  options: FaultsActions,
): Planned => {
  const [action, another] = ACTIONS.filter((each) => options[each] !== undefined);
  if (another !== undefined) return refused(`--${action} and --${another} exclude each other`);
  if (action !== 'add' && attributes.length > 0) return refused('attributes are for --add TYPE');
  if (action !== 'add' && (options.upstream !== undefined || options.toxicity !== undefined))
    return refused('--upstream and --toxicity are for --add TYPE');
  if (action === undefined) return { ok: true, request: null };
  if (name === undefined) return refused(`--${action} needs the name of a faults sidecar`);
  return requestFor(action, `/proxies/${encodeURIComponent(name)}`, attributes, options);
};

const requestFor = (
  action: (typeof ACTIONS)[number],
  proxy: string,
  attributes: readonly string[],
  options: FaultsActions,
): Planned => {
  switch (action) {
    case 'add':
      return options.add === undefined ? refused('') : addition(options.add, proxy, attributes, options);
    case 'remove':
      return planned({
        method: 'DELETE',
        path: `${proxy}/toxics/${encodeURIComponent(options.remove ?? '')}`,
      });
    case 'disable':
    case 'enable':
      return planned({ method: 'PATCH', path: proxy, body: { enabled: action === 'enable' } });
    case 'reset':
      return planned({ method: 'POST', path: '/reset' });
    default:
      return action satisfies never;
  }
};

const addition = (
  type: ToxicType,
  proxy: string,
  words: readonly string[],
  { upstream = false, toxicity = 1 }: FaultsActions,
): Planned => {
  const read = readAttributes(type, words);
  if (!read.ok) return read;
  const stream = upstream ? 'upstream' : 'downstream';
  const changes = { attributes: read.attributes, toxicity };
  return planned({
    method: 'POST',
    path: `${proxy}/toxics`,
    body: { type, stream, ...changes },
    otherwise: { method: 'PATCH', path: `${proxy}/toxics/${type}_${stream}`, body: changes },
  });
};

const planned = (request: FaultsRequest): Planned => ({ ok: true, request });
const refused = (message: string): Planned => ({ ok: false, message });
