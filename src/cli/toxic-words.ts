import { withNearest } from '../model/nearest.ts';
import { TOXIC_ATTRIBUTES } from '../sidecars/faults/options.ts';
import type { FaultsProxy, FaultsToxic, HttpFault } from './toxiproxy.ts';

export type ToxicType = keyof typeof TOXIC_ATTRIBUTES;

export const TOXIC_TYPES = Object.keys(TOXIC_ATTRIBUTES) as readonly ToxicType[];

type ReadAttributes =
  | { readonly ok: true; readonly attributes: Readonly<Record<string, number>> }
  | { readonly ok: false; readonly message: string };

/** Reads `latency=200 jitter=50`. */
export const readAttributes = (type: ToxicType, words: readonly string[]): ReadAttributes => {
  const known: readonly string[] = TOXIC_ATTRIBUTES[type];
  const attributes: Record<string, number> = {};
  for (const word of words) {
    const [, name = '', digits = ''] = /^(\w+)=(\d+)$/.exec(word) ?? [];
    if (name === '') return { ok: false, message: `'${word}' is no attribute: write ${known[0]}=NUMBER` };
    if (!known.includes(name))
      return {
        ok: false,
        message: `${type} has no attribute ${withNearest(name, known)}; it has ${known.join(', ')}`,
      };
    attributes[name] = Number(digits);
  }
  return { ok: true, attributes };
};

/** What a faults sidecar does now, a line for each proxy, toxic and fault. */
export const proxyLines = (proxy: FaultsProxy): readonly string[] => {
  const { name, listen, upstream, enabled, toxics, http = [] } = proxy;
  const state = enabled ? '' : ', disabled: connections are refused';
  const none = toxics.length + http.length === 0 && enabled ? ', no toxics' : '';
  return [
    `${name}: ${listen} to ${upstream}${state}${none}`,
    ...toxics.map((toxic) => `  ${toxicText(toxic)}`),
    ...http.map((fault) => `  ${faultText(fault)}`),
  ];
};

/** `POST /orders  first 2  status 503  injected into 1 of 1`. */
const faultText = ({ path, method, status, delay, matched, injected, ...turns }: HttpFault): string => {
  const requests = [method ?? '', path ?? ''].filter((part) => part !== '').join(' ');
  const does = [...(delay > 0 ? [`delay ${delay}ms`] : []), ...(status === null ? [] : [`status ${status}`])];
  return [
    requests || 'requests',
    ...turnText(turns),
    ...does,
    `injected into ${injected} of ${matched}`,
  ].join('  ');
};

const turnText = ({ failFirst, every, percentage }: Turns): readonly string[] => {
  if (failFirst !== null) return [`first ${failFirst}`];
  if (every !== null) return [`every ${every}`];
  return percentage === null ? [] : [`${percentage}%`];
};

type Turns = Pick<HttpFault, 'failFirst' | 'every' | 'percentage'>;

const toxicText = ({ name, type, stream, toxicity, attributes }: FaultsToxic): string => {
  const values = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${value}`);
  const share = toxicity < 1 ? [`${Math.round(toxicity * 100)}% of connections`] : [];
  const kind = name === `${type}_${stream}` ? [] : [type];
  return [name, ...kind, stream, ...values, ...share].join('  ');
};
