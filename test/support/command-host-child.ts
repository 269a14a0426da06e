// Runs command lines one after the other, and sends what each has written and its exit code.
import { keepStdout, ownStdout } from '../../src/cli/own-stdout.ts';

interface Order {
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const written = { stdout: '', stderr: '' };

const keepFrom = (stream: NodeJS.WriteStream, name: keyof typeof written): void => {
  stream.write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    written[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    const done = rest.find((each) => typeof each === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  }) as typeof stream.write;
};

keepFrom(ownStdout(), 'stdout');
keepFrom(process.stderr, 'stderr');
// As in the command, so that a config prints to stderr.
keepStdout();
const { runCommandLine } = await import('../../src/cli/command-line.ts');

process.on('message', async ({ args, folder, env }: Order) => {
  process.chdir(folder);
  process.env = { ...env };
  Object.assign(written, { stdout: '', stderr: '' });
  const code = await runCommandLine(args);
  process.send?.({ code, ...written });
});
process.on('disconnect', () => process.exit());
process.send?.('listening');
