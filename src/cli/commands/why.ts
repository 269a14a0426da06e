import type { Command } from 'commander';
import { type Act, refusingRest } from '../act.ts';
import { withPod } from '../locate-pod.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { print, printJson } from '../print.ts';
import { detailsOf } from '../process-details.ts';

interface WhyOptions extends PodOptions {
  readonly json?: boolean;
}

export const addWhy = (program: Command, act: Act): void => {
  const command = addPodOptions(program.command('why'))
    .description('tell why a process is not running or not ready, and who waits for it')
    .argument('<name>', 'process')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES);
  command.action((name: string, options: WhyOptions) => act(refusingRest(command, () => why(name, options))));
};

const why = (name: string, options: WhyOptions): Promise<number> =>
  withPod(options, async (pod) => {
    const details = await detailsOf(pod, name);
    if (!details.ok) return details.exitCode;
    const { explanation, exits, probes } = details.value;
    const process = pod.snapshot.processes.find((one) => one.name === name);
    if (options.json === true) {
      const { state = null, why: because = null, waitsFor = [] } = process ?? {};
      printJson({ process: name, state, why: because, waitsFor, explanation, exits, probes });
      return 0;
    }
    for (const sentence of explanation) print(sentence);
    for (const { probe, target, history } of probes) {
      const [last] = history;
      if (last !== undefined && !last.ok) print(`Its ${probe} probe (${target}) fails: ${last.message}.`);
    }
    if (process !== undefined && process.logFile !== null) print(`Its output is in ${process.logFile}.`);
    return 0;
  });

const EXAMPLES = `
Examples:
  $ sidecarctl why web
  $ sidecarctl why web --json | jq .waitsFor`;
