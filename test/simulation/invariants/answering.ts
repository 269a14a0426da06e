import type { Command } from '../../../src/core/command.ts';
import { isAccepted, isAsked } from '../oracle.ts';
import type { Invariant, Turn } from './invariant.ts';

export const everyRequestIsAnswered = (): Invariant => {
  const answered = new Set<number>();
  return {
    name: 'each request gets exactly one reply, and nothing else gets any',
    turn: ({ event, commands }) => {
      const asked = isAsked(event) ? event.id : null;
      const replies = commands.flatMap((command) => (command.type === 'reply' ? [command.id] : []));
      const repeated = replies.find((id) => answered.has(id));
      for (const id of replies) answered.add(id);
      if (repeated !== undefined) return `request ${repeated} is answered again, by ${event.type}`;
      const isRight = replies.length === (asked === null ? 0 : 1) && (replies[0] ?? null) === asked;
      return isRight ? null : `${event.type} ${asked} gets replies to ${replies.join(', ') || 'nothing'}`;
    },
  };
};

/** A client is told what has been decided, and not what might have been. */
export const repliesAreTrue: Invariant = {
  name: 'a reply says whether the request is carried out, and a refused one changes nothing',
  turn: (turn) => {
    const { before, event, commands } = turn;
    const accepted = !isAsked(event) || isAccepted(before, event);
    const wrong = commands.find((command) => command.type === 'reply' && command.outcome.ok !== accepted);
    if (wrong !== undefined) return `${event.type} is ${accepted ? 'carried out' : 'refused'}`;
    const refusals = commands.filter(isRefusal).length;
    if (refusals !== (!accepted && event.type === 'request' ? 1 : 0)) return `${refusals} refusals`;
    return accepted || isUntouched(turn) ? null : `${event.type} is refused, and does something`;
  },
};

const isRefusal = (command: Command): boolean =>
  command.type === 'report' && command.event.type === 'refused';

const isUntouched = ({ before, after, commands }: Turn): boolean =>
  before === after && commands.every((command) => command.type === 'reply' || isRefusal(command));
