import type { Style } from './text/sgr.ts';

/** One of the terminal's sixteen colors, or `#rrggbb`. */
export type Color = string;

/** Number of colors of a terminal: none, sixteen, or 256 and more. */
export type ColorCount = 0 | 16 | 256;

/** Colors by meaning. A color that is not set keeps its default. */
interface ThemeColors {
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

type Palette = Pick<Theme, 'accent' | 'ready' | 'waiting' | 'failed' | 'muted' | 'names'>;

const color = (number: number): Style => `\u001b[38;5;${number}m`;

/** For a dark background. The names have cyan, magenta, blue and their bright variants: no color of a state. */
const DARK: Palette = {
  accent: '\u001b[1;36m',
  ready: '\u001b[32m',
  waiting: '\u001b[33m',
  failed: '\u001b[1;31m',
  muted: '\u001b[2m',
  names: [36, 35, 34, 96, 95, 94].map((code) => `\u001b[${code}m`),
};

/** For a light one: every color has a contrast of 4.5 or more to white. */
const LIGHT: Palette = {
  accent: `${STRONG}${color(24)}`,
  ready: color(28),
  waiting: color(130),
  failed: `${STRONG}${color(160)}`,
  muted: color(241),
  names: [25, 90, 23, 54, 18, 53].map(color),
};

/** For a light one with sixteen colors, of which yellow and the bright ones cannot be read on white. */
const LIGHT_OF_16: Palette = {
  ...DARK,
  accent: '\u001b[1;34m',
  waiting: '\u001b[35m',
  names: [36, 34].map((code) => `\u001b[${code}m`),
};

export const makeTheme = (given: ThemeColors, colors: ColorCount, isLight = false): Theme => {
  const palette = paletteFor(colors, isLight);
  const style = (meaning: keyof ThemeColors): Style => {
    if (colors === 0) return '';
    const wanted = given[meaning];
    return (wanted === undefined ? null : styleOf(wanted, colors)) ?? palette[meaning];
  };
  return {
    accent: style('accent'),
    ready: style('ready'),
    waiting: style('waiting'),
    failed: style('failed'),
    muted: style('muted'),
    strong: STRONG,
    bar: BAR,
    names: colors === 0 ? [''] : palette.names,
    colors: colors !== 0,
  };
};

const paletteFor = (colors: ColorCount, isLight: boolean): Palette => {
  if (!isLight) return DARK;
  return colors === 256 ? LIGHT : LIGHT_OF_16;
};

/** Returns null for a color that the terminal does not have. */
const styleOf = (color: Color, colors: ColorCount): Style | null => {
  const [, red, green, blue] = HEX.exec(color) ?? [];
  if (colors === 16 && red !== undefined) return null;
  if (red !== undefined && green !== undefined && blue !== undefined) {
    return `\u001b[38;2;${[red, green, blue].map((part) => Number.parseInt(part, 16)).join(';')}m`;
  }
  const isBright = color.startsWith('bright-');
  const at = NAMES.indexOf(isBright ? color.slice('bright-'.length) : color);
  return at === -1 ? null : `\u001b[${(isBright ? 90 : 30) + at}m`;
};
