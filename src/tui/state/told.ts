import type { Timestamp, ToldEvent } from '../../control/pod-client.ts';

/** A sentence for the user. */
export interface Told {
  readonly at: Timestamp;
  readonly text: string;
  /**
   * `event`: something that the list and the log show too. `config-error`: stays on the screen until the config is
   * mended.
   */
  readonly kind: 'event' | 'notice' | 'answer' | 'config-error';
  /** Process that waits for input, if it tells of one. */
  readonly asking?: string;
}

interface Teller {
  /** Oldest first. */
  readonly told: readonly Told[];
}

const MOST_TOLD = 500;
const SHOWN_FOR = 5_000;

export const tell = <State extends Teller>(state: State, told: Told): State => ({
  ...state,
  told: [...state.told, told].slice(-MOST_TOLD),
});

/** Takes an event of the pod. A reload means that the config has no error, or none any more. */
export const takeEvent = <State extends Teller>(state: State, event: ToldEvent): State => {
  const mended = event.type === 'reload' ? mendConfig(state) : state;
  const text = event.text ?? (event.type === 'notice' ? event.message : undefined);
  if (text === undefined) return mended;
  return tell(mended, { at: Date.parse(event.time), text, kind: kindOf(event), ...askingIn(event) });
};

const kindOf = (event: ToldEvent): Told['kind'] => {
  if (event.type !== 'notice') return 'event';
  return event.kind === 'reload-refused' ? 'config-error' : 'notice';
};

const askingIn = (event: ToldEvent): Pick<Told, 'asking'> =>
  event.type === 'notice' && event.kind === 'waits-for-input' && event.name !== undefined
    ? { asking: event.name }
    : {};

const mendConfig = <State extends Teller>(state: State): State => ({
  ...state,
  told: state.told.map((told) => (told.kind === 'config-error' ? { ...told, kind: 'event' } : told)),
});

/** Notices that are on the screen now, newest first. Of the errors of the config, the newest tells of all. */
export const shownNotices = ({ told }: Teller, now: Timestamp): readonly Told[] => {
  const error = told.findLast(({ kind }) => kind === 'config-error');
  return told.filter((one) => (one.kind === 'config-error' ? one === error : isFresh(one, now))).toReversed();
};

const isFresh = ({ kind, at }: Told, now: Timestamp): boolean => kind !== 'event' && now < at + SHOWN_FOR;

/** Time at which the next notice goes by itself. */
export const noticesChangeAt = (state: Teller, now: Timestamp): Timestamp =>
  Math.min(
    ...shownNotices(state, now)
      .filter(({ kind }) => kind !== 'config-error')
      .map(({ at }) => at + SHOWN_FOR),
  );
