/** `kill`: a stop with no grace. */
export type ProcessRequest = 'start' | 'stop' | 'restart' | 'kill';
