import { expect, test } from 'vitest';
import { inFull } from '../../support/in-full.ts';
import { Random } from '../../support/random.ts';
import { draft, evaluated } from '../drafts/draft.ts';
import { composeOf, exported } from './exported.ts';
import { meaningOf } from './meaning.ts';
import { randomConfig } from './random-config.ts';

const FILES = { '.env': 'TOKEN=abc\n', 'src/conf/x': '' };

type Meaning = ReturnType<typeof meaningOf>;

/** What a config means after it has been exported to Compose and read again, and what of it is lost on the way. */
const roundTrip = async (config: object) => {
  const options = { images: new Map<string, string>(), files: FILES };
  const { text } = composeOf(config, options);
  const found = exported(config, options);
  if (!found.ok) throw new Error(found.problems.join());
  const drafted = await draft(
    { ...FILES, 'compose.yaml': text },
    { from: 'compose.yaml', programs: ['podman'], env: { TOKEN: 'abc' } },
  );
  const lost = [...found.losses, ...found.assumptions].map(({ process, field }) => ({
    process: process ?? '',
    field: String(field).split('.')[0] ?? '',
  }));
  const back = meaningOf(evaluated(drafted.text), FILES);
  return { back, lost, seen: [text, drafted.text, ...drafted.leftOut].join('\n') };
};

/** Fields that mean something else where one of them is lost: Compose has one probe for these two. */
const WITH: Readonly<Record<string, readonly string[]>> = {
  startup: ['startup', 'readiness'],
  init: ['role', 'restart'],
};

/** What is ready is another question then, and so is what others wait for. */
const withoutConditions = (
  fields: Meaning[string],
  lost: readonly { readonly process: string; readonly field: string }[],
) => {
  const unclear = lost.filter(({ field }) => field === 'startup').map(({ process }) => process);
  const conditions = Object.entries(Object(fields['dependsOn'])).map(([name, condition]) => [
    name,
    unclear.includes(name) ? 'started or ready' : condition,
  ]);
  return fields['dependsOn'] === undefined
    ? fields
    : { ...fields, dependsOn: Object.fromEntries(conditions) };
};

const without = (
  meaning: Meaning,
  lost: readonly { readonly process: string; readonly field: string }[],
): Meaning =>
  Object.fromEntries(
    Object.entries(meaning).map(([name, fields]) => {
      const gone = lost
        .filter(({ process }) => process === name)
        .flatMap(({ field }) => WITH[field] ?? [field]);
      return [
        name,
        Object.fromEntries(
          Object.entries(withoutConditions(fields, lost)).filter(([field]) => !gone.includes(field)),
        ),
      ];
    }),
  );

const ROUNDS = inFull ? 200 : 20;

test.each(Array.from({ length: ROUNDS }, (_, seed) => seed))(
  'a random config is the same after export and init, but for what is said to be lost (seed %i)',
  async (seed) => {
    const config = { envFile: '.env', ...randomConfig(new Random(seed)) };
    const { back, lost, seen } = await roundTrip(config);
    expect(without(back, lost), seen).toEqual(without(meaningOf(config, FILES), lost));
  },
);
