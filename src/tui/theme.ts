import type { Style } from './text/sgr.ts';

/** One of the terminal's sixteen colors, or `#rrggbb`. */
export type Color = string;

/** Colors by meaning. A color that is not set keeps its default. */
export interface ThemeColors {
  /** Selection and keys. */
  readonly accent?: Color;
  readonly ready?: Color;
  /** Processes that are pending, starting, running but not ready, or stopping. */
  readonly waiting?: Color;
  readonly failed?: Color;
  readonly muted?: Color;
}

export interface Theme {
  readonly accent: Style;
  readonly ready: Style;
  readonly waiting: Style;
  readonly failed: Style;
  readonly muted: Style;
  readonly strong: Style;
  /** The selected row. */
  readonly bar: Style;
  /** Styles of names in the log of all processes, by place in the start order. */
  readonly names: readonly Style[];
  /** False: nothing has a color, including processes' output. */
  readonly colors: boolean;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

const STRONG: Style = '\u001b[1m';
const BAR: Style = '\u001b[7m';

/** Cyan, magenta, blue and their bright variants: no color of a state. */
const NAME_STYLES = [36, 35, 34, 96, 95, 94].map((code) => `\u001b[${code}m`);

export const makeTheme = (given: ThemeColors, colors: boolean): Theme => {
  const style = (color: Color | undefined, otherwise: Style): Style =>
    colors ? ((color === undefined ? null : styleOf(color)) ?? otherwise) : '';
  return {
    accent: style(given.accent, '\u001b[1;36m'),
    ready: style(given.ready, '\u001b[32m'),
    waiting: style(given.waiting, '\u001b[33m'),
    failed: style(given.failed, '\u001b[1;31m'),
    muted: style(given.muted, '\u001b[2m'),
    strong: STRONG,
    bar: BAR,
    names: colors ? NAME_STYLES : [''],
    colors,
  };
};

const styleOf = (color: Color): Style | null => {
  const [, red, green, blue] = HEX.exec(color) ?? [];
  if (red !== undefined && green !== undefined && blue !== undefined) {
    return `\u001b[38;2;${[red, green, blue].map((part) => Number.parseInt(part, 16)).join(';')}m`;
  }
  const isBright = color.startsWith('bright-');
  const at = NAMES.indexOf(isBright ? color.slice('bright-'.length) : color);
  return at === -1 ? null : `\u001b[${(isBright ? 90 : 30) + at}m`;
};
