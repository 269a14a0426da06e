import type { ReactNode } from 'react';
import type { Attributes, Span, Trace, Value } from '../../../programs/telemetry/api.ts';
import { durationOf } from '../text/format.ts';

interface SpanPanelProps {
  readonly span: Span;
  readonly trace: Trace;
  readonly onClose: () => void;
}

/** What a span says of itself. */
export const SpanPanel = ({ span, trace, onClose }: SpanPanelProps): ReactNode => {
  const { label, service, kind, status, statusMessage, duration, startTime, events, links, scope } = span;
  const failed = status === 'error' ? `failed${statusMessage === '' ? '' : `: ${statusMessage}`}` : status;
  const facts: Attributes = {
    service,
    kind,
    status: failed,
    duration: durationOf(duration),
    start: `${durationOf(Math.max(0, startTime - trace.startTime))} after the trace`,
    ...(scope === '' ? {} : { scope }),
    'span id': span.spanId,
  };
  return (
    <section className="panel" aria-label="The selected span">
      <header>
        <h2>{label}</h2>
        <button type="button" onClick={onClose}>
          close
        </button>
      </header>
      <Table attributes={facts} />
      <Part title="Attributes" attributes={span.attributes} />
      {events.map((event) => (
        <Part
          key={`${event.time} ${event.name}`}
          title={`${event.name} after ${durationOf(Math.max(0, event.time - startTime))}`}
          attributes={event.attributes}
          isShown
        />
      ))}
      {links.map((link) => (
        <Part
          key={link.spanId}
          title="Link"
          attributes={{ 'trace id': link.traceId, 'span id': link.spanId }}
        />
      ))}
      <Part title="Resource" attributes={span.resource} />
    </section>
  );
};

interface PartProps {
  readonly title: string;
  readonly attributes: Attributes;
  /** Also without attributes. */
  readonly isShown?: boolean;
}

const Part = ({ title, attributes, isShown = false }: PartProps): ReactNode => {
  if (!isShown && Object.keys(attributes).length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <Table attributes={attributes} />
    </>
  );
};

const Table = ({ attributes }: { readonly attributes: Attributes }): ReactNode => (
  <dl className="facts">
    {Object.entries(attributes).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{textOf(value)}</dd>
      </div>
    ))}
  </dl>
);

const textOf = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
