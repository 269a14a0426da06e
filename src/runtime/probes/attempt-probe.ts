import type { ProbeSpec, ProbeTarget } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/words.ts';
import type { Mark, Wrap } from '../launch/spawn.ts';
import { after } from '../timers.ts';
import { attemptExec } from './exec.ts';
import { attemptFile } from './file.ts';
import { attemptGrpc } from './grpc.ts';
import { attemptHttp } from './http.ts';
import { describeError, failed, type ProbeAttempt, passed, type WhoElse } from './probe-attempt.ts';
import { attemptTcp } from './tcp.ts';

/** What the probed process has said of its own accord since its start. */
export interface PushedSigns {
  /** It has given its notification. */
  readonly notified: boolean;
  /** A line of its output has matched this pattern. */
  matched(pattern: string | RegExp): boolean;
}

export interface ProbeContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly mark?: Mark;
  readonly wrap?: Wrap;
  readonly killTree: (pid: number) => Promise<unknown>;
  readonly lifetime?: AbortSignal;
  readonly pushed: PushedSigns;
  /** Asked of what has answered on a connection. */
  readonly whoElse: WhoElse;
}

/**
 * Tries a probe once. Never rejects, and answers within `spec.timeout` milliseconds whatever the target does; an
 * attempt that is cut off lets go of its connection, or has its process tree killed, from that moment on.
 *
 * @example
 * await attemptProbe(spec, context); // { ok: false, message: 'connect ECONNREFUSED 127.0.0.1:3000' }
 */
export const attemptProbe = (spec: ProbeSpec, context: ProbeContext): Promise<ProbeAttempt> => {
  if (context.signal.aborted) return Promise.resolve(failed('aborted'));
  return new Promise((resolve) => {
    const cutOff = new AbortController();
    const settle = (attempt: ProbeAttempt): void => {
      stopWaiting();
      context.signal.removeEventListener('abort', onAbort);
      resolve(attempt);
      cutOff.abort();
    };
    const onAbort = () => settle(failed('aborted'));
    const late = () => settle(failed(`timed out after ${inWords(spec.timeout)}`));
    const stopWaiting = after(spec.timeout, late);
    context.signal.addEventListener('abort', onAbort);
    carryOut(spec.target, { ...context, signal: cutOff.signal }).then(settle, (error: unknown) =>
      settle(failed(describeError(error))),
    );
  });
};

const carryOut = async (target: ProbeTarget, context: ProbeContext): Promise<ProbeAttempt> => {
  switch (target.kind) {
    case 'http':
      return attemptHttp(target, context.signal, context.whoElse);
    case 'tcp':
      return attemptTcp(target, context.signal, context.whoElse);
    case 'exec':
      return attemptExec(target.command, { ...context, leavesNothing: true });
    case 'grpc':
      return attemptGrpc(target, context.signal, context.whoElse);
    case 'file':
      return attemptFile(target.path);
    case 'log':
      return context.pushed.matched(target.pattern)
        ? passed('a line matched')
        : failed('no line has matched yet');
    case 'notify':
      return context.pushed.notified ? passed('notified') : failed('no notification yet');
    default:
      return target satisfies never;
  }
};

const inWords = (duration: Milliseconds): string =>
  duration < 1000 ? `${duration}ms` : `${duration / 1000}s`;
