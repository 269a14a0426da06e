import type { DestinationFigures } from './figures.ts';
import type { ReadFile } from './positions.ts';

/** Figures under the names of the embedded log shipper, where they mean the same. */
export const metricsText = (
  destinations: ReadonlyMap<string, DestinationFigures>,
  files: readonly ReadFile[],
): string => {
  const lag = files.reduce((sum, { size, delivered }) => sum + size - delivered, 0);
  return [
    ...ofEach(
      'sidecar_log_read_lines_total',
      'counter',
      'Lines that were read.',
      ({ processed }) => processed,
    ),
    ...ofEach(
      'sidecar_log_suspensions_total',
      'counter',
      'Times that rsyslog gave up a destination for a while.',
      ({ suspended }) => suspended,
    ),
    ...ofEach('sidecar_log_lag_bytes', 'gauge', 'Bytes of files that are still to be read.', () => lag),
    ...ofEach('sidecar_log_files', 'gauge', 'Files that are known.', () => files.length),
  ].join('\n');

  function ofEach(
    name: string,
    type: string,
    help: string,
    read: (figures: DestinationFigures) => number,
  ): readonly string[] {
    const samples = [...destinations].map(
      ([output, figures]) => `${name}{output="${output}"} ${read(figures)}`,
    );
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
  }
};
