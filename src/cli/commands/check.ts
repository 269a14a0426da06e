import type { Command } from 'commander';
import { originText } from '../../model/origin-text.ts';
import { type ConfigProblemJson, configProblemsJson } from '../../report/config-problems.ts';
import type { PreparationFailure } from '../../supervisor/preparation.ts';
import type { PreparedPod } from '../../supervisor/prepare-pod.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { dashboardSettings } from '../dashboard-settings.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { addConfigOptions, addLocalOption, type ConfigOptions } from '../options.ts';
import { preparationFrom } from '../preparation.ts';
import { print, printJson } from '../print.ts';
import { obstacleTexts, reportPreparationFailure, reportStorageFailures } from '../report-failures.ts';
import { warn } from '../warn.ts';

interface CheckOptions extends ConfigOptions {
  readonly json?: boolean;
}

export const addCheck = (program: Command, run: CommandRunner): void => {
  addLocalOption(addConfigOptions(program.command('check')))
    .description('check config, commands, ports and paths without starting anything')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: CheckOptions, command: Command) => run(refusingRest(command, () => check(options))));
};

const check = async (options: CheckOptions): Promise<number> => {
  const { preparePod } = await import('../../supervisor/prepare-pod.ts');
  const prepared = await preparePod({
    ...preparationFrom(options),
    mode: 'check',
    purpose: 'look',
    // Whoever asks whether a config is right wants no memory of an answer.
    cache: null,
  });
  if (!prepared.ok)
    return options.json === true
      ? failureJson(prepared.failure)
      : reportPreparationFailure(prepared.failure, options);
  reportStorageFailures(prepared.pod.notCleared);
  const { findCommandRemarks, findEnvFileRemarks, findPodProblems } = await import('../check-pod.ts');
  const { findOptionRemarks } = await import('../option-remarks.ts');
  const problems = await findPodProblems(prepared.pod);
  const { spec } = prepared.pod;
  const warnings = [
    ...prepared.pod.leftOut,
    ...findEnvFileRemarks(spec),
    ...findCommandRemarks(spec),
    ...findOptionRemarks(spec),
    ...(await dashboardSettings(spec.ui)).mistakes,
  ];
  if (options.json === true) printJson(checkedJson(prepared.pod, problems, warnings));
  else printResult(prepared.pod, problems, warnings);
  return problems.length === 0 ? 0 : POD_FAILED;
};

const printResult = (
  { spec, configFile }: PreparedPod,
  problems: readonly string[],
  warnings: readonly string[],
): void => {
  for (const warning of warnings) warn(`warning: ${warning}`);
  for (const problem of problems) warn(problem);
  const names = [...spec.processes.values()]
    .map(({ name, origin }) => (origin === null ? name : `${name}: ${originText(origin)}`))
    .join(', ');
  const count = spec.processes.size === 1 ? '1 process' : `${spec.processes.size} processes`;
  if (problems.length === 0) print(`${configFile} is valid: pod ${spec.name}, ${count}: ${names}`);
};

const checkedJson = (
  { spec, configFile }: PreparedPod,
  problems: readonly string[],
  warnings: readonly string[],
) => ({
  ok: problems.length === 0,
  configFile,
  name: spec.name,
  processes: [...spec.processes.keys()],
  problems: problems.map(obstacleJson),
  warnings,
});

const failureJson = (failure: PreparationFailure): number => {
  const isConfig = failure.kind === 'config';
  const problems = isConfig ? configProblemsJson(failure.failure) : obstacleTexts(failure).map(obstacleJson);
  printJson({ ok: false, configFile: isConfig ? failure.failure.file : null, problems });
  return isConfig ? USAGE_ERROR : POD_FAILED;
};

/** This problem is the machine's, and not the config's. */
const obstacleJson = (message: string): ConfigProblemJson => ({
  file: null,
  field: null,
  line: null,
  column: null,
  message,
});

const EXAMPLES = `
Exit code: 0 if the pod can start, 2 if the config is wrong, 1 if the pod cannot start on this machine now.

Examples:
  $ sidecarctl check
  $ sidecarctl check -c fixtures/redis/sidecars.config.ts
  $ sidecarctl check -c k8s/pod.yaml --local app='node server.js'
  $ sidecarctl check --json | jq -r '.problems[].message'`;
