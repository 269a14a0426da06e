import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { Api } from './browser/api.ts';
import { useHash, useKeys } from './browser/hooks.ts';
import { pause } from './browser/pause.ts';
import { Page } from './parts/context.ts';
import type { PodState } from './state/pod-state.ts';
import { hashOf, type Route, readRoute, VIEWS } from './state/route.ts';
import { HelpDialog } from './views/help-dialog.tsx';
import { LogsView } from './views/logs-view.tsx';
import { MetricsView } from './views/metrics-view.tsx';
import { PodHeader } from './views/pod-header.tsx';
import { ProcessesView } from './views/processes-view.tsx';
import { TracesView } from './views/traces-view.tsx';

interface Said {
  readonly text: string;
  readonly isError: boolean;
}

/** Milliseconds that a sentence is shown. An error stays until it is dismissed. */
const SAID_FOR = 8_000;

export const App = ({ api, pod }: { readonly api: Api; readonly pod: PodState }): ReactNode => {
  const route = readRoute(useHash());
  const [said, setSaid] = useState<Said | null>(null);
  const [isHelping, setIsHelping] = useState(false);
  const say = useCallback((text: string, isError: boolean) => setSaid({ text, isError }), []);
  useEffect(() => {
    if (said === null || said.isError) return;
    const ending = new AbortController();
    void pause(SAID_FOR, ending.signal).then((isOver) => isOver && setSaid(null));
    return () => ending.abort();
  }, [said]);
  const context = useMemo(() => ({ api, pod, say }), [api, pod, say]);
  useKeys({
    ...Object.fromEntries(
      VIEWS.map((view, at) => [
        String(at + 1),
        () => {
          location.hash = hashOf(view);
        },
      ]),
    ),
    '?': () => setIsHelping(true),
  });
  return (
    <Page value={context}>
      <PodHeader view={route.view} onHelp={() => setIsHelping(true)} />
      <main aria-label={route.view}>
        <View route={route} />
      </main>
      <div className="said" role={said?.isError === true ? 'alert' : 'status'}>
        {said !== null && (
          <p className={said.isError ? 'errors' : ''}>
            {said.text}
            <button type="button" onClick={() => setSaid(null)} aria-label="dismiss">
              ×
            </button>
          </p>
        )}
      </div>
      {isHelping && <HelpDialog onClose={() => setIsHelping(false)} />}
    </Page>
  );
};

const View = ({ route: { view, item, query } }: { readonly route: Route }): ReactNode => {
  switch (view) {
    case 'processes':
      return <ProcessesView item={item} />;
    case 'logs':
      return <LogsView query={query} />;
    case 'traces':
      return <TracesView item={item} query={query} />;
    case 'metrics':
      return <MetricsView query={query} />;
    default:
      return view satisfies never;
  }
};
