import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProcessSnapshot } from '../../control/pod-snapshot.ts';
import { withNearest } from '../../model/nearest.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { type FaultsActions, type FaultsRequest, planFaults } from '../plan-faults.ts';
import { print, printJson } from '../print.ts';
import { proxyLines, TOXIC_TYPES } from '../toxic-words.ts';
import { type Answered, askToxiproxy, type FaultsProxy } from '../toxiproxy.ts';
import { warn } from '../warn.ts';

interface FaultsOptions extends PodOptions, FaultsActions {
  readonly json?: boolean;
}

export const addFaults = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('faults'))
    .description('list, add and remove the toxics of faults sidecars')
    .argument('[name]', 'faults sidecar (default: all, for a list)')
    .argument('[attributes...]', 'attributes of the added toxic: latency=200')
    .addOption(new Option('--add <type>', 'add a toxic, or change it').choices(TOXIC_TYPES))
    .option('--upstream', 'the added toxic is for data towards the server')
    .option('--toxicity <share>', 'share of connections for the added toxic, from 0 to 1', shareOption)
    .option('--remove <toxic>', 'remove a toxic')
    .option('--disable', 'refuse connections')
    .option('--enable', 'accept connections again')
    .option('--reset', 'remove all toxics and faults of HTTP requests, and accept connections')
    .option('--json', 'print the proxies as JSON, with their toxics')
    .addHelpText('after', EXAMPLES);
  command.action((name: string | undefined, attributes: readonly string[], options: FaultsOptions) =>
    run(refusingRest(command, () => faults(name, attributes, options))),
  );
};

const shareOption = (text: string): number => {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('expected a number from 0 to 1.');
  return share;
};

const faults = async (
  name: string | undefined,
  attributes: readonly string[],
  options: FaultsOptions,
): Promise<number> => {
  const planned = planFaults(name, attributes, options);
  if (!planned.ok) {
    warn(planned.message);
    return USAGE_ERROR;
  }
  return withPod(options, async ({ snapshot }) => {
    const all = snapshot.processes.filter(({ origin }) => origin?.use === 'faults');
    const meant = name === undefined ? all : all.filter((process) => process.name === name);
    if (meant.length > 0) return actAndList(meant, planned.request, options.json ?? false);
    warn(noneText(name, all));
    return USAGE_ERROR;
  });
};

const noneText = (name: string | undefined, all: readonly ProcessSnapshot[]): string => {
  if (all.length === 0) return 'no process of the pod is a faults sidecar: add one with use: faults';
  const names = all.map((process) => process.name);
  return `there is no faults sidecar ${withNearest(name ?? '', names)}; there is ${names.join(', ')}`;
};

const actAndList = async (
  sidecars: readonly ProcessSnapshot[],
  request: FaultsRequest | null,
  json: boolean,
): Promise<number> => {
  const found: (FaultsProxy & { readonly process: string })[] = [];
  for (const { name, ports } of sidecars) {
    const admin = ports.find((port) => port.name === 'admin')?.port ?? 0;
    const acted = request === null ? null : await carryOut(admin, request);
    const answer =
      acted?.ok === false ? acted : await askToxiproxy(admin, { method: 'GET', path: '/proxies' });
    if (!answer.ok) {
      warn(`${name}: ${answer.message}`);
      return POD_FAILED;
    }
    const proxies = Object.values(answer.value as Readonly<Record<string, FaultsProxy>>);
    found.push(...proxies.map((proxy) => ({ process: name, ...proxy })));
  }
  if (json) printJson(found);
  else print(found.flatMap(proxyLines).join('\n'));
  return 0;
};

/** A toxic that is there is changed. */
const carryOut = async (admin: number, { otherwise, ...request }: FaultsRequest): Promise<Answered> => {
  const answer = await askToxiproxy(admin, request);
  return answer.ok || answer.status !== 409 || otherwise === undefined
    ? answer
    : askToxiproxy(admin, otherwise);
};

const EXAMPLES = `
It prints what each faults sidecar does afterwards. A toxic applies to open connections at once, and goes with a restart of
the sidecar.

Exit code: 0 if it was done, 1 if the sidecar refuses it or does not answer, 2 for a wrong name or attribute, 3 if no pod
is running.

Examples:
  $ sidecarctl faults
  $ sidecarctl faults slow --add latency latency=200 jitter=50
  $ sidecarctl faults slow --add timeout --upstream --toxicity 0.3
  $ sidecarctl faults slow --remove latency_downstream
  $ sidecarctl faults slow --disable
  $ sidecarctl faults slow --reset`;
