import { type ReactNode, useEffect, useState } from 'react';
import type { ProcessDetails } from '../../../control/pod-snapshot.ts';
import type { Fetched } from '../browser/api.ts';
import { usePage } from '../parts/context.ts';
import { hashOf } from '../state/route.ts';
import { durationOf, timeOf } from '../text/format.ts';

interface PanelProps {
  readonly name: string;
  /** Grows with each change of the pod. */
  readonly version: number;
}

/** More of one process: why it is as it is, its command, probes and past ends. */
export const ProcessDetailsPanel = ({ name, version }: PanelProps): ReactNode => {
  const { api } = usePage();
  const [answer, setAnswer] = useState<Fetched<ProcessDetails> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the pod may be one of the process.
  useEffect(() => {
    const ending = new AbortController();
    void api.details(name, ending.signal).then((fetched) => {
      if (!ending.signal.aborted) setAnswer(fetched);
    });
    return () => ending.abort();
  }, [api, name, version]);
  return (
    <section className="panel" aria-label={`Details of ${name}`}>
      <header>
        <h2>{name}</h2>
        <a href={hashOf('processes')} className="button">
          close
        </a>
      </header>
      {answer?.ok === true && <Details details={answer.value} />}
      {answer?.ok === false && <p role="status">{answer.message}</p>}
    </section>
  );
};

const Details = ({ details }: { readonly details: ProcessDetails }): ReactNode => {
  const { command, cwd, explanation, cause, probes, exits, tree } = details;
  return (
    <dl>
      <Fact name="Why">
        {[...explanation, ...(cause === null ? [] : [`Likely cause: ${cause}`])].join(' ')}
      </Fact>
      <Fact name="Command">
        <code>{command}</code>
      </Fact>
      <Fact name="Folder">
        <code>{cwd}</code>
      </Fact>
      {tree.length > 0 && (
        <Fact name="Process tree">
          {tree.map((entry) => (
            <code key={entry.pid} className="line">
              {entry.pid} {entry.command}
            </code>
          ))}
        </Fact>
      )}
      {probes.map(({ probe, target, ok, history }) => (
        <Fact key={probe} name={`${probe.charAt(0).toUpperCase()}${probe.slice(1)} probe`}>
          <span className={`badge ${ok === true ? 'ready' : ok === null ? 'pending' : 'failed'}`}>
            {ok === true ? 'passes' : ok === null ? 'no result yet' : 'fails'}
          </span>{' '}
          <code>{target}</code>
          {ok === false && <span className="line">{history[0]?.message}</span>}
        </Fact>
      ))}
      {exits.length > 0 && (
        <Fact name="Past ends">
          {exits.map(({ at, text, ranFor }) => (
            <span key={at} className="line">
              {timeOf(new Date(at), false)} {text} after {durationOf(ranFor)}
            </span>
          ))}
        </Fact>
      )}
    </dl>
  );
};

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
