export * from './config/types.ts';
export type * from './control/pod-client.ts';
export { PodError, type PodFailure } from './supervisor/pod-error.ts';
export type { PodEnd, PodEventJson, RunningPod, StartOptions } from './supervisor/running-pod.ts';
export { startPod } from './supervisor/start-pod.ts';
