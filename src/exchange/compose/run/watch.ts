import { join, normalize } from 'node:path';
import type { Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { list, record, text } from '../../reading/read-yaml.ts';

/** What of `develop.watch` restarts a service. A change of an image's own files needs a new image. */
export const readWatch = (develop: unknown, reportLoss: ReportLoss): Value | undefined => {
  const rules = list(record(develop)['watch']).map((rule) => record(rule));
  const restarting = rules.filter(({ action }) => action === 'restart');
  for (const action of ['rebuild', 'sync', 'sync+restart', 'sync+exec'])
    if (rules.some((rule) => rule['action'] === action)) reportLoss(NOT_COPIED, `develop.watch: ${action}`);
  const paths = restarting.flatMap(({ path }) => text(path) ?? []).map((path) => normalize(path));
  const ignore = restarting.flatMap(({ path, ignore: globs }) =>
    list(globs).map((glob) => join(text(path) ?? '.', String(glob))),
  );
  if (paths.length === 0) return undefined;
  return ignore.length === 0 ? paths : { paths, ignore };
};

const NOT_COPIED = 'a running container gets no files and no image: mount the folder, or start the pod again';
