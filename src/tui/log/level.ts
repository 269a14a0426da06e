import type { Style } from '../text/sgr.ts';
import type { Theme } from '../theme.ts';
import { ERROR_LINE, matchesText } from './pattern.ts';
import type { ShownLine } from './shown-line.ts';

/** From the least to the worst. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type Level = (typeof LEVELS)[number];

/** The levels as programs write them. */
const NAMES: Readonly<Record<Level, readonly string[]>> = {
  trace: ['trace', 'verbose', 'silly', 'trc', 't'],
  debug: ['debug', 'dbg', 'd'],
  info: ['info', 'information', 'notice', 'default', 'inf', 'i'],
  warn: ['warn', 'warning', 'wrn', 'w'],
  error: ['error', 'err', 'severe', 'e'],
  fatal: ['fatal', 'critical', 'crit', 'panic', 'alert', 'emergency', 'emerg', 'f'],
};

/** Reads a word (`WARNING`, `err`, `E`) or a number of pino and bunyan (40). */
export const levelNamed = (word: string | number): Level | null => {
  const number = Number(word);
  if (Number.isInteger(number)) return LEVELS[Math.ceil(number / 10) - 1] ?? null;
  const lower = String(word).toLowerCase();
  return LEVELS.find((level) => NAMES[level].includes(lower)) ?? null;
};

const FIELD = /\b(?:level|lvl|severity|loglevel)"?\s*[:=]\s*"?([a-z]+|\d{2})\b/i;
const WORD =
  /(?:^|[\s[(<|])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|FATAL|CRIT(?:ICAL)?|PANIC)(?=$|[\s\]):>|,/])|(?:^|\s)\[(trace|debug|info|notice|warn(?:ing)?|error|fatal)\]|^(?:npm )?(trace|debug|info|notice|warn(?:ing)?|error|fatal)(?::| )/;
const LOOKED_AT = 250;

interface LevelWord {
  readonly level: Level;
  /** Where the word is in the text. */
  readonly range: readonly [from: number, to: number];
}

/** Finds the word of a line that names its level. */
export const levelWordIn = (text: string): LevelWord | null => {
  const start = text.slice(0, LOOKED_AT);
  const found = FIELD.exec(start) ?? WORD.exec(start);
  const word = found?.slice(1).find((group) => group !== undefined);
  const level = word === undefined ? null : levelNamed(word);
  if (found === null || word === undefined || level === null) return null;
  const from = found.index + found[0].lastIndexOf(word);
  return { level, range: [from, from + word.length] };
};

export const levelStyle = (level: Level, theme: Theme): Style => {
  switch (level) {
    case 'trace':
    case 'debug':
      return theme.muted;
    case 'info':
      return theme.ready;
    case 'warn':
      return theme.waiting;
    case 'error':
    case 'fatal':
      return theme.failed;
    default:
      return level satisfies never;
  }
};

/** What the level filter can be set to, in the order of its key; null shows all lines. */
const LEAST: ReadonlyArray<Level | null> = [null, 'info', 'warn', 'error'];

export const nextLeast = (least: Level | null): Level | null =>
  LEAST[(LEAST.indexOf(least) + 1) % LEAST.length] ?? null;

/** The rest of a stack, of an object that was printed, or of a wrapped message. */
const CONTINUED = /^(?:\s+\S|at |Caused by|[)\]}])/;

export const isContinued = (text: string): boolean => CONTINUED.test(text);

/**
 * Decides which lines are of a level or worse. It is asked for each line in turn: a line without a level continues the
 * line above it, or counts as `info`. What happened to a process is always shown.
 */
export class LevelFilter {
  readonly #least: number;
  readonly #levels = new Map<string, Level>();

  constructor(least: Level) {
    this.#least = LEVELS.indexOf(least);
  }

  shows({ process, told }: ShownLine, text: string): boolean {
    if (told !== undefined) return true;
    const level = levelWordIn(text)?.level ?? this.#levelWithout(process, text);
    this.#levels.set(process, level);
    return LEVELS.indexOf(level) >= this.#least;
  }

  #levelWithout(process: string, text: string): Level {
    if (matchesText(ERROR_LINE, text.slice(0, LOOKED_AT))) return 'error';
    return (isContinued(text) ? this.#levels.get(process) : undefined) ?? 'info';
  }
}
