import type { Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { type Data, list, record } from '../../reading/read-yaml.ts';
import { wordsOf } from '../command.ts';
import { flagOf } from './flag-of.ts';

/** Hooks of one kind. A process has one, so several are a line of the image's shell. */
export const readHooks = (hooks: unknown, field: string, reportLoss: ReportLoss): Value | undefined => {
  const all = list(hooks).map((hook) => record(hook));
  for (const hook of all) reportFields(hook, field, reportLoss);
  const [first, ...more] = all.map(({ command }) => wordsOf(command)).filter((words) => words.length > 0);
  if (more.length === 0) return first;
  return [first ?? [], ...more].map((words) => words.map(quoted).join(' ')).join(' && ');
};

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

const reportFields = (hook: Data, field: string, reportLoss: ReportLoss): void => {
  for (const name of ['user', 'privileged', 'working_dir', 'environment'])
    if (hook[name] !== undefined && flagOf(hook[name]) !== false)
      reportLoss('a hook has those of its service', `${field}.${name}`);
};
