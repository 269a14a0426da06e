/** Places of the dashboard's logs, when several are on the screen: one below the other, or side by side. */
export const LAYOUTS = ['stacked', 'side'] as const;

export type LogsLayout = (typeof LAYOUTS)[number];
