import { onTestFinished } from 'vitest';
import type { Requests } from '../../../src/programs/otlp/codec.ts';
import type { Signal } from '../../../src/programs/otlp/messages.ts';
import { serveOtlpGrpc } from '../../../src/programs/otlp/receive-grpc.ts';
import { serveOtlpHttp } from '../../../src/programs/otlp/receive-http.ts';
import {
  type Refusal,
  type RunningReceiver,
  reading,
  type Taken,
} from '../../../src/programs/otlp/receiver.ts';
import { freePort } from '../../support/free-port.ts';

export interface TestReceiver {
  readonly port: number;
  readonly url: string;
  /** What was taken in. */
  readonly taken: Array<{ readonly signal: Signal; readonly request: Requests[Signal] }>;
  readonly refusals: Array<readonly [Signal, Refusal]>;
  /** What it says to the next requests. */
  answer: Taken;
  readonly close: () => Promise<void>;
}

const SERVE = { http: serveOtlpHttp, grpc: serveOtlpGrpc };

/** A receiver that listens until the end of the test. */
export const startReceiver = async (
  transport: keyof typeof SERVE,
  options: { readonly maxBytes?: number } = {},
): Promise<TestReceiver> => {
  const port = await freePort();
  const { promise: closed, resolve: close } = Promise.withResolvers<RunningReceiver>();
  const receiver: TestReceiver = {
    ...{ port, url: `http://127.0.0.1:${port}`, taken: [], refusals: [] },
    answer: { kind: 'taken', partial: null },
    close: async () => (await closed).close(),
  };
  const running = await SERVE[transport](
    { host: '127.0.0.1', port },
    {
      ...options,
      take: reading(async (signal, request) => {
        if (receiver.answer.kind === 'taken') receiver.taken.push({ signal, request });
        return receiver.answer;
      }),
      refused: (signal, refusal) => receiver.refusals.push([signal, refusal]),
    },
  );
  close(running);
  onTestFinished(() => running.close());
  return receiver;
};

const KEY = { key: 'http.route', value: { stringValue: '/orders' } };

export const ONE_SPAN: Requests['traces'] = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              name: 'GET /orders',
              kind: 2,
              startTimeUnixNano: '1700000000000000001',
              endTimeUnixNano: '1700000000005000001',
              attributes: [KEY],
            },
          ],
        },
      ],
    },
  ],
};
