import { join, normalize } from 'node:path';
import type { Fields } from '../../form/found-pod.ts';
import { asVariables } from '../../reading/merge.ts';
import { type Data, text } from '../../reading/read-yaml.ts';
import { type Dockerfile, readDockerfile } from '../dockerfile.ts';
import { asBuild } from '../merge-project.ts';
import { type Context, reportProblem } from './context.ts';
import { written } from './environment.ts';

export interface RunBuild {
  readonly fields: Fields;
  readonly dockerfile: Dockerfile;
}

/** How the image of a service is built, or null if it is not. */
export const readBuild = (context: Context, name: string, service: Data): RunBuild | null => {
  if (service['build'] === undefined || service['build'] === null) return null;
  const build = asBuild(service['build']);
  const folder = text(build['context']) ?? '.';
  if (/^([\w.+-]+:\/\/|git@)/.test(folder))
    reportProblem(context, name, ['build', 'context'], `${folder} is no folder of this machine: clone it`);
  const target = text(build['target']);
  const inline = text(build['dockerfile_inline']);
  const file = text(build['dockerfile']) ?? 'Dockerfile';
  if (inline !== undefined && build['dockerfile'] !== undefined)
    reportProblem(context, name, ['build', 'dockerfile'], 'dockerfile_inline is there already');
  const args = written(asVariables(build['args']), context.variables);
  const path = file.startsWith('/') ? file : join(folder, file);
  const { source } = context;
  const content = inline ?? source.machine.read(path.startsWith('/') ? path : join(source.folder, path));
  return {
    fields: {
      context: normalize(folder),
      dockerfile: inline === undefined && file !== 'Dockerfile' ? path : undefined,
      dockerfileInline: inline,
      target,
      args: Object.keys(args).length === 0 ? undefined : args,
    },
    dockerfile: readDockerfile(content ?? '', target),
  };
};
