/**
 * A command for a running pod, as typed in the folder of its config. Pods with a label run beside the others of the
 * config, and only `--name` means them.
 */
export const podCommand = (words: string, label: string | null): string =>
  `'sidecarctl ${words}${label === null ? '' : ` --name ${label}`}'`;
