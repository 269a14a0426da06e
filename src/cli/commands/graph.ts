import { type Command, Option } from 'commander';
import { drawGraph, GRAPH_FORMATS, type GraphFormat } from '../../report/graph.ts';
import { printable } from '../../report/printable.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { cut } from '../fit-text.ts';
import { addConfigOptions, addLocalOption, type ConfigOptions } from '../options.ts';
import { answerWidth, type Paint, painter } from '../paint.ts';
import { preparationFrom } from '../preparation.ts';
import { print, printRaw } from '../print.ts';
import { reportPreparationFailure, reportStorageFailures } from '../report-failures.ts';

interface GraphOptions extends ConfigOptions {
  readonly format: GraphFormat;
  readonly json?: boolean;
}

export const addGraph = (program: Command, run: CommandRunner): void => {
  addLocalOption(addConfigOptions(program.command('graph')))
    .description('print the start order')
    .addOption(new Option('--format <format>', 'output format').choices(GRAPH_FORMATS).default('tree'))
    .option('--json', 'same as --format json')
    .addHelpText('after', EXAMPLES)
    .action((options: GraphOptions, command: Command) => run(refusingRest(command, () => graph(options))));
};

const graph = async (options: GraphOptions): Promise<number> => {
  const { preparePod } = await import('../../supervisor/prepare-pod.ts');
  const prepared = await preparePod({
    ...preparationFrom(options),
    mode: 'graph',
    purpose: 'look',
  });
  if (!prepared.ok) return reportPreparationFailure(prepared.failure, options);
  reportStorageFailures(prepared.pod.notCleared);
  const format = options.json === true ? 'json' : options.format;
  const text = drawGraph(prepared.pod.spec, format);
  if (format !== 'tree') print(text);
  else for (const line of text.split('\n')) printRaw(treeLine(line, answerWidth(), painter(options)));
  return 0;
};

/** Names stand out from the branches and the conditions. */
const treeLine = (line: string, width: number, paint: Paint): string => {
  const [whole, branch = '', name = '', rest = ''] =
    /^([│├└─ ]*)([^ ]*)(.*)$/.exec(cut(printable(line), width)) ?? [];
  const dim = (text: string): string => (text === '' ? '' : paint(text, 'dim'));
  return whole === undefined ? line : `${dim(branch)}${name}${dim(rest)}`;
};

const EXAMPLES = `
Examples:
  $ sidecarctl graph
  $ sidecarctl graph -c k8s/pod.yaml
  $ sidecarctl graph --format mermaid > order.mmd
  $ sidecarctl graph --format dot | dot -Tsvg > order.svg
  $ sidecarctl graph --format json | jq '.processes[].name'`;
