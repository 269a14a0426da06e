import { errorMessage } from '../../model/error-message.ts';
import type { LoadingProblem } from '../../model/failures/config-problem.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import { positionOf } from './module-problem.ts';
import type { ReadConfig } from './read-data-config.ts';

/**
 * Far more than a config needs that imports modules and asks for a few things, and less than anybody waits for one that
 * hangs.
 */
export const SETTLES_WITHIN: Milliseconds = 20_000;

type Evaluate = () => Promise<ReadConfig>;

/**
 * Evaluates a config that is code. Stops at the limit, and at once when nothing is left that it could be waiting for,
 * when Node would just exit. Never rejects.
 */
export const evaluateBounded = (evaluate: Evaluate, within = SETTLES_WITHIN): Promise<ReadConfig> =>
  new Promise((resolve) => {
    const settle = (read: ReadConfig): void => {
      resolve(read);
      stopTimer();
      stopListening('beforeExit', onIdle);
    };
    const fail = (problem: LoadingProblem): void => settle({ ok: false, problem });
    // If nothing else is left to do, the next line notices at once.
    const stopTimer = after(within, () => fail({ kind: 'never-settles', within }), { ref: false });
    const onIdle = (): void => fail({ kind: 'never-settles', within: null });
    process.on('beforeExit', onIdle);
    evaluate().then(settle, (error) => fail(failed(error, '')));
  });

/**
 * Evaluates a config file in the same way. Anything that its code leaves behind, such as a promise that nobody waits
 * for, fails the config if it fails meanwhile.
 */
export const evaluateFileBounded = async (
  file: string,
  evaluate: Evaluate,
  within = SETTLES_WITHIN,
): Promise<ReadConfig> => {
  const { promise: thrown, resolve } = Promise.withResolvers<ReadConfig>();
  const onThrown = (error: unknown): void => resolve({ ok: false, problem: failed(error, file) });
  process.on('uncaughtException', onThrown);
  try {
    const read = await evaluateBounded(() => Promise.race([evaluate(), thrown]), within);
    // Node reports a rejected promise after everything that follows from the present turn.
    const nothing = new Promise<null>((done) => setImmediate(done, null));
    return (await Promise.race([thrown, nothing])) ?? read;
  } finally {
    stopListening('uncaughtException', onThrown);
  }
};

/** A config may have frozen the process object. */
const stopListening = (event: string, listener: (error: unknown) => void): void => {
  try {
    process.off(event, listener);
  } catch {
    // The config's code gets its own error.
  }
};

const failed = (error: unknown, file: string): LoadingProblem => ({
  kind: 'evaluation',
  message: errorMessage(error),
  at: positionOf(error, file),
});
