import type { Attempt, ResponseSink } from '../../http/upstream.ts';
import { type DialOptions, dial } from '../dial.ts';

/** Grants a CONNECT by a connection to what it names. */
export const dialTunnel = (to: DialOptions, sink: ResponseSink): Attempt => ({
  abort: dial(
    { ...to, allowHalfOpen: true },
    {
      onOpen: (socket) => {
        sink.onConnected();
        sink.onTunnel?.(200, [], socket);
      },
      onFailure: (failure, cause) => sink.onFailure(failure, cause),
    },
  ),
  resume: () => undefined,
});
