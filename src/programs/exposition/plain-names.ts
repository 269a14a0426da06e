import type { Family } from './read-families.ts';
import type { Labels } from './sample.ts';

const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** No name of it needs quotes. */
export const isPlainFamily = ({ name, samples }: Family): boolean =>
  PLAIN_NAME.test(name) &&
  samples.every(
    (sample) =>
      PLAIN_NAME.test(sample.name) && [...sample.labels.keys()].every((label) => PLAIN_LABEL.test(label)),
  );

/** With `_` for what the names of Prometheus cannot have: its own "underscores" escaping. */
export const plainFamily = (family: Family): Family =>
  isPlainFamily(family)
    ? family
    : {
        ...family,
        name: plain(family.name, /[^a-zA-Z0-9_:]/gu),
        samples: family.samples.map((sample) => ({
          ...sample,
          name: plain(sample.name, /[^a-zA-Z0-9_:]/gu),
          labels: plainLabels(sample.labels),
        })),
      };

const plain = (name: string, others: RegExp): string => name.replaceAll(others, '_').replace(/^(?=\d)/, '_');

const plainLabels = (labels: Labels): Labels =>
  new Map([...labels].map(([label, value]) => [plain(label, /[^a-zA-Z0-9_]/gu), value]));
