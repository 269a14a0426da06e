import type { Command } from 'commander';
import { asciiControls, printableLines } from '../../report/printable.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { write } from '../print.ts';

interface DoctorOptions extends PodOptions {
  readonly json?: boolean;
}

export const addDoctor = (program: Command, run: CommandRunner): void => {
  addPodOptions(program.command('doctor'))
    .description(
      'check what this machine supports: how it finds and ends processes, what may escape, isolation, container engines, the programs that the config here requires, your own settings, and the local CA',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: DoctorOptions, command: Command) => run(refusingRest(command, () => doctor(options))));
};

const doctor = async ({ json = false, ...options }: DoctorOptions): Promise<number> => {
  // Loaded late: no other command needs it.
  const { describeDiagnosis, diagnose } = await import('../diagnose.ts');
  const diagnosis = await diagnose(options);
  write(
    json ? `${asciiControls(JSON.stringify(diagnosis))}\n` : printableLines(describeDiagnosis(diagnosis)),
  );
  return 0;
};

const EXAMPLES = `
Examples:
  $ sidecarctl doctor
  $ sidecarctl doctor --json | jq .backEnd`;
