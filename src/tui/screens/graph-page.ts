import type { PodSnapshot, ProcessSnapshot } from '../../control/pod-client.ts';
import { type Styled, span } from '../text/styled.ts';
import { MARKS, ROLES, stateStyle } from './state-mark.ts';
import type { Page, View } from './view.ts';

/** The start order in steps: the processes of a step start together, as soon as their dependencies are satisfied. */
export const graphPage = (view: View): Page => {
  const { processes } = view.snapshot;
  const steps = stepsOf(view.snapshot);
  const longest = Math.max(...processes.map(({ name }) => name.length), 0);
  const last = Math.max(...steps.values(), 0);
  const rows = Array.from({ length: last + 1 }, (_, step) => [
    [span(` ${step === 0 ? 'first' : 'then'}`, view.theme.muted)],
    ...processes
      .filter(({ name }) => steps.get(name) === step)
      .map((process) => processRow(view, process, longest)),
  ]);
  return { title: `${view.snapshot.name}: start order`, rows: rows.flat() };
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

/** A step is one more than the latest of its dependencies; processes are listed in start order. */
const stepsOf = ({ processes }: PodSnapshot): ReadonlyMap<string, number> => {
  const steps = new Map<string, number>();
  for (const { name, dependsOn } of processes) {
    steps.set(name, Math.max(-1, ...dependsOn.map(({ process }) => steps.get(process) ?? -1)) + 1);
  }
  return steps;
};
