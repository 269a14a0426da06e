import type { PodSnapshot } from '../../control/pod-client.ts';
import { commandOfLog, titleOfLog } from '../../model/own-command.ts';
import { hasTerminal, toScreen } from './process-screen.ts';
import { ownerOf } from './terminal-of.ts';
import { ALL_PROCESSES, sourceOf, type UiState } from './ui-state.ts';

/** Gives what is typed from now on to the process whose log the keys are for. */
export const enterInput = (state: UiState, snapshot: PodSnapshot): UiState => {
  const process = sourceOf(state);
  if (process === ALL_PROCESSES) return { ...state, notice: 'choose the process that you want to type into' };
  if ((ownerOf(process, snapshot)?.pid ?? null) === null)
    return { ...state, notice: `${titleOfLog(process)} is not running` };
  if (hasTerminal(process, snapshot))
    return { ...toScreen(state), focus: 'log', input: { process }, focusBeforeInput: state.focus };
  if (commandOfLog(process) !== null)
    return { ...state, notice: `${titleOfLog(process)} has an empty stdin; tty: true gives it a terminal` };
  return {
    ...state,
    editor: { for: 'input', process, text: '', cursor: 0, recalled: null },
  };
};

/** Gives the keys to what had them before. */
export const leaveInput = (state: UiState): UiState =>
  state.input === null ? state : { ...state, input: null, focus: state.focusBeforeInput };

/** Process that gets what is typed, as keys or as lines. */
export const typedTo = ({ input, editor }: UiState): string | null =>
  input?.process ?? (editor?.for === 'input' ? editor.process : null);

/** A process that has ended, or that stops with the pod, gets no more. */
export const endInput = (state: UiState, snapshot: PodSnapshot): UiState => {
  const process = typedTo(state);
  if (process === null) return state;
  const isUp = (ownerOf(process, snapshot)?.pid ?? null) !== null;
  if (isUp && snapshot.state !== 'stopping') return state;
  return { ...leaveInput(state), editor: state.editor?.for === 'input' ? null : state.editor };
};
