export * from './config/types.ts';
export type * from './control/pod-event-json.ts';
export type * from './control/pod-snapshot.ts';
export { PodError, type PodFailure } from './supervisor/pod-error.ts';
export type { PodEnd, PodLine, RunningPod, StartOptions } from './supervisor/running-pod.ts';
export { startPod } from './supervisor/start-pod.ts';
