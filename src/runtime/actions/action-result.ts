/**
 * The outcome of a probe's attempt or of a hook. The message is short and precise, and begins in lower case unless with
 * a name.
 */
export interface ActionResult {
  readonly ok: boolean;
  readonly message: string;
}

export const passed = (message: string): ActionResult => ({ ok: true, message });

export const failed = (message: string): ActionResult => ({ ok: false, message });
