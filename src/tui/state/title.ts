import type { PodSnapshot } from '../../control/pod-client.ts';
import { hasFailed, isWell } from './news.ts';

/** The pod in a few words, for the title of a window: `shop: 5 of 6 ready`, `shop: web failed`. */
export const titleOf = (snapshot: PodSnapshot): string => `${snapshot.name}: ${stateText(snapshot)}`;

const stateText = ({ state, processes }: PodSnapshot): string => {
  if (state === 'stopping' || state === 'stopped') return state;
  const failed = processes.filter(hasFailed);
  const asking = processes.find(({ waitsForInput }) => waitsForInput);
  if (failed.length > 1) return `${failed.length} processes failed`;
  if (failed[0] !== undefined) return `${failed[0].name} failed`;
  if (asking !== undefined) return `${asking.name} waits for input`;
  const wanted = processes.filter((process) => process.wanted);
  return `${wanted.filter(isWell).length} of ${wanted.length} ready`;
};
