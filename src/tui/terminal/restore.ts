import { GIVE_MOUSE } from './mouse-report.ts';
import { RESTORE_TITLE } from './window-title.ts';

/**
 * Ends a frame, bracketed paste and reports of the mouse, leaves the alternate screen, shows the cursor, and resets
 * colors and wrapping.
 */
const RESTORE = `\u001b[?7h\u001b[?2026l\u001b[?2004l${GIVE_MOUSE}\u001b[?1049l\u001b[?25h\u001b[0m`;

/** Restores the terminal after a dashboard with these settings. */
export const restoreAfter = ({ title = false }: { readonly title?: boolean }): string =>
  title ? RESTORE + RESTORE_TITLE : RESTORE;

/**
 * Restores the terminal after a program that may have left any mode behind. It also turns off reports of every move of
 * the mouse, of focus and keypad, and restores the character set. Leaving an alternate screen that nobody is in would
 * move the cursor to its last saved position, so the position is saved first.
 */
export const RESTORE_AFTER_OTHERS = `\u001b7${RESTORE}\u001b[?1003l\u001b[?1004l\u001b[?1l\u001b>\u001b(B\u000f`;
