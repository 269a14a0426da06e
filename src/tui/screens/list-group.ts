import type { ProcessSnapshot } from '../../control/pod-client.ts';
import type { Group } from '../state/groups.ts';
import { worstOf } from '../state/listed.ts';
import { cpu, memory } from '../text/format.ts';
import { hasReason } from './list-columns.ts';
import { reasonOf } from './reason.ts';
import type { View } from './view.ts';

/** How many of a group are in their desired state, and why the worst is not: `3/4; web-2: exited with code 1`. */
export const groupText = ({ members }: Group, view: View): string => {
  const state = worstOf(members);
  const worst = members.find((process) => process.state === state && hasReason(process));
  return `${wellOf(members)}/${members.length}${worst === undefined ? '' : `; ${reasonText(worst, view)}`}`;
};

/** The same with the reasons of all, and what they use together. */
export const groupFacts = ({ members }: Group, view: View): readonly string[] => [
  readyText(members),
  ...members.filter(hasReason).map((process) => reasonText(process, view)),
  usageText(members, view),
];

const readyText = (members: readonly ProcessSnapshot[]): string =>
  `${wellOf(members)} of ${members.length} ready`;

const wellOf = (members: readonly ProcessSnapshot[]): number =>
  members.filter(({ state }) => state === 'ready' || state === 'completed').length;

const reasonText = (process: ProcessSnapshot, view: View): string =>
  `${process.name}: ${reasonOf(process, view)}`;

const usageText = (members: readonly ProcessSnapshot[], { usage }: View): string => {
  const used = members.flatMap(({ name }) => usage.get(name) ?? []);
  const sum = (figure: 'cpu' | 'memory'): number => used.reduce((all, own) => all + own[figure], 0);
  return used.length === 0 ? '' : `${cpu(sum('cpu'))} cpu, ${memory(sum('memory'))}`;
};
