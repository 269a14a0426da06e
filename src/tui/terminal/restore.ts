/** Ends a synchronized frame and pasting in brackets, leaves the alternate screen, shows the cursor, plain colours. */
export const RESTORE = '\u001b[?2026l\u001b[?2004l\u001b[?1049l\u001b[?25h\u001b[0m';
