import { type Command, commandLine } from '../../export/command-line.ts';
import { compact } from '../../export/compact.ts';
import { FOLDER } from '../../export/inside.ts';
import type { Process } from '../../export/pod.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';

export const commandOf = (command: Command, inside: InsideService): readonly string[] =>
  commandLine(command, inside.text);

/** What a service runs. A command of this machine takes the place of the image's entrypoint. */
export const runOf = ({ launch }: Process, inside: InsideService): Data => {
  const { command, cwd } = launch;
  if (command.kind !== 'container')
    return compact({ entrypoint: commandOf(command, inside), working_dir: folderOf(cwd, inside) });
  const { entrypoint, args, workingDir } = command;
  return compact({
    entrypoint: entrypoint === null ? undefined : commandOf(entrypoint, inside),
    command: args?.map((each) => inside.text(each)),
    working_dir: workingDir === null ? undefined : inside.text(workingDir),
    user: command.user === null ? undefined : inside.text(command.user),
  });
};

/** The folder of the config is where an image already is. */
const folderOf = (cwd: unknown, inside: InsideService): string | undefined => {
  const folder = inside.text(cwd);
  return folder === FOLDER ? undefined : folder;
};
