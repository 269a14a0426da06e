import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { RemotePod } from '../../control/client/remote-pod.ts';
import type { ProbeDetails } from '../../control/pod-client.ts';
import { printable } from '../../report/printable.ts';
import type { PodKey } from '../../runtime/state/pod-record.ts';
import { keptFolderPath, stateFolderPath } from '../../runtime/state/state-folder.ts';
import {
  type KeptCrashReport,
  readNewestCrashReport,
} from '../../supervisor/crash-report/crash-report-files.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { wrapWords } from '../fit-text.ts';
import { seekPod, withPod } from '../locate-pod.ts';
import { nameCommand, namedHere } from '../name-command.ts';
import { addPodOptions, type PodOptions } from '../options.ts';
import { answerWidth, painter, STATE_COLORS } from '../paint.ts';
import { print, printJson, printRaw } from '../print.ts';
import { detailsOf } from '../process-details.ts';

interface WhyOptions extends PodOptions {
  readonly json?: boolean;
}

export const addWhy = (program: Command, run: CommandRunner): void => {
  const command = addPodOptions(program.command('why'))
    .description('explain why a process is not running or not ready, and what waits for it')
    .argument('<name>', 'process')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES);
  command.action((name: string, options: WhyOptions) => run(refusingRest(command, () => why(name, options))));
};

const why = async (name: string, options: WhyOptions): Promise<number> => {
  const sought = seekPod(options);
  if (sought.kind === 'unknown') return sought.exitCode;
  const { configFile, label } = sought.key;
  const folder = keptFolderPath(stateFolderPath(dirname(configFile)), 'dossiers', label);
  const crashReport = await readNewestCrashReport(folder, name);
  if (crashReport !== null && sought.kind === 'none') return printEarlierFailure(name, crashReport, options);
  return withPod(options, (pod, record) => printExplanation(pod, name, { crashReport, record }, options));
};

/** No pod is running: prints what is kept of the last failure. */
const printEarlierFailure = (name: string, { path, text }: KeptCrashReport, { json }: WhyOptions): number => {
  const nothing = {
    state: null,
    why: null,
    waitsFor: [],
    explanation: [],
    cause: null,
    exits: [],
    probes: [],
  };
  if (json === true) printJson({ process: name, ...nothing, dossier: path });
  else print(`No pod is running. The last failure of ${name} (${path}):\n\n${text.trimEnd()}`);
  return 0;
};

const printExplanation = async (
  pod: RemotePod,
  name: string,
  {
    crashReport: kept,
    record: key,
  }: { readonly crashReport: KeptCrashReport | null; readonly record: PodKey },
  options: WhyOptions,
): Promise<number> => {
  const details = await detailsOf(pod, name);
  if (!details.ok) return details.exitCode;
  const { explanation, cause, exits, probes } = details.value;
  const process = pod.snapshot.processes.find((one) => one.name === name);
  // A crash report of an earlier run, or of a failure that has been overcome, does not explain the present state.
  const isOfNow = process?.state === 'failed' && kept !== null && kept.at >= pod.snapshot.startedAt;
  const crashReport = isOfNow ? kept : null;
  if (options.json === true) {
    const { state = null, why: because = null, waitsFor = [] } = process ?? {};
    const path = crashReport?.path ?? null;
    const found = { state, why: because, waitsFor, explanation, cause, exits, probes };
    printJson({ process: name, ...found, dossier: path });
    return 0;
  }
  const sentences = [
    ...explanation.map((sentence) => namedHere(sentence, key)),
    ...(process?.statusText == null ? [] : [statusSentence(process.statusText)]),
    ...(process?.waitsForInput === true ? [inputSentence(name, key)] : []),
    ...probes.flatMap(failureText),
    ...(process == null || process.logFile === null ? [] : [`Its output is in ${process.logFile}.`]),
  ];
  const paint = painter(options);
  for (const [at, sentence] of sentences.entries())
    for (const row of wrapWords(printable(sentence), answerWidth()))
      printRaw(at === 0 && process !== undefined ? paint(row, STATE_COLORS[process.state]) : row);
  if (crashReport !== null) print(`\n${crashReport.text.trimEnd()}`);
  return 0;
};

const statusSentence = (text: string): string => `It says: ${text}`;

const inputSentence = (name: string, key: PodKey): string =>
  `It waits for input: answer with ${nameCommand(`attach ${name}`, key)} or ${nameCommand(`send ${name} …`, key)}.`;

/** A null result means that it is not up; the result of its last run no longer counts. */
const failureText = ({ probe, target, ok, history: [last] }: ProbeDetails): readonly string[] =>
  ok === false && last !== undefined ? [`Its ${probe} probe (${target}) failed: ${last.message}.`] : [];

const EXAMPLES = `
If a process has failed for good, its crash report is printed; if no pod is running, that of its last failure.

Examples:
  $ sidecarctl why web
  $ sidecarctl why web --json | jq .waitsFor`;
