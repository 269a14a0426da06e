import { nearest } from '../model/nearest.ts';
import { type CommandRefusal, commandTitle } from '../model/own-command.ts';
import { becauseText } from './wording.ts';

/** Says why a command beside a process is not started or stopped, and what helps. */
export const commandRefusalText = (process: string, command: string, refusal: CommandRefusal): string => {
  const title = commandTitle(process, command);
  switch (refusal) {
    case 'already-running':
      return `${title} is already running; stop it before you run it again`;
    case 'not-running':
      return `${title} is not running`;
    case 'pod-stops':
      return `cannot run ${title}: ${becauseText('pod-stops')}`;
    default:
      return refusal satisfies never;
  }
};

/** Says that a process has no command of this name, which was probably meant, and which there are. */
export const unknownCommandText = (process: string, asked: string, known: readonly string[]): string => {
  if (known.length === 0) return `${process} has no commands; name them under 'commands' in its config`;
  const near = nearest(asked, known);
  const meant = near === null ? '' : ` (did you mean ${near}?)`;
  return `${process} has no command ${asked}${meant}; there are ${known.join(', ')}`;
};
