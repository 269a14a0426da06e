import type { RequirementFailure } from '../model/failures/requirement-failure.ts';
import { duration } from './phrases.ts';
import { printable } from './printable.ts';

/** Says what is found of a required program, what is required, and what to do. */
export const requirementText = (failure: RequirementFailure): string =>
  `${failure.process} requires ${requiredText(failure)}, but ${foundText(failure)}`;

const requiredText = ({ program, range }: RequirementFailure): string =>
  range === '*' ? program : `${program} ${range}`;

const foundText = (failure: RequirementFailure): string => {
  const { program } = failure;
  switch (failure.kind) {
    case 'program-missing':
      return `${program} is not found; install it${packageText(program)}, or set PATH to its folder`;
    case 'other-version':
      return `version ${failure.found} is installed; install a version in the range, or change requires`;
    case 'no-version':
      return (
        `'${failure.asked}' tells no version (${answerText(failure)}); ` +
        'set args of the requirement to the arguments that print it'
      );
    default:
      return failure satisfies never;
  }
};

/** Packages of Debian with the engines of ready-made sidecars. */
const DEBIAN: ReadonlyMap<string, string> = new Map([
  ...['haproxy', 'nginx', 'caddy', 'prometheus', 'victoria-metrics'].map((name) => [name, name] as const),
  ['promtool', 'prometheus'],
  ['rsyslogd', 'rsyslog'],
]);

const packageText = (program: string): string => {
  const found = DEBIAN.get(program);
  return found === undefined ? '' : ` (on Debian: apt install ${found})`;
};

const answerText = ({
  answer,
  within,
}: Extract<RequirementFailure, { readonly kind: 'no-version' }>): string => {
  if (answer === null) return `no answer within ${duration(within)}`;
  return answer === '' ? 'it prints nothing' : printable(answer);
};
