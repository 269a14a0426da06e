import { Argument, type Command } from 'commander';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { completionScripts, SHELLS, type Shell } from '../completion/scripts.ts';
import { write } from '../print.ts';

export const addCompletion = (program: Command, run: CommandRunner): void => {
  program
    .command('completion')
    .description('print a script that completes commands, options and process names in a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell, _options: unknown, command: Command) =>
      run(
        refusingRest(command, async () => {
          write(completionScripts[shell]);
          return 0;
        }),
      ),
    );
  // The completion scripts call `sidecarctl __complete -- WORDS…`, the last word unfinished.
  program
    .command('__complete', { hidden: true })
    .helpOption(false)
    .action(() =>
      run(async (words) => {
        // Loaded late: no other command needs it.
        const { complete } = await import('../completion/complete.ts');
        write(await complete(program, words ?? []));
        return 0;
      }),
    );
};

const EXAMPLES = `
Examples:
  $ eval "$(sidecarctl completion bash)"            in ~/.bashrc
  $ eval "$(sidecarctl completion zsh)"             in ~/.zshrc, after compinit
  $ sidecarctl completion fish | source             in ~/.config/fish/config.fish`;
