import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';

export interface Series {
  readonly name: string;
  /** By x; what could not be measured is missing. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly x: string;
  readonly series: readonly Series[];
}

const WIDTH = 360;
const HEIGHT = 250;
const MARGIN = { top: 34, right: 14, bottom: 40, left: 52 };
const COLUMNS = 2;
const LEGEND_ROW = 18;
const LEGEND_COLUMNS = 5;

/** Light enough for a dark page and dark enough for a light one; the first is this project's. */
const COLORS = [
  '#d9480f',
  '#868e96',
  '#1c7ed6',
  '#2f9e44',
  '#9c36b5',
  '#f59f00',
  '#0c8599',
  '#a07000',
  '#e64980',
];

/** The page's own colors are not known in an image: it asks for those of the reader's system. */
const STYLE = `text{font:11px system-ui,sans-serif;fill:#333}.t{font-size:13px;font-weight:600}.g{stroke:#8884;fill:none}
.s{fill:none;stroke-width:1.5}.o{stroke-width:3}.e{text-anchor:end}.m{text-anchor:middle}
@media(prefers-color-scheme:dark){text{fill:#ddd}}`;

/** An image of panels in two columns, with one legend for all. The same figures give the same text. `title` is for those who hear it. */
export const drawChart = (title: string, panels: readonly Panel[]): string => {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const legendRows = Math.ceil(names.length / LEGEND_COLUMNS);
  const height = Math.ceil(panels.length / COLUMNS) * HEIGHT + legendRows * LEGEND_ROW + 8;
  const parts = panels.map((panel, at) => {
    const [left, top] = [(at % COLUMNS) * WIDTH, Math.floor(at / COLUMNS) * HEIGHT];
    return `<g transform="translate(${left},${top})">${drawPanel(panel, names)}</g>`;
  });
  const size = `viewBox="0 0 ${WIDTH * COLUMNS} ${height}" width="${WIDTH * COLUMNS}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n<title>${title}</title>\n<style>${STYLE}</style>\n${parts.join('\n')}\n${legend(
    names,
    height - legendRows * LEGEND_ROW,
  )}\n</svg>\n`;
};

const colorOf = (name: string, names: readonly string[]): string =>
  COLORS[names.indexOf(name) % COLORS.length] ?? '#888';

/** Both axes grow by factors: a tool that costs the same for each process is a straight line in all panels. */
const drawPanel = ({ title, x, series }: Panel, names: readonly string[]): string => {
  const xs = series.flatMap(({ points }) => points.map(([value]) => value));
  const ys = series.flatMap(({ points }) => points.map(([, value]) => value)).filter((value) => value > 0);
  const across = scaleLog([Math.min(...xs), Math.max(...xs)], [MARGIN.left, WIDTH - MARGIN.right]);
  const up = scaleLog([Math.min(...ys), Math.max(...ys)], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice();
  const path = line<readonly [number, number]>(
    ([value]) => round(across(value)),
    ([, value]) => round(up(value)),
  );
  const drawn = series.map(({ name, points }) => {
    const shown = points.filter(([, value]) => value > 0);
    const own = name === names[0] ? ' o' : '';
    return `<path class="s${own}" stroke="${colorOf(name, names)}" d="${path(shown) ?? ''}"/>`;
  });
  const bottom = HEIGHT - MARGIN.bottom;
  return [
    text(MARGIN.left, 18, title, 't'),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 8, x, 'm'),
    ...[...new Set(xs)].map((value) => text(round(across(value)), bottom + 16, short(value), 'm')),
    ...ticksOf(up.domain()).flatMap((value) => [
      `<path class="g" d="M${MARGIN.left},${round(up(value))}H${WIDTH - MARGIN.right}"/>`,
      text(MARGIN.left - 6, round(up(value)) + 4, short(value), 'e'),
    ]),
    ...drawn,
  ].join('');
};

/** Powers of ten, and their doubles and halves where these would be too few. */
const ticksOf = ([from = 1, to = 10]: readonly number[]): readonly number[] => {
  const powers = Array.from({ length: 16 }, (_, at) => 10 ** (at - 6));
  const within = (values: readonly number[]) => values.filter((value) => value >= from && value <= to);
  const coarse = within(powers);
  return coarse.length > 2 ? coarse : within(powers.flatMap((power) => [power, power * 2, power * 5]));
};

const legend = (names: readonly string[], top: number): string =>
  names
    .map((name, at) => {
      const across = scaleLinear([0, LEGEND_COLUMNS], [MARGIN.left, WIDTH * COLUMNS]);
      const [left, y] = [across(at % LEGEND_COLUMNS), top + Math.floor(at / LEGEND_COLUMNS) * LEGEND_ROW];
      const stroke = `<path class="s${at === 0 ? ' o' : ''}" stroke="${colorOf(name, names)}" d="M${round(left)},${y}h16"/>`;
      return `${stroke}${text(round(left) + 22, y + 4, name, '')}`;
    })
    .join('');

const text = (x: number, y: number, words: string, kind: string): string =>
  `<text x="${round(x)}" y="${round(y)}"${kind === '' ? '' : ` class="${kind}"`}>${words}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const short = (value: number): string => {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(2)));
};
