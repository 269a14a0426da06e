import type { ProbeTarget } from '../../model/pod-spec.ts';
import { type ActionResult, failed, passed, thrown } from '../actions/action-result.ts';
import { lateNet } from '../late-net.ts';
import { peerOf } from '../ports/answering.ts';
import { unlessStranger, type WhoElse } from './who-else.ts';

/** Succeeds when the connection opens. It is closed at once and nothing is sent. */
export const attemptTcp = (
  { host, port }: Extract<ProbeTarget, { kind: 'tcp' }>,
  signal: AbortSignal,
  whoElse: WhoElse,
): Promise<ActionResult> =>
  new Promise((resolve) => {
    const socket = lateNet().connect({ host, port, signal });
    socket.on('error', (error) => resolve(failed(thrown(error))));
    socket.on('connect', () => {
      const peer = peerOf(socket);
      socket.destroy();
      resolve(unlessStranger(passed({ kind: 'connected' }), peer, whoElse));
    });
  });
