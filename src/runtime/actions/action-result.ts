import { errorMessage } from '../../model/error-message.ts';
import type { Finding, Said } from '../../model/finding.ts';

/** The outcome of a probe's attempt or of a hook. */
export interface ActionResult {
  readonly ok: boolean;
  readonly finding: Finding;
}

export const passed = (finding: Finding): ActionResult => ({ ok: true, finding });

export const failed = (finding: Finding): ActionResult => ({ ok: false, finding });

/** The finding of something that was thrown. */
export const thrown = (error: unknown): Said => ({ kind: 'said', text: errorMessage(error) });
