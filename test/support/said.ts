import type { Finding } from '../../src/model/finding.ts';

/** What a probe or hook has found, as the thing that it asked has put it. */
export const said = (text: string): Finding => ({ kind: 'said', text });
