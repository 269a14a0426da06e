import { DASHBOARD_KEYS } from '../model/dashboard-keys.ts';
import type { DashboardAction } from './types.ts';

/** Actions that a config can set keys for. */
export const DASHBOARD_ACTIONS: readonly DashboardAction[] = Object.keys(
  DASHBOARD_KEYS,
) as (keyof typeof DASHBOARD_KEYS)[];

/** One of the terminal's sixteen colors, or `#rrggbb`. */
export const colorPattern = /^((bright-)?(black|red|green|yellow|blue|magenta|cyan|white)|#[0-9a-fA-F]{6})$/;
