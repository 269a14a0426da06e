/** A message as OTLP's JSON. Numbers that JSON does not have become texts, as in protobuf's JSON. */
export const writeJson = (message: object): string =>
  // Replacing value by value takes five times as long, and there is nearly never one to replace.
  hasOnlyFinite(message) ? JSON.stringify(message) : JSON.stringify(message, finite);

const hasOnlyFinite = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    if (!hasOnlyFinite(inner)) return false;
  return true;
};

const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
