import type { Value } from '../../form/found-pod.ts';
import { type Data, number, record, text } from '../../reading/read-yaml.ts';
import { type Context, reportProblem } from './context.ts';

/** Compose counts restarts as long as the container lives, so they count for as long as a pod may. */
const FOR_EVER = '8760h';

/** The policy of `restart`, or else that of `deploy`. Without any, nothing is restarted. */
export const readRestart = (context: Context, name: string, { restart, deploy }: Data): Value => {
  const { condition, max_attempts: attempts } = record(record(deploy)['restart_policy']);
  const written = text(restart);
  if (written !== undefined) {
    const [policy = '', times] = written.split(':');
    const found = Object.hasOwn(POLICIES, policy) ? POLICIES[policy] : undefined;
    if (found === undefined || (times !== undefined && !/^\d+$/.test(times)))
      reportProblem(
        context,
        name,
        'restart',
        `'${written}' is none of no, always, unless-stopped, on-failure`,
      );
    return limited(found ?? 'never', number(times));
  }
  if (record(deploy)['restart_policy'] === undefined) return 'never';
  const policy = text(condition) ?? 'any';
  const found = Object.hasOwn(OF_DEPLOY, policy) ? OF_DEPLOY[policy] : undefined;
  if (found === undefined) {
    const field = ['deploy', 'restart_policy', 'condition'];
    reportProblem(context, name, field, `'${policy}' is none of none, on-failure, any`);
  }
  return limited(found ?? 'never', number(attempts));
};

type Policy = 'always' | 'on-failure' | 'never';

const POLICIES: Readonly<Record<string, Policy>> = {
  no: 'never',
  false: 'never',
  always: 'always',
  'unless-stopped': 'always',
  'on-failure': 'on-failure',
};

const OF_DEPLOY: Readonly<Record<string, Policy>> = {
  none: 'never',
  'on-failure': 'on-failure',
  any: 'always',
};

const limited = (policy: Policy, restarts: number | undefined): Value =>
  policy === 'never' || restarts === undefined || restarts < 1
    ? policy
    : { policy, limit: { restarts, within: FOR_EVER } };
