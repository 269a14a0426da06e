import { useCallback } from 'react';
import type { Action } from '../browser/api.ts';
import { usePage } from '../parts/context.ts';

const DOING: Readonly<Record<Action, string>> = {
  start: 'is being started',
  stop: 'is being stopped',
  restart: 'is being restarted',
};

export type Act = (action: Action, process: string) => void;

/** Asks the pod to act on a process, and says what it answers. */
export const useActions = (): Act => {
  const { api, say } = usePage();
  return useCallback(
    (action, process) => {
      void api
        .act(action, process)
        .then((answer) =>
          answer.ok ? say(`${process} ${DOING[action]}`, false) : say(`${process}: ${answer.message}`, true),
        );
    },
    [api, say],
  );
};
