import { connect } from 'node:net';
import type { ProbeTarget } from '../../core/pod-spec.ts';
import { describeError, failed, type ProbeAttempt, passed } from './probe-attempt.ts';

/** Success: the connection opens. It is closed at once and nothing is sent. */
export const attemptTcp = (
  { host, port }: Extract<ProbeTarget, { kind: 'tcp' }>,
  signal: AbortSignal,
): Promise<ProbeAttempt> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.on('error', (error) => resolve(failed(describeError(error))));
    socket.on('connect', () => {
      socket.destroy();
      resolve(passed('connected'));
    });
  });
