import { type Mutant, mutantsOf } from './mutant.ts';

const mutant = mutantsOf({
  source: 'src/programs/config-refresh/policies/',
  sentences: 'test/programs/config-refresh/',
  simulation: 'test/programs/config-refresh/policies.test.ts',
});

export const REFRESH_MUTANTS: readonly Mutant[] = [
  mutant('changes that never cease are never rendered', 'quiescence', 'policies', [
    'Math.min(gathered.last + min, gathered.first + max)',
    'gathered.last + min',
  ]),
  mutant('every change waits for the longest time', 'quiescence', 'policies', [
    'Math.min(gathered.last + min, gathered.first + max)',
    'gathered.first + max',
  ]),
  mutant('the first change is forgotten at the next one', 'quiescence', 'policies', [
    'first: gathered?.first ?? now,',
    'first: now,',
  ]),
  mutant('one attempt more than there may be', 'retry', 'policies', [
    'failures >= attempts',
    'failures > attempts',
  ]),
  mutant('delays grow beyond their limit', 'retry', 'policies', [
    'Math.min(maxBackoff, backoff * 2 ** (failures - 1))',
    'backoff * 2 ** (failures - 1)',
  ]),
  mutant('what changes while something is announced is announced to nobody', 'announcement', 'policies', [
    "return state.is === 'running' ? waitingFor(state.next) : state;",
    "return state.is === 'running' ? waitingFor(null) : state;",
  ]),
  mutant('a failed announcement forgets its files when others change', 'announcement', 'policies', [
    'files: union(files, next.files), at: next.at',
    'files: next.files, at: next.at',
  ]),
  mutant('a change before an announcement is one of its own', 'announcement', 'policies', [
    'files: union(state.files, files), at: Math.min(state.at, at)',
    'files, at: Math.min(state.at, at)',
  ]),
];
