import type { ProbeTarget } from '../../model/pod-spec.ts';
import { type ActionResult, failed, passed, thrown } from '../actions/action-result.ts';
import { lateNet } from '../late-net.ts';
import { peerOf } from '../ports/answering.ts';
import { connectAtOnce } from '../ports/connect-at-once.ts';
import { unlessStranger, type WhoElse } from './who-else.ts';

type TcpTarget = Extract<ProbeTarget, { kind: 'tcp' }>;

/**
 * Makes the attempt without waiting, where the answer of this machine comes at once; null: only `attemptTcp` can tell.
 * Fifty probes a second take half the CPU time in this way.
 */
export const attemptTcpAtOnce = (
  { host, port }: TcpTarget,
  whoElse: WhoElse,
): Promise<ActionResult> | ActionResult | null => {
  if (host !== '127.0.0.1' && host !== '::1') return null;
  switch (connectAtOnce({ host, port })) {
    case 'connected':
      return unlessStranger(passed({ kind: 'connected' }), { address: host, port }, whoElse);
    case 'refused':
      return failed(thrown(new Error(`connect ECONNREFUSED ${host}:${port}`)));
    case null:
      return null;
  }
};

/** Succeeds when the connection opens. It is closed at once and nothing is sent. */
export const attemptTcp = (
  { host, port }: TcpTarget,
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
