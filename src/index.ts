export type { WiringOf } from './config/infer.ts';
export type * from './config/ready-made.ts';
export * from './config/types.ts';
export type { OwnApp, Wiring } from './config/wiring-types.ts';
export type * from './control/pod-event-json.ts';
export type * from './control/pod-snapshot.ts';
export { PodError, type PodFailure } from './library/pod-error.ts';
export type { PodEnd, PodLine, RunningPod, StartOptions } from './library/running-pod.ts';
export { startPod } from './library/start-pod.ts';
