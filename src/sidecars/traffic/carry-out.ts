import type { PresetPlace } from '../../config/expand/preset.ts';
import type { CommandProcess } from '../../config/types.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { ProxyOptions } from '../../programs/proxy/options.ts';
import { embeddedProgram, SMALL_HEAP } from '../embedded-program.ts';
import { isEngine } from '../engines/engine-name.ts';
import { engineProgram } from '../engines/engine-program.ts';
import { type Lack, lacksOf } from '../engines/lacks.ts';

/** The process that carries out the options of a proxy: the program that comes with sidecarctl, or an engine. */
export const carryOut = (options: ProxyOptions, { engine }: PresetPlace): CommandProcess =>
  isEngine(engine) ? engineProgram(engine, options) : embeddedProgram('proxy', options, [SMALL_HEAP]);

/** Where an option can be written, with what is written there. */
interface Written {
  readonly at: FieldPath;
  readonly options: unknown;
}

/** The index of a route, and the name of its listener, or the name of a cluster. */
interface Concerned {
  readonly route: number | null;
  readonly listener: string | null;
  readonly cluster: string | null;
}

/** Finds options that the engine of a sidecar cannot carry out. `places`: where they can be written, the first one first. */
export const engineProblems = (
  options: ProxyOptions,
  { engine }: PresetPlace,
  places: (concerned: Concerned) => readonly Written[],
): readonly ConfigProblem[] => {
  if (!isEngine(engine)) return [];
  const problems = lacksOf(engine, options).map((lack): ConfigProblem => {
    const { option, able } = lack;
    return {
      kind: 'engine-lacks',
      path: pathOf(option, places(concernedBy(lack, options))),
      option,
      engine,
      able,
    };
  });
  // What is set for the whole sidecar concerns many routes.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
};

const concernedBy = ({ place }: Lack, { listeners }: ProxyOptions): Concerned => ({
  listener: place !== null && 'route' in place ? (listeners[place.listener]?.name ?? null) : null,
  route: place !== null && 'route' in place ? place.route : null,
  cluster: place !== null && 'cluster' in place ? place.cluster : null,
});

/** The place in which the option is written, as far into it as it is. */
const pathOf = (option: string, places: readonly Written[]): FieldPath => {
  const words = option.split('.');
  const found = places.map(({ at, options }) => [...at, ...wordsIn(options, words)]);
  const deepest = found.find((path, index) => path.length > (places[index]?.at.length ?? 0));
  return deepest ?? places.at(-1)?.at ?? [];
};

/** The words of an option that lead into what is written. Filters of a route are a level deeper. */
const wordsIn = (options: unknown, words: readonly string[]): FieldPath => {
  const [word, ...more] = words;
  if (word === undefined || !isRecord(options)) return [];
  if (word in options) return [word, ...wordsIn(options[word], more)];
  const filters = options['filters'];
  return isRecord(filters) && word in filters ? ['filters', ...wordsIn(filters, words)] : [];
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
