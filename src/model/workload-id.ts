/** The name of a workload on this machine. */
export type WorkloadId = { readonly pid: number } | { readonly container: string };

/** Null: nothing was launched, or it is no process of this machine. */
export const pidIn = (id: WorkloadId | null): number | null => (id !== null && 'pid' in id ? id.pid : null);
