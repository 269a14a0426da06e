import type { PodSnapshot } from '../../control/pod-client.ts';
import { chosenSidecar, sidecarNames } from '../../observe/find-sidecar.ts';
import type { AskedUse, Screen, UiState } from './ui-state.ts';

const ASKED_BY: Partial<Record<Screen, AskedUse>> = {
  traces: 'telemetry',
  trace: 'telemetry',
  metrics: 'prometheus',
};

/** Name of the sidecar that pages ask now; undefined: the pod has none. */
export const askedSidecar = (state: UiState, snapshot: PodSnapshot, use: AskedUse): string | undefined =>
  chosenSidecar(snapshot, { use, chosen: state.asked[use], near: state.selected });

/** Whether the page that is shown could ask another sidecar. */
export const hasOtherSidecar = ({ screen }: UiState, snapshot: PodSnapshot): boolean => {
  const use = ASKED_BY[screen];
  return use !== undefined && sidecarNames(snapshot, use).length > 1;
};

export const toNextSidecar = (state: UiState, snapshot: PodSnapshot): UiState => {
  const use = ASKED_BY[state.screen];
  if (use === undefined || !hasOtherSidecar(state, snapshot))
    return { ...state, notice: 'there is no other sidecar to ask' };
  const names = sidecarNames(snapshot, use);
  const at = names.indexOf(askedSidecar(state, snapshot, use) ?? '');
  return { ...state, asked: { ...state.asked, [use]: names[(at + 1) % names.length] } };
};
