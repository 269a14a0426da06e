import type { ReactNode } from 'react';
import type { PortSnapshot, ProcessSnapshot } from '../../../control/pod-snapshot.ts';
import { Sparkline } from '../parts/sparkline.tsx';
import { hashOf } from '../state/route.ts';
import type { UsageSample } from '../state/usage-history.ts';
import { ageOf, bytesOf, coresOf } from '../text/format.ts';
import type { Act } from './use-actions.ts';

/** Samples that a sparkline shows: a minute. */
const SHOWN = 60;

interface ProcessRowProps {
  readonly process: ProcessSnapshot;
  readonly samples: readonly UsageSample[];
  readonly isOpen: boolean;
  readonly act: Act;
}

export const ProcessRow = ({ process, samples, isOpen, act }: ProcessRowProps): ReactNode => {
  const { name, role, origin, state, restarts, ports, description } = process;
  const kind = origin === null ? role : `${role}: ${origin.use}`;
  return (
    <li className={`process ${isOpen ? 'open' : ''}`} data-state={state}>
      <div className="who">
        <a
          className="name"
          href={hashOf('processes', isOpen ? '' : name)}
          aria-expanded={isOpen}
          title={description}
        >
          {name}
        </a>
        <span className="kind">{kind}</span>
      </div>
      <div className="state">
        <span className={`badge ${state}`}>{state}</span>
        <span className="why">{whyOf(process)}</span>
      </div>
      <div className="ports">{ports.map((port) => portLink(port))}</div>
      <div className="restarts">
        {restarts > 0 && `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`}
      </div>
      <UsageCells samples={process.pid === null ? [] : samples} />
      <Buttons process={process} act={act} />
    </li>
  );
};

/** What there is to say of a process besides its state. */
const whyOf = ({ why, cause, statusText, launchedAt, waitsForInput }: ProcessSnapshot): string => {
  if (waitsForInput) return 'waits for input';
  const reason = [why, cause].filter((text) => text !== null && text !== '').join('; ');
  if (reason !== '') return reason;
  const since = launchedAt === null ? '' : `for ${ageOf(Date.now() - launchedAt)}`;
  return [statusText, since].filter(Boolean).join(' · ');
};

const OPENS = new Set(['127.0.0.1', 'localhost', '0.0.0.0', '::', '::1']);

/** A port as a link, where a browser could open it. */
const portLink = ({ name, port, protocol, host }: PortSnapshot): ReactNode => {
  const text = `${name} ${port}`;
  if (protocol !== 'tcp' || !OPENS.has(host)) return <span key={name}>{`${text}/${protocol}`}</span>;
  const scheme = /https|tls/.test(name) ? 'https' : 'http';
  return (
    <a key={name} href={`${scheme}://localhost:${port}/`} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  );
};

const UsageCells = ({ samples }: { readonly samples: readonly UsageSample[] }): ReactNode => {
  const newest = samples.slice(-SHOWN);
  const last = newest.at(-1);
  if (last === undefined) return <div className="usage" />;
  return (
    <div className="usage">
      <span className="figure">
        <Sparkline values={newest.map(({ cpu }) => cpu)} top={0.05} />
        <span className="value">{coresOf(last.cpu)}</span>
        <span className="hidden"> of a core</span>
      </span>
      <span className="figure">
        <Sparkline values={newest.map(({ memory }) => memory)} top={1} />
        <span className="value">{bytesOf(last.memory)}</span>
        <span className="hidden"> of memory</span>
      </span>
    </div>
  );
};

const Buttons = ({
  process: { name, state },
  act,
}: {
  readonly process: ProcessSnapshot;
  readonly act: Act;
}) => {
  const isDown = state === 'stopped' || state === 'failed' || state === 'completed';
  const actions = isDown ? (['start'] as const) : (['restart', 'stop'] as const);
  return (
    <div className="actions">
      {actions.map((action) => (
        <button key={action} type="button" aria-label={`${action} ${name}`} onClick={() => act(action, name)}>
          {action}
        </button>
      ))}
      <a className="button" href={hashOf('logs', '', { p: name })} aria-label={`logs of ${name}`}>
        logs
      </a>
    </div>
  );
};
