import { everyRequestIsAnswered, repliesAreTrue } from './answering.ts';
import { endedAppsAreDown, endTouchesNoOther, podOutlivesApps } from './apps.ts';
import { endsWithWhatItNeeds, exitCodeIsThePrimarys } from './ending.ts';
import {
  commandsReach,
  hooksAreThere,
  lateIsUnheard,
  nothingAfterEnd,
  nothingIsLeftUndone,
  statesAreTrue,
} from './instances.ts';
import type { Invariant } from './invariant.ts';
import {
  downInStop,
  gatesAreSatisfied,
  initOnce,
  oneInstance,
  startsWhenItMay,
  survivorsAreAlone,
  wish,
} from './launching.ts';
import {
  oneAttempt,
  patientWithTheUnwell,
  probesInTheirTime,
  probingGoesOn,
  startupBudget,
} from './probing.ts';
import {
  concernedAreRelaunched,
  configIsFollowed,
  reloadIgnoredInStop,
  untouchedKeepIdentity,
} from './reloading.ts';
import { backoffKeepsTheCurve, onlyForCause, policyIsFollowed, restartsTogether } from './restarting.ts';
import {
  hooksAtOnce,
  minimumIsKept,
  ownGraceIsTheMost,
  ownHookFirst,
  podStopEnds,
  processStopEnds,
  signalAfterFailedCommand,
  stopGoesOn,
  stopOrder,
} from './stopping.ts';
import { reasonsAreGiven, reportsJoinUp, timersAreHeld, waitsAreTrue } from './telling.ts';

/** The two that the simulation itself watches over. */
export const ANSWERED = 'every event is answered in every state';
export const ENDS = 'a pod that is stopped comes to its end';

/** All that must hold of one pod, with no memory yet. */
export const newInvariants = (): readonly Invariant[] => [
  gatesAreSatisfied,
  startsWhenItMay,
  oneInstance,
  survivorsAreAlone(),
  downInStop,
  initOnce(),
  wish(),
  everyRequestIsAnswered(),
  repliesAreTrue,
  commandsReach,
  hooksAreThere,
  statesAreTrue,
  lateIsUnheard,
  nothingIsLeftUndone,
  nothingAfterEnd(),
  policyIsFollowed(),
  backoffKeepsTheCurve(),
  onlyForCause,
  restartsTogether,
  untouchedKeepIdentity,
  concernedAreRelaunched,
  configIsFollowed,
  reloadIgnoredInStop,
  podStopEnds(),
  processStopEnds,
  stopOrder,
  ownHookFirst,
  stopGoesOn,
  hooksAtOnce,
  minimumIsKept,
  ownGraceIsTheMost,
  signalAfterFailedCommand,
  oneAttempt,
  probesInTheirTime,
  probingGoesOn,
  patientWithTheUnwell,
  startupBudget,
  timersAreHeld,
  reportsJoinUp(),
  reasonsAreGiven,
  waitsAreTrue,
  endsWithWhatItNeeds,
  endTouchesNoOther,
  endedAppsAreDown(),
  podOutlivesApps,
  exitCodeIsThePrimarys(),
];

export const INVARIANT_NAMES: readonly string[] = [
  ANSWERED,
  ENDS,
  ...newInvariants().map(({ name }) => name),
];
