import type { CommandOptions, SourceFields } from '../options.ts';
import { runCommand } from '../run-command.ts';
import { parseText } from './parse.ts';
import { type Found, MOST_BYTES, type Source } from './source.ts';

/** The output of a command. */
export class ExecSource implements Source {
  readonly #command: CommandOptions;
  readonly #folder: string;
  readonly #fields: Pick<SourceFields, 'parse' | 'timeout'>;

  constructor(command: CommandOptions, folder: string, fields: Pick<SourceFields, 'parse' | 'timeout'>) {
    this.#command = command;
    this.#folder = folder;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const { timeout, parse } = this.#fields;
    const options = { folder: this.#folder, timeout, limit: MOST_BYTES, signal };
    const output = await runCommand(this.#command, options);
    return { value: await parseText(output.toString(), parse ?? 'text') };
  }
}
