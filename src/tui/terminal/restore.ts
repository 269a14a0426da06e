/** Ends a synchronized frame and pasting in brackets, leaves the alternate screen, shows the cursor, plain colours. */
export const RESTORE = '\u001b[?2026l\u001b[?2004l\u001b[?1049l\u001b[?25h\u001b[0m';

/**
 * After a program that may have left anything behind, or nothing: besides that, reports of the mouse, the focus and the
 * keypad end, lines wrap, and letters are letters. To leave an alternate screen that nobody is in would move the cursor
 * to where it was saved last: so it is saved first.
 */
export const RESTORE_AFTER_OTHERS = `\u001b7${RESTORE}\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l\u001b[?1006l\u001b[?1l\u001b>\u001b[?7h\u001b(B\u000f`;
