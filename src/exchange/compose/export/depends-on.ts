import { compact } from '../../export/compact.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import { waitsForHealth } from './gates.ts';

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** `all`: every service, by its name. */
export const dependsOn = (
  { dependsOn: dependencies }: Process,
  all: ReadonlyMap<string, Process>,
  lost: ReportLoss,
): Data =>
  Object.fromEntries(
    dependencies.flatMap(({ process, condition, restart, required }) => {
      const other = all.get(process);
      if (other === undefined) return [];
      if (restart)
        lost(
          `Compose restarts it along with ${process} only if it restarts that itself`,
          `dependsOn.${process}.restart`,
        );
      const fields = {
        condition: conditionOf(condition, other, (why) => lost(why, `dependsOn.${process}`)),
        restart: restart ? true : undefined,
        required: required ? undefined : false,
      };
      return [[process, compact(fields)] as const];
    }),
  );

const conditionOf = (
  condition: Process['dependsOn'][number]['condition'],
  other: Process,
  lost: ReportLoss,
): Condition => {
  if (condition === 'completed') return 'service_completed_successfully';
  if (waitsForHealth(other, condition)) return 'service_healthy';
  if (condition === 'started' && other.startup !== null)
    lost(`it does not wait for the startup probe of ${other.name}`);
  return 'service_started';
};
