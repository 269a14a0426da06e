import { join, posix } from 'node:path';
import type { Fields } from '../form/found-pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Service } from './service.ts';

/** Variables about the making of an image, or about its own files. */
const OF_THE_IMAGE =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TERM|DEBIAN_FRONTEND|PIP_\w+|POETRY_\w+|UV_\w+|PYTHONDONTWRITEBYTECODE|PYTHONUNBUFFERED|PYTHONFAULTHANDLER|PYTHONHASHSEED|\w+_VERSION|NPM_CONFIG_\w+|PNPM_HOME|BUNDLE_\w+|GEM_\w+|GO\w+|CGO_ENABLED|CARGO_\w+|RUSTUP_\w+|JAVA_HOME|MAVEN_\w+|VIRTUAL_ENV|NEXT_TELEMETRY_DISABLED|COREPACK_\w+)$/;

/** ENV of its Dockerfile, with the paths of the image as those that the process has here. */
export const imageEnvironment = (
  { dockerfile, paths }: Service,
  { cwd, isScript }: { readonly cwd: string; readonly isScript?: boolean },
  reportLoss: ReportLoss,
): Fields =>
  Object.fromEntries(
    Object.entries(dockerfile?.env ?? {}).flatMap(
      ([name, value]): ReadonlyArray<readonly [string, string]> => {
        // A script for development sets its own.
        if (OF_THE_IMAGE.test(name) || (isScript === true && name === 'NODE_ENV')) return [];
        if (!/^\/[\w.@/-]+$/.test(value)) return [[name, value]];
        const here = paths.toHost(value);
        if (here !== null)
          return [
            [name, here.startsWith('/') ? here : posix.relative(join('/', cwd), join('/', here)) || '.'],
          ];
        reportLoss(`its ENV ${name} is a path in its image, ${value}`);
        return [];
      },
    ),
  );
