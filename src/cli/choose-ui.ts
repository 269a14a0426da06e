import { isTerminal } from './is-terminal.ts';
import type { RunOptions } from './options.ts';
import { warn } from './warn.ts';

type Wishes = Pick<RunOptions, 'ui' | 'color' | 'detached'>;
/** `none`: COMMAND of `run` has the streams of this process. */
export type Ui = 'tui' | 'plain' | 'json' | 'none';
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Chooses the dashboard for a user at a terminal that can draw. A user who wants no colors, or has a screen reader or a
 * terminal that cannot draw, gets plain lines unless they ask for the dashboard.
 */
export const chooseUi = (
  { ui, color, detached }: Wishes,
  env: Environment = process.env,
  atTerminal: boolean = isTerminal(0) && isTerminal(1),
): Ui => {
  if (ui === 'tui' && !atTerminal) {
    warn("'--ui tui' needs a terminal; using plain output");
    return 'plain';
  }
  if (ui !== undefined) return ui;
  const canDraw = env['TERM'] !== 'dumb' && env['INK_SCREEN_READER'] !== 'true';
  const wantsColors = color && !env['NO_COLOR'];
  return atTerminal && detached !== true && canDraw && wantsColors && !isCi(env) ? 'tui' : 'plain';
};

const isCi = ({ CI }: Environment): boolean => CI !== undefined && !['', '0', 'false'].includes(CI);
