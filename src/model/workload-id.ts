/** Name of a workload on this machine. */
export type WorkloadId = { readonly pid: number } | { readonly container: string };

/** Pid of a workload, or null if nothing was launched or if it is no process of this machine. */
export const pidIn = (id: WorkloadId | null): number | null => (id !== null && 'pid' in id ? id.pid : null);
