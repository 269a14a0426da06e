import type { ProcessSnapshot } from '../../control/pod-client.ts';
import { startSteps } from '../state/start-steps.ts';
import { type Styled, span } from '../text/styled.ts';
import { MARKS, ROLES, stateStyle } from './state-mark.ts';
import type { Page, View } from './view.ts';

/** The processes of a step start together, as soon as their dependencies are satisfied. */
export const graphPage = (view: View): Page => {
  const { processes } = view.snapshot;
  const longest = Math.max(...processes.map(({ name }) => name.length), 0);
  const steps = startSteps(view.snapshot);
  const rows = steps.flatMap((step, index): readonly Styled[] => [
    [span(` ${index === 0 ? 'first' : 'then'}`, view.theme.muted)],
    ...step.map((process) => processRow(view, process, longest)),
  ]);
  const at = steps
    .flatMap((step) => [null, ...step])
    .findIndex((process) => process?.name === view.state.selected);
  return { title: `${view.snapshot.name}: start order`, rows, at };
};

const processRow = (view: View, process: ProcessSnapshot, longest: number): Styled => {
  const isSelected = process.name === view.state.selected;
  return [
    span(isSelected ? ' > ' : '   ', view.theme.accent),
    span(`${MARKS[process.state]} `, stateStyle(process.state, view.theme)),
    span(process.name.padEnd(longest + 1)),
    span(ROLES[process.role].word.padEnd(8), view.theme.muted),
    ...process.dependsOn.flatMap((dependency, index) => {
      const holds = !process.waitsFor.includes(dependency.process);
      const text = `${index === 0 ? '◂─ ' : ', '}${dependency.process} ${dependency.condition}`;
      return [span(text, holds ? view.theme.muted : view.theme.waiting)];
    }),
  ];
};
