import { errorMessage } from '../model/error-message.ts';

/**
 * Loads what a pod needs only later, if at all. It is there then although the package was removed or upgraded meanwhile;
 * what cannot be loaded now is tried again when it is needed.
 */
export const loadLateParts = (): Promise<unknown> =>
  Promise.allSettled([
    import('./config-reload.ts'),
    import('./crash-report/write-crash-report.ts'),
    import('../runtime/usage/list-tree.ts'),
    ...(process.platform === 'linux' ? partsOnLinux() : []),
  ]);

const partsOnLinux = (): readonly Promise<unknown>[] => [
  import('../runtime/usage/proc-process-table.ts'),
  import('../runtime/ports/port-holder.ts'),
  import('../runtime/ports/port-holder-proc.ts'),
];

/** In words, for whoever asked for it. */
export const partMissing = (error: unknown): string =>
  `a part of sidecarctl cannot be loaded (${errorMessage(error)}); if the package was removed or upgraded ` +
  'while this pod ran, restart the pod';
