/** The pod could not start, or gave up; what was asked for could not be done, or never will be. */
export const POD_FAILED = 1;
/** The command line or the config is wrong; nothing was started. */
export const USAGE_ERROR = 2;
/** No such pod runs, or it has gone meanwhile. */
export const NO_POD = 3;
/** As timeout(1) has it. */
export const TIMED_OUT = 124;
