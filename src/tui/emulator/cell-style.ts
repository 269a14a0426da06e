import type { IBufferCell } from '@xterm/headless';
import type { Style } from '../text/sgr.ts';

/** The style of a cell as the sequence that sets it from scratch. */
export const styleOf = (cell: IBufferCell): Style => {
  if (cell.isAttributeDefault()) return '';
  const parts = [...switchesOf(cell), ...foregroundOf(cell), ...backgroundOf(cell)];
  return parts.length === 0 ? '' : `\u001b[${parts.join(';')}m`;
};

const switchesOf = (cell: IBufferCell): readonly number[] =>
  [
    cell.isBold() && 1,
    cell.isDim() && 2,
    cell.isItalic() && 3,
    cell.isUnderline() && 4,
    cell.isBlink() && 5,
    cell.isInverse() && 7,
    cell.isStrikethrough() && 9,
  ].filter((code) => typeof code === 'number' && code !== 0) as number[];

const foregroundOf = (cell: IBufferCell): readonly number[] => {
  if (cell.isFgRGB()) return [38, 2, ...partsOf(cell.getFgColor())];
  return cell.isFgPalette() ? paletteColor(cell.getFgColor(), 30) : [];
};

const backgroundOf = (cell: IBufferCell): readonly number[] => {
  if (cell.isBgRGB()) return [48, 2, ...partsOf(cell.getBgColor())];
  return cell.isBgPalette() ? paletteColor(cell.getBgColor(), 40) : [];
};

const partsOf = (rgb: number): readonly number[] => [(rgb >> 16) & 0xff, (rgb >> 8) & 0xff, rgb & 0xff];

/** `base`: 30 for the foreground, 40 for the background. The bright ones of the sixteen colors are 60 above. */
const paletteColor = (color: number, base: 30 | 40): readonly number[] => {
  if (color < 8) return [base + color];
  return color < 16 ? [base + 60 + color - 8] : [base + 8, 5, color];
};
