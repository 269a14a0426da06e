import type { Finding } from '../../model/finding.ts';

/** The outcome of a probe's attempt or of a hook. */
export interface ActionResult {
  readonly ok: boolean;
  readonly finding: Finding;
}

export const passed = (text: string): ActionResult => ({ ok: true, finding: { kind: 'said', text } });

export const failed = (text: string): ActionResult => ({ ok: false, finding: { kind: 'said', text } });
