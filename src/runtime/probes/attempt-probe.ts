import type { ProbeSpec, ProbeTarget } from '../../model/pod-spec.ts';
import { after } from '../../time/timers.ts';
import { type ActionResult, failed, thrown } from '../actions/action-result.ts';
import { execCommand } from '../actions/exec.ts';
import { getUrl, type HttpTarget } from '../actions/http.ts';
import type { RunCommand } from '../engines/command.ts';
import { attemptFile } from './file.ts';
import { attemptGrpc } from './grpc.ts';
import { attemptTcp, attemptTcpAtOnce } from './tcp.ts';
import { unlessStranger, type WhoElse } from './who-else.ts';

/** What the probed process has said of its own accord since its start. */
interface PushedSigns {
  /** It has given its notification. */
  readonly notified: boolean;
  /** Returns true once a line of its output has matched this pattern. */
  matched(pattern: string | RegExp): boolean;
}

export interface ProbeContext {
  readonly run: RunCommand;
  readonly signal: AbortSignal;
  readonly pushed: PushedSigns;
  /** Checks which process has answered a connection. */
  readonly whoElse: WhoElse;
}

/**
 * Tries a probe once. Never rejects, and returns within `spec.timeout` milliseconds, whatever the target does. An
 * attempt that is cut off closes its connection, or has its process tree killed, at that moment. A result that is there
 * at once is returned as it is: a timer, a listener and promises cost more than a connection within this machine.
 *
 * @example
 * await attemptProbe(spec, context); // { ok: false, … }
 */
export const attemptProbe = (
  spec: ProbeSpec,
  context: ProbeContext,
): Promise<ActionResult> | ActionResult => {
  if (context.signal.aborted) return failed({ kind: 'aborted' });
  const cutOff = new CutOff();
  try {
    const attempt = carryOut(spec.target, context, cutOff);
    return attempt instanceof Promise ? inTime(attempt, spec, context.signal, cutOff) : attempt;
  } catch (error) {
    return failed(thrown(error));
  }
};

const inTime = (
  attempt: Promise<ActionResult>,
  { timeout }: ProbeSpec,
  signal: AbortSignal,
  cutOff: CutOff,
): Promise<ActionResult> =>
  new Promise((resolve) => {
    const settle = (attempt: ActionResult): void => {
      stopWaiting();
      signal.removeEventListener('abort', onAbort);
      resolve(attempt);
      cutOff.cut();
    };
    const onAbort = () => settle(failed({ kind: 'aborted' }));
    const late = () => settle(failed({ kind: 'timed-out', after: timeout }));
    const stopWaiting = after(timeout, late);
    signal.addEventListener('abort', onAbort);
    attempt.then(settle, (error: unknown) => settle(failed(thrown(error))));
  });

/** Most attempts end by themselves, and an abort that nobody listens for would cost as much as they do. */
class CutOff {
  #controller: AbortController | null = null;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  cut(): void {
    this.#controller?.abort();
  }
}

const carryOut = (
  target: ProbeTarget,
  { run, pushed: signs, whoElse }: ProbeContext,
  cutOff: CutOff,
): Promise<ActionResult> | ActionResult => {
  switch (target.kind) {
    case 'http':
      return attemptHttp(target, cutOff.signal, whoElse);
    case 'tcp':
      return attemptTcpAtOnce(target, whoElse) ?? attemptTcp(target, cutOff.signal, whoElse);
    case 'exec':
      return execCommand(target.command, { run, signal: cutOff.signal, leavesNothing: true });
    case 'grpc':
      return attemptGrpc(target, cutOff.signal, whoElse);
    case 'file':
      return attemptFile(target.path);
    case 'log':
      return pushed('line', signs.matched(target.pattern));
    case 'notify':
      return pushed('notification', signs.notified);
    default:
      return target satisfies never;
  }
};

const pushed = (kind: 'line' | 'notification', came: boolean): ActionResult => ({
  ok: came,
  finding: { kind, came },
});

const attemptHttp = async (
  target: HttpTarget,
  signal: AbortSignal,
  whoElse: WhoElse,
): Promise<ActionResult> => {
  const { peer, ...result } = await getUrl(target, signal);
  return result.ok ? unlessStranger(result, peer, whoElse) : result;
};
