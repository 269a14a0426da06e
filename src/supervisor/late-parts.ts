/**
 * Loads the parts that a pod needs only later, if at all, so that they are there even if the package is removed or
 * upgraded. A part that cannot be loaded now is tried again when it is needed.
 */
export const loadLateParts = (): Promise<unknown> =>
  Promise.allSettled([
    import('./config-reload.ts'),
    import('./terminal-stream.ts'),
    import('../control/server/request-schema.ts'),
    import('./crash-report/write-crash-report.ts'),
    import('../runtime/engines/process/process-meter.ts'),
    import('../runtime/engines/process/list-tree.ts'),
    ...(process.platform === 'linux' ? partsOnLinux() : []),
  ]);

const partsOnLinux = (): readonly Promise<unknown>[] => [
  import('../runtime/engines/process/proc-process-table.ts'),
  import('../runtime/ports/tree-listeners.ts'),
  import('../runtime/ports/port-holder.ts'),
  import('../runtime/ports/port-holder-proc.ts'),
];
