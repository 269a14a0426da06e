import { ExpositionParser } from './exposition-parser.ts';
import type { ExpositionFormat, Metadata, Mistake, Sample } from './sample.ts';

/** A family with its samples, in the order of the exposition. */
export interface Family extends Omit<Metadata, 'family'> {
  readonly name: string;
  readonly samples: readonly Sample[];
}

export interface FoundFamilies {
  readonly families: readonly Family[];
  readonly mistakes: number;
  readonly namedMistakes: readonly Mistake[];
}

interface Growing {
  metadata: Metadata;
  readonly samples: Sample[];
}

/** Reads a whole exposition, family by family. */
export const readFamilies = (exposition: Buffer, format: ExpositionFormat): FoundFamilies => {
  const found = new Map<string, Growing>();
  const of = (family: string): Growing => {
    const known = found.get(family) ?? { metadata: nothingOf(family), samples: [] };
    found.set(family, known);
    return known;
  };
  const parser = new ExpositionParser(format, {
    onSample: (sample) => void of(sample.family).samples.push(sample),
    onMetadata: (said) => {
      const family = of(said.family);
      family.metadata = joined(family.metadata, said);
    },
  });
  parser.write(exposition);
  parser.end();
  const { mistakes, namedMistakes } = parser;
  return { families: [...found.values()].map(familyFrom), mistakes, namedMistakes };
};

const nothingOf = (family: string): Metadata => ({ family, type: null, help: null, unit: null });

const joined = (before: Metadata, { family, type, help, unit }: Metadata): Metadata => ({
  family,
  type: type ?? before.type,
  help: help ?? before.help,
  unit: unit ?? before.unit,
});

const familyFrom = ({ metadata: { family, ...said }, samples }: Growing): Family => ({
  ...said,
  name: family,
  samples,
});
