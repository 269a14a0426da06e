import { INSTANCE } from '../../export/environment.ts';
import { differences } from '../../export/instances.ts';
import { reportMissingHosts } from '../../export/missing-hosts.ts';
import type { Part } from '../../export/parts.ts';
import type { Process } from '../../export/pod.ts';
import type { Losses } from '../../form/losses.ts';
import type { InsideService } from './inside-service.ts';

/** What a process loses because others are elsewhere, and because the containers of a service are all the same. */
export const reportPart = (
  process: Process,
  { replicas, twins }: Part,
  inside: InsideService,
  losses: Losses,
): void => {
  reportMissingHosts(process, inside, losses, 'another service');
  if (replicas === 1) return;
  const lost = losses.of(process.name);
  if (process.launch.env.injected[INSTANCE] !== undefined)
    lost('the containers of a service have no number', `env.${INSTANCE}`);
  const twin = twins.find(({ name }) => name === process.name);
  const seen = (value: unknown, instance: number | null) => inside.seenBy(instance).filled(value);
  for (const field of twin === undefined ? [] : differences(process, twin, seen))
    lost('instances differ in it, and the containers of a service do not; all have that of the first', field);
};
