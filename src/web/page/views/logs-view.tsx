import { type ReactNode, useEffect, useState } from 'react';
import { useKeys, useSignal } from '../browser/hooks.ts';
import { usePage } from '../parts/context.ts';
import { SearchField } from '../parts/search-field.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { OWN_NAME, type PageLine } from '../state/page-line.ts';
import { hashOf } from '../state/route.ts';
import { LogDetail } from './log-detail.tsx';
import { LogRow } from './log-row.tsx';
import { ProcessChips } from './process-chips.tsx';

const ROW_HEIGHT = 20;

/** The merged output of the pod. While it is paused, it shows what was there then. */
export const LogsView = ({ query }: { readonly query: URLSearchParams }): ReactNode => {
  const { pod } = usePage();
  useSignal(pod.podChanged);
  useSignal(pod.logsChanged);
  const { logs } = pod;
  const search = query.get('q') ?? '';
  const chosen = query.getAll('p');
  const [held, setHeld] = useState<{ readonly lines: readonly PageLine[]; readonly count: number } | null>(
    null,
  );
  const [selected, setSelected] = useState<PageLine | null>(null);
  const key = JSON.stringify([search, chosen]);
  const [filtered, setFiltered] = useState('');
  if (filtered !== key) {
    logs.setFilter({ text: search, processes: new Set(chosen) });
    setFiltered(key);
    setHeld(null);
    setSelected(null);
  }
  useEffect(() => () => logs.setFilter({ text: '', processes: new Set() }), [logs]);

  const lines = held?.lines ?? logs.shown;
  const hold = (): void => setHeld((before) => before ?? { lines: [...logs.shown], count: logs.count });
  const follow = (): void => {
    setHeld(null);
    setSelected(null);
  };
  const show = (text: string, processes: readonly string[]): void =>
    history.replaceState(null, '', hashOf('logs', '', { q: text, p: processes }));
  const change = (text: string, processes: readonly string[]): void => {
    show(text, processes);
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  useKeys({
    f: () => (held === null ? hold() : follow()),
    ' ': () => (held === null ? hold() : follow()),
    Escape: () => (selected === null ? follow() : setSelected(null)),
  });
  const names = [...(pod.snapshot?.processes ?? []).flatMap(logNames), OWN_NAME];
  const missed = held === null ? 0 : logs.count - held.count;
  return (
    <div className="logs">
      <div className="toolbar">
        <SearchField label="Search the log" value={search} onChange={(text) => change(text, chosen)} />
        <button type="button" aria-pressed={held === null} onClick={held === null ? hold : follow}>
          {held === null ? 'following' : `paused${missed > 0 ? `, ${missed.toLocaleString('en')} new` : ''}`}
        </button>
        <span className="count" aria-live="off">
          {lines.length.toLocaleString('en')} {lines.length === 1 ? 'line' : 'lines'}
        </span>
        <ProcessChips names={names} chosen={chosen} onChange={(processes) => change(search, processes)} />
      </div>
      <VirtualList
        label="Log"
        count={lines.length}
        rowHeight={ROW_HEIGHT}
        selected={selected === null ? -1 : lines.lastIndexOf(selected)}
        row={(index) => <LogRow line={lines[index]} search={search} />}
        rowClass={(index) => lines[index]?.kind ?? ''}
        onSelect={(index) => {
          hold();
          setSelected(lines[index] ?? null);
        }}
        isFollowing={held === null}
        onFollow={(isFollowing) => (isFollowing ? follow() : hold())}
      />
      {selected !== null && <LogDetail line={selected} onClose={() => setSelected(null)} />}
    </div>
  );
};

interface Named {
  readonly name: string;
  readonly commands: ReadonlyArray<{ readonly log: string; readonly launchedAt: number | null }>;
}

const logNames = ({ name, commands }: Named): readonly string[] => [
  name,
  ...commands.filter(({ launchedAt }) => launchedAt !== null).map(({ log }) => log),
];
