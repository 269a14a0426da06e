import { createContext, use } from 'react';
import type { Api } from '../browser/api.ts';
import type { PodState } from '../state/pod-state.ts';

/** What every part of the page may need. */
export interface PageContext {
  readonly api: Api;
  readonly pod: PodState;
  /** Shows a sentence for a while, and has it read out. */
  readonly say: (text: string, isError: boolean) => void;
}

export const Page = createContext<PageContext | null>(null);

export const usePage = (): PageContext => {
  const context = use(Page);
  if (context === null) throw new Error('there is no page');
  return context;
};
