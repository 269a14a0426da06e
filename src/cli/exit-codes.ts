/** The pod could not start, or gave up. */
export const POD_FAILED = 1;
/** The command line or the config is wrong; nothing was started. */
export const USAGE_ERROR = 2;
