/** Names of ready-made sidecars that do not exist yet: they are refused before anything starts. */
export const PLANNED: ReadonlySet<string> = new Set([]);
