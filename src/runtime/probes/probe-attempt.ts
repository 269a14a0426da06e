/** What one attempt has found out. The message is short, precise and lower case where no name forbids it. */
export interface ProbeAttempt {
  readonly ok: boolean;
  readonly message: string;
}

export const passed = (message: string): ProbeAttempt => ({ ok: true, message });

export const failed = (message: string): ProbeAttempt => ({ ok: false, message });

/** A host with several addresses fails with an AggregateError, whose own message is empty. */
export const describeError = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(describeError).join(', ');
  return error instanceof Error ? error.message : String(error);
};
