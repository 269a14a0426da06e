import type { Span, Trace, TraceSummary } from '../api.ts';
import { SpanHead } from '../received/span-head.ts';
import { attributesOf, millisecondsOf } from '../store/attributes.ts';
import { unpack } from '../store/packed.ts';
import type { KeptSpan, KeptTrace } from '../store/traces.ts';
import { type OpenSpan, openSpan } from './open-span.ts';
import { labelOf } from './span-label.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

/** What a list is filtered and sorted by. */
export interface Outline extends Omit<TraceSummary, 'root'> {
  readonly root: KeptSpan | undefined;
}

/** By the change that they are of: a client that asks again and again for all traces has a few new ones each time. */
const known = new WeakMap<KeptTrace, { readonly change: number; readonly outline: Outline }>();

export const outlineOf = (trace: KeptTrace): Outline => {
  const before = known.get(trace);
  if (before?.change === trace.change) return before.outline;
  const outline = newOutline(trace);
  known.set(trace, { change: trace.change, outline });
  return outline;
};

const newOutline = ({ traceId, spans }: KeptTrace): Outline => {
  const byTime = spans
    .map((kept) => ({ kept, head: new SpanHead(unpack(kept.packed)) }))
    .sort((one, other) => one.head.start - other.head.start);
  const root = byTime.find(({ head }) => !head.hasParent) ?? byTime[0];
  const startTime = byTime[0]?.head.start ?? 0;
  // A span whose end has not come, or is before its start, has none.
  const end = byTime.reduce((latest, { head }) => Math.max(latest, head.end), startTime);
  return {
    traceId,
    root: root?.kept,
    startTime,
    duration: end - startTime,
    spans: spans.length,
    errors: byTime.filter(({ head }) => head.isError).length,
    services: [...new Set(byTime.map(({ kept }) => kept.owner.service))],
  };
};

/** A trace in one line. One of its spans is read as a whole, which takes longer than all the rest. */
export const summaryOf = ({ root, ...outline }: Outline): TraceSummary => ({
  ...outline,
  root: rootOf(root),
});

const rootOf = (kept: KeptSpan | undefined): TraceSummary['root'] => {
  if (kept === undefined) return { service: '', name: '', label: '' };
  const { service, span } = openSpan(kept);
  return { service, name: span.name, label: labelOf(span) };
};

const startOf = ({ span }: OpenSpan): number => millisecondsOf(span.startTimeUnixNano);

const endOf = (open: OpenSpan): number => Math.max(startOf(open), millisecondsOf(open.span.endTimeUnixNano));

/** Old senders say that there is none by an id of zeros. */
const parentOf = (id: string | undefined): string | null => (id === undefined || /^0*$/.test(id) ? null : id);

/** A trace with its spans as a waterfall shows them. */
export const traceOf = (kept: KeptTrace): Trace => ({
  ...summaryOf(outlineOf(kept)),
  spans: waterfall(kept.spans.map(openSpan)),
});

/** Every span before its children, these by time. A span that is its own ancestor stands at the top. */
const waterfall = (spans: readonly OpenSpan[]): readonly Span[] => {
  const byTime = [...spans].sort((one, other) => startOf(one) - startOf(other));
  const known = new Set(spans.map(({ span }) => span.spanId));
  const children = Map.groupBy(byTime, ({ span }) => {
    const parent = parentOf(span.parentSpanId);
    return parent !== null && known.has(parent) && parent !== span.spanId ? parent : null;
  });
  const shown: Span[] = [];
  const done = new Set<OpenSpan>();
  // A stack: traces can be deeper than calls may nest.
  const waiting: Array<readonly [OpenSpan, number]> = [];
  const showFrom = (roots: readonly OpenSpan[]): void => {
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

const spanOf = (open: OpenSpan, depth: number): Span => {
  const { span, service, resource, scope } = open;
  return {
    spanId: span.spanId,
    parentSpanId: parentOf(span.parentSpanId),
    depth,
    service,
    name: span.name,
    label: labelOf(span),
    kind: KINDS[span.kind ?? 0] ?? 'unspecified',
    startTime: startOf(open),
    duration: endOf(open) - startOf(open),
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
