import { DASHBOARD_KEYS, type DashboardKey, type Place } from '../../model/dashboard-keys.ts';

export type Action = keyof typeof DASHBOARD_KEYS;

export interface KeyEntry extends DashboardKey {
  readonly action: Action;
}

export const KEY_TABLE: readonly KeyEntry[] = (Object.keys(DASHBOARD_KEYS) as Action[]).map((action) => ({
  action,
  ...DASHBOARD_KEYS[action],
}));

/** What has another meaning for a client of a pod in another process. */
const ATTACHED: Partial<Record<Action, Partial<DashboardKey>>> = {
  quit: { help: 'leave the dashboard; the pod keeps running', short: 'leave' },
  suspend: { help: 'suspend (fg resumes); the pod keeps running' },
};

/** The table with the keys that the config sets. */
export const keyTable = (
  remapped: Readonly<Record<string, readonly string[]>>,
  attached = false,
): readonly KeyEntry[] =>
  KEY_TABLE.map((entry) => ({
    ...entry,
    ...(attached ? ATTACHED[entry.action] : {}),
    keys: remapped[entry.action] ?? entry.keys,
  }));

/**
 * Keys of the plain output: those that quit, and those that go back to the dashboard. Ctrl-C always quits there, because
 * the terminal passes it on as a key.
 */
export const plainKeys = (table: readonly KeyEntry[]): readonly KeyEntry[] =>
  table.flatMap((entry) => {
    if (entry.action === 'quit') return [{ ...entry, keys: [...entry.keys, 'ctrl+c'] }];
    return entry.action === 'plain' ? [{ ...entry, places: DASHBOARD_KEYS.quit.places }] : [];
  });

export const actionOf = (table: readonly KeyEntry[], place: Place, key: string): Action | null => {
  const found = table.find(({ keys, places }) => keys.includes(key) && places.includes(place));
  return found?.action ?? null;
};

const SYMBOLS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  escape: 'esc',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

export const keysOf = (table: readonly KeyEntry[], action: Action): readonly string[] =>
  table.find((entry) => entry.action === action)?.keys ?? [];

export const keyOf = (table: readonly KeyEntry[], action: Action): string | undefined =>
  keysOf(table, action)[0];

/** Key as people write it: `^C`, `↑`. */
export const keyLabel = (key: string): string =>
  SYMBOLS[key] ?? (key.startsWith('ctrl+') ? `^${key.slice(5).toUpperCase()}` : key);
