import { span } from '../text/styled.ts';

interface CallSigns {
  readonly bell?: boolean | undefined;
  readonly notification?: boolean | undefined;
}

/** Text with which the terminal calls for its user: its bell, and a notification of the desktop (OSC 9). */
export const callSign = (text: string, { bell = false, notification = false }: CallSigns): string =>
  `${notification ? `\u001b]9;${span(text).text}\u001b\\` : ''}${bell ? '\u0007' : ''}`;
