import { JsonLines } from './json-lines.ts';
import type { JsonShape } from './json-shape.ts';

const OWN = new Set(['timestamp', 'message', 'severity', 'offset']);

const SHAPE: JsonShape = {
  before: '',
  ...{ time: 'timestamp', message: 'message', level: 'severity', offset: 'offset' },
  levelValue: String,
  sourceName: (name) => (OWN.has(name) ? `source.${name}` : name),
};

/** Lines as one JSON object each. */
export const newNdjson = (): JsonLines => new JsonLines(SHAPE);
