/** Mark of what a probe or a hook of a process starts. The name of a process has no colon. */
export const auxiliaryMark = (process: string, name: string): string => `${process}:${name}`;

export const isAuxiliaryOf = (process: string, mark: string | null): boolean =>
  mark?.startsWith(auxiliaryMark(process, '')) === true;
