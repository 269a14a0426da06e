import type { RemotePod } from '../control/client/remote-pod.ts';
import type { PodKey } from '../runtime/state/pod-record.ts';
import { PlainView } from '../tui/plain-view.ts';
import { AsyncTty } from '../tui/terminal/async-tty.ts';
import { makeTheme } from '../tui/theme.ts';
import { checkEnd, exitSummary } from './exit-summary.ts';
import { openTerminal } from './open-terminal.ts';
import type { PodOptions } from './options.ts';
import { plainWriter } from './plain-writer.ts';
import { wantsColor } from './terminal.ts';

export interface PlainAttachOptions extends PodOptions {
  readonly timestamps?: boolean;
}

/** Number of past lines shown first. */
const TAIL = 50;

/**
 * Shows the content of the dashboard as lines, for a terminal that cannot draw it or a user who does not want it;
 * `left` ends it.
 */
export const attachPlainly = async (
  pod: RemotePod,
  key: PodKey,
  options: PlainAttachOptions,
  left: Promise<void>,
): Promise<number> => {
  const gone = Promise.withResolvers<void>();
  const tty = new AsyncTty(openTerminal(), gone.resolve);
  const colors = wantsColor(1, options.color);
  pod.log(null, TAIL);
  const writer = plainWriter(pod, colors, options.timestamps)((text) => void tty.write(text));
  const view = new PlainView({ client: pod, tty, writer });
  const isLeft = Promise.race([left, gone.promise]).then(() => false);
  const isOver = await Promise.race([isLeft, pod.gone.then(() => true)]);
  view.close();
  tty.write(exitSummary(pod, key, isOver, makeTheme({}, colors ? 16 : 0)));
  await tty.drain();
  tty.close();
  checkEnd(pod, isOver);
  return 0;
};
