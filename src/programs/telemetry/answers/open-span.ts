import type { KeyValue, OtlpSpan } from '../../otlp/messages.ts';
import { readBytes } from '../../otlp/wire/read-bytes.ts';
import type { Owner } from '../store/owners.ts';
import { unpack } from '../store/packed.ts';
import type { KeptSpan } from '../store/traces.ts';

/** A kept span, and all that it says. */
export interface OpenSpan {
  readonly span: OtlpSpan;
  readonly service: string;
  readonly resource: readonly KeyValue[];
  readonly scope: string;
}

export const openSpan = ({ packed, owner }: KeptSpan): OpenSpan => ({
  ...openOwner(owner),
  span: readBytes('Span', unpack(packed)) as unknown as OtlpSpan,
});

const openOwner = ({ service, resource, scope }: Owner): Omit<OpenSpan, 'span'> => ({
  service,
  resource: (readBytes('Resource', unpack(resource))['attributes'] ?? []) as readonly KeyValue[],
  scope: (readBytes('InstrumentationScope', unpack(scope))['name'] ?? '') as string,
});
