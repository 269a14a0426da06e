import type { ReactNode } from 'react';
import { useSignal } from '../browser/hooks.ts';
import { usePage } from '../parts/context.ts';
import type { Link, PodState } from '../state/pod-state.ts';
import { hashOf, VIEWS, type ViewName } from '../state/route.ts';

interface PodHeaderProps {
  readonly view: ViewName;
  readonly onHelp: () => void;
}

export const PodHeader = ({ view, onHelp }: PodHeaderProps): ReactNode => {
  const { pod } = usePage();
  useSignal(pod.podChanged);
  const { snapshot } = pod;
  const name = snapshot?.name ?? 'sidecarctl';
  return (
    <>
      <title>{`${name}: ${view}`}</title>
      <header className="top">
        <h1>{name}</h1>
        <span className={`badge ${badgeOf(pod)}`}>{stateOf(pod)}</span>
        <nav aria-label="Views">
          {VIEWS.map((name, at) => (
            <a
              key={name}
              href={hashOf(name)}
              aria-current={name === view ? 'page' : undefined}
              title={`${at + 1}`}
            >
              {name}
            </a>
          ))}
        </nav>
        <button type="button" className="help" onClick={onHelp} aria-label="Keys" title="?">
          ?
        </button>
      </header>
      <Banner pod={pod} />
    </>
  );
};

const stateOf = ({ link, snapshot }: PodState): string => {
  if (link === 'ended') return 'ended';
  return link === 'live' ? (snapshot?.state ?? '') : link;
};

const badgeOf = ({ link, snapshot }: PodState): string => {
  if (link !== 'live') return link === 'connecting' ? 'pending' : 'stopped';
  return snapshot?.state === 'running' ? 'ready' : 'starting';
};

const LINK_TEXTS: Readonly<Partial<Record<Link, string>>> = {
  lost: 'The connection is lost. This page asks again.',
  closed:
    "sidecarctl web was ended: this page shows what was known then. Run 'sidecarctl web' for a new one.",
  refused: "This address is not valid any more. Open the one that 'sidecarctl web' has printed last.",
};

/** Says why nothing new comes. */
const Banner = ({ pod: { link, snapshot } }: { readonly pod: PodState }): ReactNode => {
  const text = link === 'ended' ? endText(snapshot?.reason ?? null) : LINK_TEXTS[link];
  return <div role="status">{text !== undefined && <p className={`banner ${link}`}>{text}</p>}</div>;
};

const endText = (reason: string | null): string =>
  `The pod has ended${reason === null ? '' : `: ${reason}`}. This page shows what was known then.`;
