import type { X509Certificate } from 'node:crypto';
import { isatty } from 'node:tty';
import { wordsText } from '../../report/command-text.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { print } from '../print.ts';
import { flush } from '../terminal.ts';
import { warn } from '../warn.ts';
import { type Change, planTrust, type TrustPlan } from './plan-trust.ts';
import { runOnTerminal, thisMachine } from './this-machine.ts';
import { trustedCa } from './trust-store.ts';

type Action = 'add' | 'remove';

/** Says what will be run, and runs it. Returns the exit code. */
export const changeTrust = async (
  action: Action,
  file: string,
  certificate: X509Certificate,
): Promise<number> => {
  const plan = await planTrust(action, thisMachine(), trustedCa(file, certificate));
  if (plan.changes.length > 0 && !hasTerminal()) return refuse(action, plan.changes);
  print(introduction(action, file, certificate, plan).join('\n'));
  const failed: string[] = [];
  for (const change of plan.changes) if (!(await carryOut(change))) failed.push(change.store);
  if (failed.length > 0) {
    warn(`not changed: ${failed.join(', ')}`);
    return POD_FAILED;
  }
  if (plan.changes.length > 0) print(DONE[action]);
  return 0;
};

/** The commands ask for passwords, and the user should see what changes. */
const hasTerminal = (): boolean => isatty(0) && (isatty(1) || isatty(2));

const refuse = (action: Action, changes: readonly Change[]): number => {
  const command = action === 'add' ? 'trust' : 'untrust';
  warn(`nothing was changed, since this is no terminal; type in one: sidecarctl ${command}`);
  warn(`it would run: ${commandsOf(changes).join(' && ')}`);
  return USAGE_ERROR;
};

const commandsOf = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap(({ commands }) => commands.map(wordsText));

const introduction = (
  action: Action,
  file: string,
  { subject, validToDate }: X509Certificate,
  { changes, settled, remarks }: TrustPlan,
): readonly string[] => {
  const name = /CN=(.*)/.exec(subject)?.[1] ?? subject;
  const [already, will] = WORDS[action];
  const stores = changes.map(({ store }) => store).join(', ');
  return [
    `The local CA is ${file}: ${name}, until ${validToDate.toISOString().slice(0, 10)}.`,
    ...(action === 'add' ? [SCOPE] : []),
    ...(settled.length === 0 ? [] : [`${already}: ${settled.join(', ')}.`]),
    ...remarks.map((remark) => `Left alone: ${remark}.`),
    ...(changes.length === 0 ? [] : [`${will}: ${stores}. This runs:`]),
    ...commandsOf(changes).map((command) => `  ${command}`),
  ];
};

const SCOPE =
  'It can vouch only for localhost, *.localhost, *.test, *.internal and the loopback addresses of this machine.';

const WORDS = {
  add: ['Trusted already by', 'To be trusted by'],
  remove: ['Not trusted by', 'No longer to be trusted by'],
} as const;

const DONE = {
  add: 'Done. A browser that runs has to be started again.',
  remove: 'Done. A browser that runs trusts it until it is started again.',
} as const;

/** What follows a command that failed would fail too, or do harm. */
const carryOut = async ({ commands }: Change): Promise<boolean> => {
  for (const command of commands) {
    await flush('stdout');
    const code = await runOnTerminal(command);
    if (code === 0) continue;
    warn(`${wordsText(command)} ${code === null ? 'could not be run' : `ended with code ${code}`}`);
    return false;
  }
  return true;
};
