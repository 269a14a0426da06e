export const RESET = '\u001b[0m';

/** Cyan, yellow, green, magenta, blue and their bright variants; red is reserved for failures. */
const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** The color of the name of a process, by its place among the names. */
export const colorOf = (place: number): number => COLORS[place % COLORS.length] ?? 36;
