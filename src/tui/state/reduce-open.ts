import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { addressesOf } from './addresses.ts';
import type { Choice, Reduced, UiState } from './ui-state.ts';

const only = (state: UiState): Reduced => ({ state, effects: [] });
const opening = (state: UiState, url: string): Reduced => ({ state, effects: [{ type: 'open-url', url }] });

/** Opens the address of a process, or asks which of several. */
export const openAddress = (state: UiState, process: ProcessSnapshot): Reduced => {
  const addresses = addressesOf(process);
  const [first] = addresses;
  if (first === undefined) return only({ ...state, notice: `${process.name} has no port to open` });
  return addresses.length === 1 ? opening(state, first.url) : only({ ...state, choice: { addresses } });
};

/** Takes the address with the pressed number. Any other key calls the choice off. */
export const choose = (state: UiState, { addresses }: Choice, key: string): Reduced => {
  const chosen = /^[1-9]$/.test(key) ? addresses[Number(key) - 1] : undefined;
  const decided = { ...state, choice: null };
  return chosen === undefined ? only(decided) : opening(decided, chosen.url);
};
