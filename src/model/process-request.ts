/** `kill`: a stop without grace. */
export type ProcessRequest = 'start' | 'stop' | 'restart' | 'kill';
