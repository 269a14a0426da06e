import { CORE_SCHEMA, load as loadYaml, mergeTag } from 'js-yaml';
import { expect } from 'vitest';
import type { ResolveInputs } from '../../../src/config/resolve/resolve-inputs.ts';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import type { ComposeOptions } from '../../../src/exchange/compose/export/compose-file.ts';
import { exportCompose } from '../../../src/exchange/compose/export/export-compose.ts';
import { writeCompose } from '../../../src/exchange/compose/export/write-compose.ts';
import { wordLosses } from '../../../src/exchange/form/losses.ts';
import { inputsFor, load } from '../../config/support.ts';
import { findMistakes } from './find-mistakes.ts';

export type Options = Partial<ComposeOptions> & {
  readonly inputs?: Partial<ResolveInputs>;
  /** Files in the folder of the config. */
  readonly files?: Readonly<Record<string, string>>;
};

/** The Compose file of a config named `shop`, or its problems. */
export const exported = (config: object, { inputs, files, ...options }: Options = {}) => {
  const loaded = load({ name: 'shop', ...config }, files);
  const symbolic = resolveSymbolically(loaded, inputsFor(loaded, { watching: true, ...inputs }));
  return exportCompose(loaded, symbolic, {
    ...{ images: new Map([['web', 'web:1']]), sidecarImage: null, folder: '.', leftOut: new Set() },
    ...options,
  });
};

interface Parsed {
  readonly [field: string]: unknown;
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A Compose file as text and as what it says, and what is lost or taken for granted. Compose takes it. */
export const composeOf = (config: object, options: Options = {}) => {
  const found = exported(config, options);
  if (!found.ok) throw new Error(found.problems.join('\n'));
  const text = writeCompose(found.file);
  const file = parsed(text);
  expect(findMistakes(file)).toEqual([]);
  const { losses, assumptions } = found;
  return { text, file, losses: wordLosses(losses), assumptions: wordLosses(assumptions) };
};

export const parsed = (text: string): Parsed =>
  loadYaml(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as Parsed;
