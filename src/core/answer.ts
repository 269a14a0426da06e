import type { Refusal } from '../model/pod-event.ts';
import type { Outcome } from './command.ts';
import type { Asked } from './core-event.ts';
import { beginPodStop, killPod } from './pod-stop.ts';
import { onReload } from './reload.ts';
import { onRequest, restartAll } from './requests.ts';
import type { Step } from './step.ts';

/** Decides on a request, carries it out or refuses it, and replies. */
export const answer = (step: Step, asked: Asked): void => {
  const outcome = decideOn(step, asked);
  if (asked.id !== null) step.commands.push({ type: 'reply', id: asked.id, outcome });
};

const decideOn = (step: Step, asked: Asked): Outcome => {
  switch (asked.type) {
    case 'stop':
      beginPodStop(step, { kind: 'requested', by: asked.by }, asked.grace);
      return DONE;
    case 'kill':
      killPod(step, asked.by);
      return DONE;
    case 'request':
      return outcomeOf(onRequest(step, asked.request, asked.process));
    case 'restart-all':
      return outcomeOf(restartAll(step));
    case 'reload':
      return onReload(step, asked.spec);
    default:
      return asked satisfies never;
  }
};

const DONE: Outcome = { ok: true, plan: null };

const outcomeOf = (because: Refusal | null): Outcome => (because === null ? DONE : { ok: false, because });
