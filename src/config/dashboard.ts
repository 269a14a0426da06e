import { DASHBOARD_KEYS } from '../model/dashboard-keys.ts';
import type { DashboardAction } from './types.ts';

/** The actions that a config can give keys to. */
export const DASHBOARD_ACTIONS: readonly DashboardAction[] = Object.keys(
  DASHBOARD_KEYS,
) as (keyof typeof DASHBOARD_KEYS)[];

/** One of the terminal's sixteen colours, or red, green and blue. */
export const colorPattern = /^((bright-)?(black|red|green|yellow|blue|magenta|cyan|white)|#[0-9a-fA-F]{6})$/;
