import type { Span, Trace, TraceSummary } from '../api.ts';
import { attributesOf, millisecondsOf } from '../store/attributes.ts';
import type { KeptSpan, KeptTrace } from '../store/traces.ts';
import { labelOf } from './span-label.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

const ERROR = 2;

const startOf = ({ span }: KeptSpan): number => millisecondsOf(span.startTimeUnixNano);

/** A span whose end has not come, or is before its start, has none. */
const endOf = (kept: KeptSpan): number => Math.max(startOf(kept), millisecondsOf(kept.span.endTimeUnixNano));

/** A trace in one line. */
export const summaryOf = ({ traceId, spans }: KeptTrace): TraceSummary => {
  const byTime = [...spans].sort((one, other) => startOf(one) - startOf(other));
  const root = byTime.find(({ span }) => parentOf(span.parentSpanId) === null) ?? byTime[0];
  const startTime = byTime[0] === undefined ? 0 : startOf(byTime[0]);
  const end = spans.reduce((latest, span) => Math.max(latest, endOf(span)), startTime);
  return {
    traceId,
    root: rootOf(root),
    startTime,
    duration: end - startTime,
    spans: spans.length,
    errors: spans.filter(({ span }) => span.status?.code === ERROR).length,
    services: [...new Set(byTime.map(({ service }) => service))],
  };
};

const rootOf = (root: KeptSpan | undefined): TraceSummary['root'] =>
  root === undefined
    ? { service: '', name: '', label: '' }
    : { service: root.service, name: root.span.name, label: labelOf(root.span) };

/** Old senders say that there is none by an id of zeros. */
const parentOf = (id: string | undefined): string | null => (id === undefined || /^0*$/.test(id) ? null : id);

/** A trace with its spans as a waterfall shows them. */
export const traceOf = (kept: KeptTrace): Trace => ({ ...summaryOf(kept), spans: waterfall(kept.spans) });

/** Every span before its children, these by time. A span that is its own ancestor stands at the top. */
const waterfall = (spans: readonly KeptSpan[]): readonly Span[] => {
  const byTime = [...spans].sort((one, other) => startOf(one) - startOf(other));
  const known = new Set(spans.map(({ span }) => span.spanId));
  const children = Map.groupBy(byTime, ({ span }) => {
    const parent = parentOf(span.parentSpanId);
    return parent !== null && known.has(parent) && parent !== span.spanId ? parent : null;
  });
  const shown: Span[] = [];
  const done = new Set<KeptSpan>();
  // A stack: traces can be deeper than calls may nest.
  const waiting: Array<readonly [KeptSpan, number]> = [];
  const showFrom = (roots: readonly KeptSpan[]): void => {
    for (const root of [...roots].reverse()) waiting.push([root, 0]);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [kept, depth] = next;
      if (done.has(kept)) continue;
      done.add(kept);
      shown.push(spanOf(kept, depth));
      for (const child of [...(children.get(kept.span.spanId) ?? [])].reverse())
        waiting.push([child, depth + 1]);
    }
  };
  showFrom(children.get(null) ?? []);
  for (const kept of byTime) if (!done.has(kept)) showFrom([kept]);
  return shown;
};

const spanOf = (kept: KeptSpan, depth: number): Span => {
  const { span, service, resource, scope } = kept;
  return {
    spanId: span.spanId,
    parentSpanId: parentOf(span.parentSpanId),
    depth,
    service,
    name: span.name,
    label: labelOf(span),
    kind: KINDS[span.kind ?? 0] ?? 'unspecified',
    startTime: startOf(kept),
    duration: endOf(kept) - startOf(kept),
    status: STATUSES[span.status?.code ?? 0] ?? 'unset',
    statusMessage: span.status?.message ?? '',
    scope,
    attributes: attributesOf(span.attributes),
    resource: attributesOf(resource),
    events: (span.events ?? []).map(({ timeUnixNano, name, attributes }) => ({
      time: millisecondsOf(timeUnixNano),
      name,
      attributes: attributesOf(attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  };
};
