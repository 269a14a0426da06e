import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { KINDS, type Kind, type Manifest } from '../../exchange/kubernetes/export-options.ts';
import { errorMessage } from '../../model/error-message.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { addConfigOptions, type ConfigOptions } from '../options.ts';
import { preparationFrom } from '../preparation.ts';
import { write } from '../print.ts';
import { reportPreparationFailure } from '../report-failures.ts';
import { warn } from '../warn.ts';

interface ExportOptions extends ConfigOptions {
  readonly kind: Kind;
  readonly output?: string;
  readonly image?: ReadonlyMap<string, string>;
  readonly sidecarImage?: string;
  readonly buildContext?: string;
  readonly strict?: boolean;
}

export const addExport = (program: Command, run: CommandRunner): void => {
  const command = addConfigOptions(program.command('export'))
    .description('write the pod in the format of another tool')
    .addArgument(new Argument('<format>', 'format').choices(['kubernetes']))
    .addOption(new Option('--kind <kind>', 'what runs the pod').choices(KINDS).default('deployment'))
    .option('--image <name=ref>', 'image of a process; can be given for several', imageOption)
    .option('--sidecar-image <ref>', 'image of ready-made sidecars')
    .option('--build-context <folder>', 'write what an image of ready-made sidecars is built of, and no more')
    .option('-o, --output <path>', 'file, or a folder for one file per manifest (default: stdout)')
    .option('--strict', 'exit with 1 if something cannot be carried over')
    .addHelpText('after', EXAMPLES);
  command.action((_: string, options: ExportOptions) => run(refusingRest(command, () => exportPod(options))));
};

const imageOption = (
  value: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> => {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1)
    throw new InvalidArgumentError("It has the form NAME=REF: 'web=registry.example/web:1'.");
  return new Map([...before, [value.slice(0, at), value.slice(at + 1)]]);
};

const exportPod = async (options: ExportOptions): Promise<number> => {
  if (options.buildContext !== undefined) return putBuildContext(options.buildContext);
  const { load, resolveToSymbols } = await import('../../supervisor/load-pod-config.ts');
  const { ConfigModules } = await import('../../config/load/config-modules.ts');
  const preparation = { ...preparationFrom(options), mode: 'check', purpose: 'look' } as const;
  const loaded = await load(preparation, new ConfigModules());
  if (!loaded.ok) return reportPreparationFailure({ kind: 'config', failure: loaded }, options);
  const symbolic = await resolveToSymbols(preparation, loaded.value);
  if (!symbolic.ok) return reportPreparationFailure({ kind: 'config', failure: symbolic }, options);
  const { exportKubernetes } = await import('../../exchange/kubernetes/export-kubernetes.ts');
  const { wordLosses } = await import('../../exchange/form/losses.ts');
  const { kind, image: images = new Map(), sidecarImage = null } = options;
  const exported = exportKubernetes(loaded.value, symbolic.value, { kind, images, sidecarImage });
  if (!exported.ok) {
    for (const problem of exported.problems) warn(problem);
    return USAGE_ERROR;
  }
  const losses = wordLosses(exported.losses);
  for (const loss of losses) warn(`not carried over: ${loss}`);
  if (!(await put(exported.manifests, options.output ?? null))) return POD_FAILED;
  return options.strict === true && losses.length > 0 ? POD_FAILED : 0;
};

const putBuildContext = async (folder: string): Promise<number> => {
  const { writeBuildContext } = await import('../build-context.ts');
  try {
    writeBuildContext(folder);
    return 0;
  } catch (error) {
    warn(`${folder} could not be written: ${errorMessage(error)}`);
    return POD_FAILED;
  }
};

/** Returns false, and says why, if it cannot be written. */
const put = async (manifests: readonly Manifest[], output: string | null): Promise<boolean> => {
  const { writeManifests, fileNameOf } = await import('../../exchange/kubernetes/write-manifests.ts');
  if (output === null) {
    write(writeManifests(manifests));
    return true;
  }
  try {
    if (!isFolder(output)) writeFileSync(output, writeManifests(manifests));
    else {
      mkdirSync(output, { recursive: true });
      for (const manifest of manifests)
        writeFileSync(join(output, fileNameOf(manifest)), writeManifests([manifest]));
    }
    return true;
  } catch (error) {
    warn(`${output} could not be written: ${errorMessage(error)}`);
    return false;
  }
};

const isFolder = (path: string): boolean =>
  path.endsWith('/') || (existsSync(path) && statSync(path).isDirectory());

const EXAMPLES = `
Init tasks become init containers, sidecars native sidecars in the order of their start, and the primary the container.
What cannot be carried over is on stderr, one line each.

Examples:
  $ sidecarctl export kubernetes --image web=registry.example/web:1 > pod.yaml
  $ sidecarctl export kubernetes --build-context image/ && docker build -t sidecars:1 image/
  $ sidecarctl export kubernetes --kind job --strict -o manifests/
  $ sidecarctl export kubernetes | kubectl apply --dry-run=server -f -`;
