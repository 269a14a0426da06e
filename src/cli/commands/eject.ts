import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { refusingRest } from '../command-runner.ts';
import { USAGE_ERROR } from '../exit-codes.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { preparationFrom } from '../preparation.ts';
import { printRaw } from '../print.ts';
import { reportPreparationFailure } from '../report-failures.ts';
import { warn } from '../warn.ts';

interface EjectOptions extends PodOptions {
  readonly json?: boolean;
}

export const addEject = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('eject'))
    .description('print the plain config that a ready-made sidecar stands for')
    .argument('<name>', 'sidecar')
    .option('--json', 'print JSON, which YAML takes too (default for a config in YAML or JSON)')
    .addHelpText('after', EXAMPLES);
  command.action((name: string, options: EjectOptions) =>
    run(refusingRest(command, () => eject(name, options))),
  );
};

const eject = async (name: string, options: EjectOptions): Promise<number> => {
  const { load } = await import('../../supervisor/load-pod-config.ts');
  const { ConfigModules } = await import('../../config/load/config-modules.ts');
  const { ejectedText, findEjectable } = await import('../ejected-sidecar.ts');
  const preparation = { ...preparationFrom(options), mode: 'check', purpose: 'look' } as const;
  const loaded = await load(preparation, new ConfigModules());
  if (!loaded.ok) return reportPreparationFailure({ kind: 'config', failure: loaded }, options);
  const found = findEjectable(loaded.value.config, name);
  if (!found.ok) {
    warn(found.message);
    return USAGE_ERROR;
  }
  const { text, remarks } = ejectedText(found.sidecar, loaded.value.file, options.json ?? false);
  printRaw(text);
  for (const remark of remarks) warn(remark);
  return 0;
};

const EXAMPLES = `
Replace the sidecar in the config by what this prints, and change it as you like. What the plain config cannot say is on
stderr.

Examples:
  $ sidecarctl eject slow
  $ sidecarctl eject slow --json > slow.json`;
