import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { decode, encodeResponse } from '../../../../src/programs/otlp/codec.ts';
import type { OtlpSpan } from '../../../../src/programs/otlp/messages.ts';
import { eventually } from '../../../support/deadline.ts';

/** A collector of spans, until the end of the test. */
export interface Collector {
  readonly url: string;
  /** The spans so far, by the service that they are of. */
  readonly spans: ReadonlyArray<OtlpSpan & { readonly service: string }>;
  /** Waits for so many spans, parents before their children, these by time. */
  readonly take: (count: number) => Promise<ReadonlyArray<OtlpSpan & { readonly service: string }>>;
}

/** `status`: what it answers, so that it takes nothing if that is no 200. */
export const collectorHere = async (status = 200): Promise<Collector> => {
  const spans: (OtlpSpan & { readonly service: string })[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (status !== 200) return void response.writeHead(status).end();
    const { resourceSpans } = await decode('traces', body, 'protobuf');
    for (const { resource, scopeSpans } of resourceSpans) {
      const service =
        resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
    }
    response.end(await encodeResponse('traces', null, 'protobuf'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    take: async (count) => {
      await eventually(`${count} spans`, () => spans.length >= count);
      return spans.toSorted(
        (one, other) =>
          (one.kind ?? 0) - (other.kind ?? 0) || one.startTimeUnixNano.localeCompare(other.startTimeUnixNano),
      );
    },
  };
};

/** What an attribute of a span says. */
export const attribute = (span: OtlpSpan | undefined, key: string): unknown => {
  const value = span?.attributes?.find((each) => each.key === key)?.value;
  return value === undefined ? undefined : Object.values(value)[0];
};
