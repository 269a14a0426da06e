import { hasRun } from '../../control/log-names.ts';
import type { CommandSnapshot, PodSnapshot, ProcessSnapshot, Usage } from '../../control/pod-client.ts';
import type { Place } from '../../model/dashboard-keys.ts';
import { commandTitle } from '../../model/own-command.ts';
import { addressesOf } from './addresses.ts';
import { type Action, type KeyEntry, keyLabel } from './key-table.ts';
import { commandWithKeys, processOf } from './reduce-whom.ts';
import type { PaletteEditor, RequestType, UiState } from './ui-state.ts';
import { isUseful } from './usable.ts';

/** What an entry of the palette does. */
export type Deed =
  | {
      readonly kind: 'action';
      readonly action: Action;
      readonly key: string;
      readonly places: readonly Place[];
    }
  | {
      readonly kind: RequestType | 'open-url' | 'details' | 'go-to';
      readonly process: ProcessSnapshot;
    }
  | CommandDeed;

export interface CommandDeed {
  readonly kind: 'run-command' | 'stop-command' | 'show-command';
  readonly process: ProcessSnapshot;
  readonly command: CommandSnapshot;
}

export interface PaletteEntry {
  /** Unique, and what is typed for it: `restart web`. */
  readonly name: string;
  readonly help: string;
  /** Label of its key; empty if it has none. */
  readonly key: string;
  readonly deed: Deed;
}

interface Around {
  readonly snapshot: PodSnapshot;
  readonly usage: ReadonlyMap<string, Usage>;
  readonly keys: readonly KeyEntry[];
}

/**
 * Everything that can be done now: what was taken last, then the commands beside processes, the actions, and what is done
 * to processes.
 */
export const paletteEntries = (state: UiState, around: Around): readonly PaletteEntry[] => {
  const entries = [
    ...commandEntries(state, around),
    ...actionEntries(state, around),
    ...processEntries(state, around),
  ];
  const recent = state.recent.flatMap((taken) => entries.find(({ name }) => name === taken) ?? []);
  return [...new Set([...recent, ...entries])];
};

/** The entries that the typed words leave, the best match first. */
export const matching = (entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries
    .map((entry) => ({ entry, distance: distanceOf(entry, words) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((one, other) => one.distance - other.distance)
    .map(({ entry }) => entry);
};

/** The entry that Enter runs. */
export const chosenOf = (
  { at }: PaletteEditor,
  shown: readonly PaletteEntry[],
): { readonly at: number; readonly entry: PaletteEntry | undefined } => {
  const kept = Math.max(0, Math.min(at, shown.length - 1));
  return { at: kept, entry: shown[kept] };
};

/** Infinity if a word does not match at all. */
const distanceOf = ({ name, help }: PaletteEntry, words: readonly string[]): number => {
  const [own, told] = [name.toLowerCase(), help.toLowerCase()];
  return words.reduce((sum, word) => sum + wordDistance(word, own, told), 0);
};

const wordDistance = (word: string, name: string, help: string): number => {
  const at = name.indexOf(word);
  if (at === 0) return 0;
  if (at > 0) return /[a-z0-9]/.test(name[at - 1] ?? '') ? 2 : 1;
  if (hasLettersInOrder(name, word)) return 3;
  return help.includes(word) ? 4 : Infinity;
};

/** True for `rsw` in `restart web`. */
const hasLettersInOrder = (text: string, letters: string): boolean => {
  let from = 0;
  for (const letter of letters) {
    const at = text.indexOf(letter, from);
    if (at === -1) return false;
    from = at + letter.length;
  }
  return true;
};

/** Actions that have an entry for each process instead, and the palette itself. */
const NOT_LISTED: ReadonlySet<Action> = new Set([
  'leave-input',
  'start',
  'stop',
  'restart',
  'kill',
  'open-url',
  'details',
  'jump',
  'palette',
]);

const actionEntries = (state: UiState, { keys, snapshot }: Around): readonly PaletteEntry[] => {
  const process = snapshot.processes.find(({ name }) => name === processOf(state)) ?? null;
  return keys
    .filter(({ action }) => !NOT_LISTED.has(action) && isUseful(state, action, { process, snapshot }))
    .map(({ action, keys: own, places, help }) => ({
      name: action.replaceAll('-', ' '),
      help,
      key: own.map(keyLabel).join(' '),
      deed: { kind: 'action', action, key: own[0] ?? '', places },
    }));
};

const PROCESS_DEEDS = [
  { kind: 'go-to', name: 'go to', help: 'select it in the list' },
  { kind: 'restart', name: 'restart', help: 'restart it' },
  { kind: 'stop', name: 'stop', help: 'stop it' },
  { kind: 'start', name: 'start', help: 'start it' },
  { kind: 'kill', name: 'kill', help: 'kill it with its process tree (asks)' },
  { kind: 'details', name: 'details of', help: 'command, tree, probes, exits, environment, and why' },
  { kind: 'open-url', name: 'open', help: 'open its port in the browser' },
] as const;

/** The process that keys are for comes first. */
const processesFrom = (meant: string | null, { processes }: PodSnapshot): readonly ProcessSnapshot[] => [
  ...new Set([...processes.filter(({ name }) => name === meant), ...processes]),
];

const commandEntries = (state: UiState, { snapshot }: Around): readonly PaletteEntry[] =>
  snapshot.state === 'stopping'
    ? []
    : processesFrom(processOf(state), snapshot).flatMap((process) =>
        process.commands.flatMap((command) => entriesFor(process, command)),
      );

const entriesFor = (process: ProcessSnapshot, command: CommandSnapshot): readonly PaletteEntry[] => {
  const title = commandTitle(process.name, command.name);
  const entry = (kind: CommandDeed['kind'], name: string, help: string): PaletteEntry => ({
    name,
    help,
    key: '',
    deed: { kind, process, command },
  });
  const told = command.description === '' ? command.command : command.description;
  return [
    command.pid === null
      ? entry('run-command', title, told)
      : entry('stop-command', `stop ${title}`, `pid ${command.pid}; a second stop kills it`),
    ...(hasRun(command) ? [entry('show-command', `log of ${title}`, 'show its output')] : []),
  ];
};

/** The entries of the process that keys are for have the keys. */
const processEntries = (state: UiState, { keys, snapshot }: Around): readonly PaletteEntry[] => {
  const meant = commandWithKeys(state) === null ? processOf(state) : null;
  const labels = new Map(
    keys.map(({ action, keys: own }) => [action as string, own.map(keyLabel).join(' ')]),
  );
  return processesFrom(processOf(state), snapshot).flatMap((process) =>
    PROCESS_DEEDS.filter(({ kind }) => isPossible(kind, process, state, snapshot)).map(
      ({ kind, name, help }) => ({
        name: `${name} ${process.name}`,
        help: process.description === '' ? help : `${help}: ${process.description}`,
        key: process.name === meant ? (labels.get(kind) ?? '') : '',
        deed: { kind, process },
      }),
    ),
  );
};

/** The state as if the keys were for the list, with a single process selected. */
const ofProcess = (state: UiState): UiState => ({
  ...state,
  merged: false,
  heading: null,
  command: null,
  pane: null,
});

const isPossible = (
  kind: (typeof PROCESS_DEEDS)[number]['kind'],
  process: ProcessSnapshot,
  state: UiState,
  snapshot: PodSnapshot,
): boolean => {
  switch (kind) {
    case 'go-to':
    case 'details':
      return true;
    case 'open-url':
      return addressesOf(process).length > 0;
    case 'kill':
      return process.pid !== null;
    default:
      return isUseful(ofProcess(state), kind, { process, snapshot });
  }
};
