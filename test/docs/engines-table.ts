import { ENGINES } from '../../src/sidecars/engines/engine-name.ts';
import { FEATURES } from '../../src/sidecars/engines/lacks.ts';

/** The rows of the table in docs/sidecars/engines.md. */
export const engineRows = (): readonly string[] =>
  FEATURES.map((feature) => {
    const marks = ENGINES.map((engine) => markOf(feature.able.includes(engine), isPartial(feature)));
    const values = feature.values === undefined ? '' : ` (${feature.values})`;
    return `| \`${feature.option}\`${values} | ✓ | ${marks.join(' | ')} |`;
  });

const markOf = (isAble: boolean, isInPart: boolean): string => {
  if (!isAble) return '✗';
  return isInPart ? '✓ ¹' : '✓';
};

type Feature = (typeof FEATURES)[number];

/** Whether it depends on the value what an engine can do. */
const isPartial = ({ route, cluster }: Feature): boolean => route?.length === 2 || cluster?.length === 2;
