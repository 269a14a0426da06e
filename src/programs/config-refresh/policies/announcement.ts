/** Milliseconds of a clock that never goes back. */
type Time = number;
type Files = ReadonlySet<string>;

/** Where the news of changed files is on its way to whoever is to act on it. */
export type Announcement =
  | { readonly is: 'idle' }
  | { readonly is: 'waiting'; readonly files: Files; readonly at: Time; readonly failures: number }
  | {
      readonly is: 'running';
      readonly files: Files;
      readonly failures: number;
      /** What has changed since it began; it is announced afterwards. */
      readonly next: { readonly files: Files; readonly at: Time } | null;
    };

export type AnnouncementEvent =
  /** Files are replaced; the announcement may begin at that time. */
  | { readonly type: 'changed'; readonly files: Iterable<string>; readonly at: Time }
  /** The time of a waiting announcement has come. */
  | { readonly type: 'begun' }
  | { readonly type: 'done' }
  /** It may be repeated at that time; `null`: not any more. */
  | { readonly type: 'failed'; readonly retryAt: Time | null };

export const IDLE: Announcement = { is: 'idle' };

/**
 * Each change is announced once, and a failed announcement again. What changes before an announcement has begun is
 * part of it; what changes while it runs is another one.
 */
export const advance = (state: Announcement, event: AnnouncementEvent): Announcement => {
  switch (event.type) {
    case 'changed':
      return withChange(state, new Set(event.files), event.at);
    case 'begun':
      return state.is === 'waiting'
        ? { is: 'running', files: state.files, failures: state.failures, next: null }
        : state;
    case 'done':
      return state.is === 'running' ? waitingFor(state.next) : state;
    case 'failed':
      return state.is === 'running' ? afterFailure(state, event.retryAt) : state;
    default:
      return event satisfies never;
  }
};

const withChange = (state: Announcement, files: Files, at: Time): Announcement => {
  if (files.size === 0) return state;
  switch (state.is) {
    case 'idle':
      return { is: 'waiting', files, at, failures: 0 };
    case 'waiting':
      return { is: 'waiting', files: union(state.files, files), at: Math.min(state.at, at), failures: 0 };
    case 'running':
      return {
        ...state,
        next: {
          files: union(state.next?.files ?? new Set(), files),
          at: Math.min(state.next?.at ?? at, at),
        },
      };
    default:
      return state satisfies never;
  }
};

const waitingFor = (next: { readonly files: Files; readonly at: Time } | null): Announcement =>
  next === null ? IDLE : { is: 'waiting', ...next, failures: 0 };

const afterFailure = (
  { files, failures, next }: Extract<Announcement, { is: 'running' }>,
  retryAt: Time | null,
): Announcement => {
  if (next !== null) return { is: 'waiting', files: union(files, next.files), at: next.at, failures: 0 };
  return retryAt === null ? IDLE : { is: 'waiting', files, at: retryAt, failures: failures + 1 };
};

const union = (one: Files, other: Files): Files => new Set([...one, ...other]);

/** The files that are not announced yet. */
export const filesIn = (state: Announcement): readonly string[] => {
  if (state.is === 'idle') return [];
  return [...state.files, ...(state.is === 'running' ? (state.next?.files ?? []) : [])];
};
