import type { Command } from 'commander';
import { asciiControls, printableLines } from '../../report/printable.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { write } from '../print.ts';

interface DoctorOptions {
  readonly json?: boolean;
}

export const addDoctor = (program: Command, run: CommandRunner): void => {
  program
    .command('doctor')
    .description(
      'check what this machine supports: how it finds and ends processes, what may escape, and isolation',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: DoctorOptions, command: Command) => run(refusingRest(command, () => doctor(options))));
};

const doctor = async ({ json = false }: DoctorOptions): Promise<number> => {
  // Loaded late: no other command needs it.
  const { describeDiagnosis, diagnose } = await import('../diagnose.ts');
  const diagnosis = await diagnose();
  write(
    json ? `${asciiControls(JSON.stringify(diagnosis))}\n` : printableLines(describeDiagnosis(diagnosis)),
  );
  return 0;
};

const EXAMPLES = `
Examples:
  $ sidecarctl doctor
  $ sidecarctl doctor --json | jq .backEnd`;
