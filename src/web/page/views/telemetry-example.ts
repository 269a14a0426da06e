/** What a pod without traces needs. */
export const TELEMETRY_EXAMPLE = `sidecars: {
  telemetry: { use: 'telemetry' },
}`;
