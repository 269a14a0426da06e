import type { PodSnapshot, ProcessSnapshot, Usage } from '../../control/pod-client.ts';
import type { Order, UiState } from './ui-state.ts';

interface Listing {
  readonly state: Pick<UiState, 'order' | 'listFilter' | 'editor'>;
  readonly snapshot: PodSnapshot;
  readonly usage: ReadonlyMap<string, Usage>;
}

/** The processes of the list, in its order, without those that its filter hides. */
export const listed = ({ state, snapshot, usage }: Listing): readonly ProcessSnapshot[] => {
  const kept = withWords(snapshot.processes, listFilterOf(state));
  return inOrder(kept, state.order, usage);
};

/** Processes with all words of a text in their names, or in the names of their apps. */
export const withWords = (
  processes: readonly ProcessSnapshot[],
  text: string,
): readonly ProcessSnapshot[] => {
  const words = text.toLowerCase().split(/\s+/);
  return processes.filter(({ name, app }) => {
    const own = `${app ?? ''} ${name}`.toLowerCase();
    return words.every((word) => own.includes(word));
  });
};

/** The filter counts while it is typed. */
export const listFilterOf = ({ editor, listFilter }: Pick<UiState, 'editor' | 'listFilter'>): string =>
  editor?.for === 'list' ? editor.text : listFilter;

/** `web-2` comes before `web-10`. */
const COLLATOR = new Intl.Collator('en', { numeric: true });

const inOrder = (
  processes: readonly ProcessSnapshot[],
  order: Order,
  usage: Listing['usage'],
): readonly ProcessSnapshot[] => {
  switch (order) {
    case 'start':
      return processes;
    case 'state':
      return processes.toSorted((one, other) => weightOf(one) - weightOf(other));
    case 'name':
      return processes.toSorted((one, other) => COLLATOR.compare(one.name, other.name));
    case 'cpu':
    case 'memory': {
      const figure = ({ name }: ProcessSnapshot): number => usage.get(name)?.[order] ?? -1;
      return processes.toSorted((one, other) => figure(other) - figure(one));
    }
    default:
      return order satisfies never;
  }
};

/** States in the order of their importance to the user. */
export const BY_WEIGHT = [
  'failed',
  'backoff',
  'starting',
  'running',
  'pending',
  'stopping',
  'ready',
  'completed',
  'stopped',
] as const satisfies ReadonlyArray<ProcessSnapshot['state']>;

/** The worst of the states of some processes. */
export const worstOf = (processes: readonly ProcessSnapshot[]): ProcessSnapshot['state'] =>
  BY_WEIGHT.find((state) => processes.some((process) => process.state === state)) ?? 'stopped';

const weightOf = ({ state }: ProcessSnapshot): number => BY_WEIGHT.indexOf(state);

/** True if it has failed or has asked something. */
export const needsUser = ({ state, waitsForInput }: ProcessSnapshot): boolean =>
  state === 'failed' || state === 'backoff' || waitsForInput;
