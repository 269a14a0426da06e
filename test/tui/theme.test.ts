import { describe, expect, test } from 'vitest';
import { isLightBackground } from '../../src/tui/terminal/background.ts';
import { makeTheme, type Theme } from '../../src/tui/theme.ts';

const STEPS = [0, 95, 135, 175, 215, 255];

/** Red, green and blue of one of the 256 colors beyond the first sixteen. */
const rgbOf = (number: number): readonly number[] => {
  if (number >= 232) return [0, 0, 0].map(() => 8 + (number - 232) * 10);
  const at = number - 16;
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => STEPS[step] ?? 0);
};

const luminance = (rgb: readonly number[]): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const stylesOf = ({ accent, ready, waiting, failed, muted, names }: Theme): readonly string[] => [
  accent,
  ready,
  waiting,
  failed,
  muted,
  ...names,
];

describe('the theme', () => {
  test.each(stylesOf(makeTheme({}, 256, true)))(
    'for a light background can be read on white: %j',
    (style) => {
      const [, number] = /38;5;(\d+)m/.exec(style) ?? [];
      expect(1.05 / (luminance(rgbOf(Number(number))) + 0.05)).toBeGreaterThan(4.5);
    },
  );

  test('for a light background has no yellow and no bright color on a terminal with sixteen', () => {
    for (const style of stylesOf(makeTheme({}, 16, true))) expect(style).not.toMatch(/33m|9\dm|38;/);
  });

  test.each([false, true])('has different styles for different states (light: %s)', (isLight) => {
    for (const colors of [16, 256] as const) {
      const { ready, waiting, failed, muted } = makeTheme({}, colors, isLight);
      expect(new Set([ready, waiting, failed, muted]).size).toBe(4);
    }
  });

  test.each([false, true])('has no color without colors (light: %s)', (isLight) => {
    const theme = makeTheme({ accent: 'red', failed: '#ff0000' }, 0, isLight);
    expect(new Set(stylesOf(theme))).toEqual(new Set(['']));
  });

  test('takes colors of the config, except those that the terminal does not have', () => {
    const given = { accent: '#ff8000', ready: 'bright-blue' };
    const { accent, ready } = makeTheme(given, 256, true);
    expect([accent, ready]).toEqual(['\u001b[38;2;255;128;0m', '\u001b[94m']);
    expect(makeTheme(given, 16).accent).toBe(makeTheme({}, 16).accent);
    expect(makeTheme(given, 16).ready).toBe('\u001b[94m');
  });
});

test.each([
  ['\u001b]11;rgb:ffff/ffff/ffff\u001b\\', true],
  ['\u001b]11;rgb:fd/f6/e3\u0007', true],
  ['\u001b]11;rgba:0000/2b2b/3636/ffff\u0007', false],
  ['\u001b]11;rgb:0/0/0\u0007', false],
  ['\u001b]10;rgb:ffff/ffff/ffff\u0007', null],
  ['\u001b]11;?\u0007', null],
])('the answer %j about the background means: light is %s', (answer, isLight) => {
  expect(isLightBackground(answer)).toBe(isLight);
});
