import { SymbolicText } from '../../../config/resolve/symbolic/symbols.ts';
import { compact } from '../../export/compact.ts';
import { FILES } from '../../export/inside.ts';
import { ownMounts } from '../../export/own-mounts.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';

type File = Process['files'][number];

export interface WrittenFiles {
  /** `configs` and `secrets` of the service. */
  readonly fields: Data;
  /** Those of the file, by name. */
  readonly configs: Data;
  readonly secrets: Data;
}

/** What a file has that no mode is set of: what Compose makes of it can be read by all, and only in its container. */
const usualMode = ({ secret }: File, { command }: Process['launch']): number =>
  secret && command.kind !== 'container' ? 0o600 : 0o644;

/** Files of a process: a config has its content in the Compose file, and a secret in a variable of whoever starts it. */
export const filesOf = (process: Process, inside: InsideService, lost: ReportLoss): WrittenFiles => {
  const { name, files, origin, launch } = process;
  const places = ownMounts(process, [], inside);
  const mounts = (file: File): readonly Data[] =>
    [
      `${FILES}/${name}/${file.name}`,
      ...places.filter(({ part }) => part === file.name).map(({ path }) => path),
    ].map((path) => mountOf(name, file, path, usualMode(file, launch)));
  // Options of a ready-made sidecar are nothing that anybody has written.
  if (origin === null) for (const file of files) reportFile(file, lost);
  const open = files.filter(({ secret }) => !secret);
  const secret = files.filter((file) => file.secret);
  return {
    fields: compact({
      configs: open.flatMap(mounts),
      secrets: secret.flatMap(mounts),
    }),
    configs: Object.fromEntries(
      open.map((file) => [titleOf(name, file), { content: inside.text(file.content) }]),
    ),
    secrets: Object.fromEntries(
      secret.map((file) => [titleOf(name, file), { environment: variableOf(name, file, lost) }]),
    ),
  };
};

const mountOf = (process: string, file: File, path: string, usual: number): Data => {
  const mode = Number(file.mode);
  return compact({
    source: titleOf(process, file),
    target: path.replaceAll('$', () => '$$'),
    mode: mode === usual ? undefined : `0${mode.toString(8)}`,
  });
};

/** No process has an underscore in its name. */
const titleOf = (process: string, { name }: File): string => `${process}_${name.replaceAll(/[^\w.-]/g, '-')}`;

/** The variable that the content is, or one that has to be made for it. */
const variableOf = (process: string, file: File, lost: ReportLoss): string => {
  const { content, name } = file;
  const [only, ...more] = content instanceof SymbolicText ? content.parts : [];
  if (typeof only === 'object' && only.is === 'variable' && only.fallback === null && more.length === 0)
    return only.name;
  const variable = titleOf(process, file).toUpperCase().replaceAll(/\W/g, '_');
  lost(`a secret is not written down; set ${variable} to its content`, `files.${name}`);
  return variable;
};

const reportFile = ({ name, content, secret, onChange }: File, lost: ReportLoss): void => {
  if (content === '' && !secret) lost('Compose makes no empty file', `files.${name}`);
  if (onChange.kind !== 'restart')
    lost('Compose makes the container anew when the content has changed', `files.${name}.onChange`);
};
