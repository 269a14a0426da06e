import { execa } from 'execa';
import type { RequirementFailure } from '../../model/failures/requirement-failure.ts';
import type { ProcessSpec, RequirementSpec } from '../../model/pod-spec.ts';
import { isInRange, versionIn } from '../../model/version-range.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';
import { composeEnvironment } from '../launch/environment.ts';
import { findProgramObstacle } from '../launch/program-search.ts';

/** A JVM takes a second on a busy machine. */
const ANSWERS_WITHIN: Milliseconds = 10_000;
const ANSWER_LIMIT = 64 * 1024;
/** Characters of an answer that a message shows. */
const SHOWN = 80;

/** The state of one requirement. */
export interface Requirement {
  readonly process: string;
  readonly program: string;
  readonly range: string;
  /** The version of the program; null: it is not known, or any will do. */
  readonly found: string | null;
  readonly failure: RequirementFailure | null;
}

/** `line`: the first of the output, or null if the program has not ended in time. */
type Answer = { readonly version: string | null; readonly line: string | null };

/**
 * Looks for the programs that processes require, as each of these processes would find them, and asks for versions where
 * the range is not `*`. A program is asked once, whatever the number of processes that require it.
 */
export const findRequirements = async (
  processes: Iterable<Pick<ProcessSpec, 'name' | 'requires' | 'launch'>>,
): Promise<readonly Requirement[]> => {
  const answers = new Map<string, Promise<Answer>>();
  const found = [...processes]
    .filter(({ requires }) => requires.length > 0)
    .flatMap(({ name, requires, launch }) => {
      const composed = composeEnvironment(launch.env);
      const place = { cwd: launch.cwd, env: composed.ok ? composed.env : launch.env.inherited };
      return requires.map((requirement) => find(name, requirement, place, answers));
    });
  return Promise.all(found);
};

interface Place {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const find = async (
  process: string,
  requirement: RequirementSpec,
  place: Place,
  answers: Map<string, Promise<Answer>>,
): Promise<Requirement> => {
  const { program, range, args } = requirement;
  const facts = { process, program, range };
  const fail = (failure: RequirementFailure, found: string | null = null): Requirement => ({
    ...facts,
    found,
    failure,
  });
  if (findProgramObstacle(program, place.cwd, place.env) !== null)
    return fail({ ...facts, kind: 'program-missing' });
  if (range === '*') return { ...facts, found: null, failure: null };
  const key = JSON.stringify([program, args, place.cwd, place.env['PATH']]);
  const answer = answers.get(key) ?? ask(requirement, place);
  answers.set(key, answer);
  const { version, line } = await answer;
  const asked = [program, ...args].join(' ');
  if (version === null)
    return fail({ ...facts, kind: 'no-version', asked, answer: line, within: ANSWERS_WITHIN });
  if (!isInRange(version, range)) return fail({ ...facts, kind: 'other-version', found: version }, version);
  return { ...facts, found: version, failure: null };
};

/** Bounded also where a child of the program holds its output open. */
const ask = async ({ program, args }: RequirementSpec, { cwd, env }: Place): Promise<Answer> => {
  const asking = execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: ANSWERS_WITHIN,
    killSignal: 'SIGKILL',
    maxBuffer: ANSWER_LIMIT,
  });
  const result = await atMost(ANSWERS_WITHIN + 1_000, asking);
  if (result === undefined || result.timedOut) return { version: null, line: null };
  const output = result.all ?? '';
  return { version: versionIn(output), line: firstLine(output) };
};

const firstLine = (output: string): string => output.trim().split('\n', 1)[0]?.slice(0, SHOWN) ?? '';
