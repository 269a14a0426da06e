import { withNearest } from '../model/nearest.ts';
import { TOXIC_ATTRIBUTES } from '../sidecars/faults/options.ts';
import type { FaultsProxy, FaultsToxic } from './toxiproxy.ts';

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

/** What a faults sidecar does now, a line for each proxy and toxic. */
export const proxyLines = ({ name, listen, upstream, enabled, toxics }: FaultsProxy): readonly string[] => {
  const state = enabled ? '' : ', disabled: connections are refused';
  const none = toxics.length === 0 && enabled ? ', no toxics' : '';
  return [
    `${name}: ${listen} to ${upstream}${state}${none}`,
    ...toxics.map((toxic) => `  ${toxicText(toxic)}`),
  ];
};

const toxicText = ({ name, type, stream, toxicity, attributes }: FaultsToxic): string => {
  const values = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${value}`);
  const share = toxicity < 1 ? [`${Math.round(toxicity * 100)}% of connections`] : [];
  const kind = name === `${type}_${stream}` ? [] : [type];
  return [name, ...kind, stream, ...values, ...share].join('  ');
};
