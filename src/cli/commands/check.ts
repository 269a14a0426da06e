import type { Command } from 'commander';
import { type Act, refusingRest } from '../act.ts';
import { complain } from '../complain.ts';
import { POD_FAILED } from '../exit-codes.ts';
import { addConfigOptions, type ConfigOptions } from '../options.ts';
import { preparationFrom } from '../preparation.ts';
import { write } from '../print.ts';
import { reportPreparationFailure, reportStorageFailures } from '../report-failures.ts';

export const addCheck = (program: Command, act: Act): void => {
  addConfigOptions(program.command('check'))
    .description('check config, commands, ports and paths without starting anything')
    .addHelpText('after', EXAMPLES)
    .action((options: ConfigOptions, command: Command) => act(refusingRest(command, () => check(options))));
};

const check = async (options: ConfigOptions): Promise<number> => {
  const { preparePod } = await import('../../supervisor/prepare-pod.ts');
  const prepared = await preparePod({
    ...preparationFrom(options),
    mode: 'check',
    purpose: 'look',
  });
  if (!prepared.ok) return reportPreparationFailure(prepared.failure, options);
  reportStorageFailures(prepared.pod.notCleared);
  const { spec, configFile } = prepared.pod;
  const { findPodProblems } = await import('../check-pod.ts');
  const problems = await findPodProblems(spec);
  for (const problem of problems) complain(problem);
  if (problems.length > 0) return POD_FAILED;
  write(`${configFile}: ${spec.name} is right: ${[...spec.processes.keys()].join(', ')}\n`);
  return 0;
};

const EXAMPLES = `
Exit code 0 when all is well, 2 when the config is wrong, 1 when the pod could not start on this machine now.

Examples:
  $ sidecarctl check
  $ sidecarctl check -c fixtures/redis/sidecars.config.ts`;
