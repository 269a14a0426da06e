/** Begins with its time, so that names sort by age: `20261120T100000123Z-api.txt`. */
export const crashReportName = (process: string, at: Date): string =>
  `${at.toISOString().replaceAll(/[-:.]/g, '')}-${process}.txt`;
