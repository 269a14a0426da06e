import { type ReactNode, useRef } from 'react';
import { useKeys, useSignal } from '../browser/hooks.ts';
import { usePage } from '../parts/context.ts';
import { hashOf } from '../state/route.ts';
import { ProcessDetailsPanel } from './process-details-panel.tsx';
import { ProcessRow } from './process-row.tsx';
import { useActions } from './use-actions.ts';

/** All processes of the pod, and the details of one. */
export const ProcessesView = ({ item }: { readonly item: string }): ReactNode => {
  const { pod } = usePage();
  useSignal(pod.podChanged);
  const list = useRef<HTMLUListElement>(null);
  const act = useActions();
  const processes = pod.snapshot?.processes ?? [];
  const links = (): readonly HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('.name') ?? []),
  ];
  const current = (): number => {
    const rows = [...(list.current?.children ?? [])];
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    return focused === -1 ? processes.findIndex(({ name }) => name === item) : focused;
  };
  const move = (by: number) => (): void => {
    const all = links();
    const next = current() === -1 && by < 0 ? all.length - 1 : current() + by;
    all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
  };
  const onCurrent = (call: (name: string) => void) => (): void => {
    const name = processes[current()]?.name;
    if (name !== undefined) call(name);
  };
  useKeys({
    ArrowDown: move(1),
    j: move(1),
    ArrowUp: move(-1),
    k: move(-1),
    r: onCurrent((name) => act('restart', name)),
    x: onCurrent((name) => act('stop', name)),
    s: onCurrent((name) => act('start', name)),
    l: onCurrent((name) => {
      location.hash = hashOf('logs', '', { p: name });
    }),
    Escape: () => {
      location.hash = hashOf('processes');
    },
  });
  return (
    <div className={`split ${item === '' ? '' : 'open'}`}>
      <ul className="processes" ref={list} aria-label="Processes">
        {processes.map((process) => (
          <ProcessRow
            key={process.name}
            process={process}
            samples={pod.usage.of(process.name)}
            isOpen={process.name === item}
            act={act}
          />
        ))}
      </ul>
      {item !== '' && <ProcessDetailsPanel key={item} name={item} version={pod.snapshot?.seq ?? 0} />}
    </div>
  );
};
