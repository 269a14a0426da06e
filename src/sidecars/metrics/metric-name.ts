import * as z from 'zod/mini';
import { expected } from '../../config/schema/parts.ts';

/** Letters, digits, `_` and `:`. */
export const metricName = z
  .string(expected('metric-name'))
  .check(z.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, expected('metric-name')));
