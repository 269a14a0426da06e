import type { Command } from 'commander';
import { usersCertificates } from '../../config/expand/users-certificates.ts';
import { errorMessage } from '../../model/error-message.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED } from '../exit-codes.ts';
import { printRaw } from '../print.ts';
import { warn } from '../warn.ts';

interface TrustOptions {
  readonly print?: boolean;
}

export const addTrust = (program: Command, run: CommandRunner): void => {
  program
    .command('trust')
    .description(
      'have browsers and other programs of this machine trust the certificates of ready-made sidecars',
    )
    .option('--print', "print the path of the CA's certificate, and change nothing")
    .addHelpText('after', TRUST_EXAMPLES)
    .action((options: TrustOptions, command: Command) => run(refusingRest(command, () => trust(options))));
  program
    .command('untrust')
    .description('undo trust: take the CA out of all stores')
    .addHelpText('after', UNTRUST_EXAMPLES)
    .action((_: object, command: Command) => run(refusingRest(command, untrust)));
};

const trust = async ({ print = false }: TrustOptions): Promise<number> => {
  const { openAuthority } = await import('../../certificates/authority.ts');
  const { folder } = usersCertificates(process.env);
  try {
    const { file, certificate } = await openAuthority(folder, Date.now());
    if (!print) return await change('add', file, certificate);
    printRaw(file);
    return 0;
  } catch (error) {
    return refused(error);
  }
};

const untrust = async (): Promise<number> => {
  const { findCertificate } = await import('../../certificates/authority.ts');
  const { folder } = usersCertificates(process.env);
  try {
    const found = findCertificate(folder);
    if (found !== null) return await change('remove', found.file, found.certificate);
    warn(`there is no local CA in ${folder}, so nothing trusts one`);
    return 0;
  } catch (error) {
    return refused(error);
  }
};

const refused = (error: unknown): number => {
  warn(errorMessage(error));
  return POD_FAILED;
};

const change: typeof import('../trust/change-trust.ts').changeTrust = async (...args) =>
  (await import('../trust/change-trust.ts')).changeTrust(...args);

const TRUST_EXAMPLES = `
The certificates are of a CA of your own, which is made at its first use. It can vouch only for localhost, *.localhost,
*.test, *.internal and loopback addresses. The command lists what it will run, then runs it: for the system, for Firefox and
Chromium (certutil), and for Java where it has CAs of its own. It uses sudo only where root is needed. Nothing else of
sidecarctl changes what the machine trusts.

Exit code: 0 if all trust it, 1 if a command failed or the CA cannot be used, 2 without a terminal, where nothing changes.

Examples:
  $ sidecarctl trust
  $ curl --cacert "$(sidecarctl trust --print)" https://localhost:8443/
  $ docker run -v "$(sidecarctl trust --print):/usr/local/share/ca-certificates/local.crt" …`;

const UNTRUST_EXAMPLES = `
The CA stays, and so does what it has issued: only the stores forget it. Remove its folder to have a new one made.

Exit code: 0 if nothing trusts it any more, 1 if a command failed, 2 without a terminal, where nothing changes.

Examples:
  $ sidecarctl untrust`;
