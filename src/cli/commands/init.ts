import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { findConfig } from '../../config/load/find-config.ts';
import type { Companions, WrittenPod, WrittenProcess } from '../../exchange/writing/assemble.ts';
import { errorMessage } from '../../model/error-message.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { folderOption } from '../options.ts';
import { write } from '../print.ts';
import { warn } from '../warn.ts';

interface InitOptions {
  readonly from?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly cwd?: string;
}

const FILE = 'sidecars.config.ts';

export const addInit = (program: Command, run: CommandRunner): void => {
  program
    .command('init')
    .description('write a sidecars.config.ts from the files in this folder')
    .option('--from <file>', 'use only this file, whatever it is called')
    .option('--force', 'overwrite an existing config')
    .option('--dry-run', 'print the config instead of writing it')
    .option('--cwd <dir>', 'work as if started in this directory', folderOption)
    .addHelpText('after', EXAMPLES)
    .action((options: InitOptions, command: Command) => run(refusingRest(command, () => init(options))));
};

const init = async (options: InitOptions): Promise<number> => {
  const folder = options.cwd ?? process.cwd();
  const there = configIn(folder);
  if (there !== null && options.force !== true && options.dryRun !== true) {
    warn(`there is already a config: ${there}; --force overwrites it, --dry-run only prints the new one`);
    return USAGE_ERROR;
  }
  // Loaded late: no other command needs it.
  const { draftConfig } = await import('../../exchange/draft-config.ts');
  const draft = await draftConfig(folder, options.from);
  if (!draft.ok) {
    warn(draft.message);
    return USAGE_ERROR;
  }
  if (options.dryRun === true) write(draft.text);
  else if (!writeConfig(join(folder, FILE), draft.text, there !== null)) return POD_FAILED;
  printResult(draft.pod, draft.sources, options.dryRun === true);
  return 0;
};

/** A config in a folder above belongs to another pod. */
const configIn = (folder: string): string | null => {
  if (existsSync(join(folder, FILE))) return FILE;
  const found = findConfig(folder);
  return found !== null && dirname(found) === folder ? basename(found) : null;
};

/** Creates a new file, and does not write through a dangling symlink. */
const writeConfig = (path: string, text: string, isThere: boolean): boolean => {
  try {
    writeFileSync(path, text, { flag: isThere ? 'w' : 'wx' });
    return true;
  } catch (error) {
    warn(`${path} cannot be written: ${errorMessage(error)}`);
    return false;
  }
};

const printResult = (pod: WrittenPod, sources: readonly string[], isDry: boolean): void => {
  const { shared, apps } = pod;
  const names = (of: (one: Companions) => readonly WrittenProcess[]) =>
    [shared, ...apps].flatMap(of).map(({ label }) => label);
  const primaries = apps.map(({ primary }) => primary.label);
  const parts = [
    `${primaries.length === 1 ? 'primary' : 'apps'} ${primaries.join(', ')}`,
    ...listed(
      'sidecars',
      names(({ sidecars }) => sidecars),
    ),
    ...listed(
      'init tasks',
      names(({ init }) => init),
    ),
  ];
  warn(`${isDry ? 'would write' : 'wrote'} ${FILE} from ${sources.join(' and ')}: ${parts.join('; ')}`);
  for (const remark of pod.remarks) warn(remark);
  for (const what of pod.leftOut) warn(`not carried over: ${what}`);
  if (!isDry) warn("check it with 'sidecarctl check', run it with 'sidecarctl dev'");
};

const listed = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${what} ${names.join(', ')}`];

const EXAMPLES = `
Uses the first list of processes in the folder: process-compose, mprocs, dapr, Procfile, the scripts of package.json
(split where one starts several), pm2 (whose config runs for that), supervisord. The services of a Compose file or of a
development container are put beside it. --from takes any of these, and Kubernetes manifests.

Messages on stderr say what came from where, what is a guess, and what could not be carried over. docs/migrating.md has
more on each format.

Exit code: 0 if it was written, 2 if there is nothing to start from or a config already exists.

Examples:
  $ sidecarctl init
  $ sidecarctl init --dry-run
  $ sidecarctl init --from docker/compose.yaml --force
  $ sidecarctl init --from k8s/shop.yaml --dry-run`;
