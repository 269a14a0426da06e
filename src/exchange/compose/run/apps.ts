import type { FoundProcess } from '../../form/found-pod.ts';
import { isSecondary } from '../../form/likely-app.ts';
import { looksLikeServer } from '../../form/roles.ts';
import { imageName } from '../known-images.ts';

/**
 * The services that a run is for: nothing depends on them, they do not only prepare or serve others, and they start by
 * themselves. The pod ends with the last of them.
 */
export const appsOf = (processes: readonly FoundProcess[]): readonly string[] => {
  const started = processes.filter(({ fields }) => fields['autostart'] !== false);
  const used = new Set(started.flatMap(({ dependsOn }) => dependsOn.map(({ process }) => process)));
  return started
    .filter(({ name, runsOnce }) => !runsOnce && !used.has(name))
    .filter((process) => !isSecondary(process) && !isServer(process))
    .map(({ name }) => name);
};

/** An image of others that is a database, a queue or a proxy. */
const isServer = ({ fields: { image, build } }: FoundProcess): boolean =>
  build === undefined && typeof image === 'string' && looksLikeServer({ name: imageName(image), line: '' });
