import { relative } from 'node:path';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { SymbolicPod } from '../../config/resolve/symbolic/resolve-symbolically.ts';
import type { Loss } from '../../exchange/form/losses.ts';
import { KINDS, type Kind } from '../../exchange/kubernetes/export-options.ts';
import { errorMessage } from '../../model/error-message.ts';
import { type CommandRunner, refusingRest } from '../command-runner.ts';
import { POD_FAILED, USAGE_ERROR } from '../exit-codes.ts';
import { addConfigOptions, type ConfigOptions } from '../options.ts';
import { preparationFrom } from '../preparation.ts';
import { folderOf, type NamedText, putTexts } from '../put-texts.ts';
import { reportPreparationFailure } from '../report-failures.ts';
import { warn } from '../warn.ts';

const FORMATS = ['kubernetes', 'compose'] as const;

type FormatName = (typeof FORMATS)[number];

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
    .addArgument(new Argument('<format>', 'format').choices(FORMATS))
    .addOption(
      new Option('--kind <kind>', 'what runs the pod in Kubernetes').choices(KINDS).default('deployment'),
    )
    .option('--image <name=ref>', 'image of a process; can be given for several', imageOption)
    .option('--sidecar-image <ref>', 'image of ready-made sidecars')
    .option('--build-context <folder>', 'write what an image of ready-made sidecars is built of, and no more')
    .option('-o, --output <path>', 'file, or a folder for files with names of their own (default: stdout)')
    .option('--strict', 'exit with 1 if something cannot be carried over')
    .addHelpText('after', EXAMPLES);
  command.action((format: FormatName, options: ExportOptions) => {
    if (format !== 'kubernetes' && command.getOptionValueSource('kind') === 'cli')
      command.error("error: option '--kind' is only for kubernetes");
    return run(refusingRest(command, () => exportPod(format, options)));
  });
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

const exportPod = async (format: FormatName, options: ExportOptions): Promise<number> => {
  if (options.buildContext !== undefined) return putBuildContext(options.buildContext);
  const { load, resolveToSymbols } = await import('../../supervisor/load-pod-config.ts');
  const { ConfigModules } = await import('../../config/load/config-modules.ts');
  const watching = format === 'compose';
  const preparation = { ...preparationFrom(options), watching, mode: 'check', purpose: 'look' } as const;
  const loaded = await load(preparation, new ConfigModules());
  if (!loaded.ok) return reportPreparationFailure({ kind: 'config', failure: loaded }, options);
  const symbolic = await resolveToSymbols(preparation, loaded.value);
  if (!symbolic.ok) return reportPreparationFailure({ kind: 'config', failure: symbolic }, options);
  const exported = await EXPORTS[format](loaded.value, symbolic.value, options);
  if (!exported.ok) {
    for (const problem of exported.problems) warn(problem);
    return USAGE_ERROR;
  }
  const { wordLosses } = await import('../../exchange/form/losses.ts');
  const losses = wordLosses(exported.losses);
  for (const loss of losses) warn(`not carried over: ${loss}`);
  for (const assumption of wordLosses(exported.assumptions)) warn(`taken for granted: ${assumption}`);
  if (!putTexts(exported.texts, options.output ?? null)) return POD_FAILED;
  return options.strict === true && losses.length > 0 ? POD_FAILED : 0;
};

type Exported =
  | {
      readonly ok: true;
      readonly texts: readonly NamedText[];
      readonly losses: readonly Loss[];
      readonly assumptions: readonly Loss[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

type Export = (loaded: LoadedConfig, symbolic: SymbolicPod, options: ExportOptions) => Promise<Exported>;

const toKubernetes: Export = async (loaded, symbolic, { kind, image, sidecarImage }) => {
  const { exportKubernetes } = await import('../../exchange/kubernetes/export-kubernetes.ts');
  const { writeManifest, fileNameOf } = await import('../../exchange/kubernetes/write-manifests.ts');
  const images = { images: image ?? new Map(), sidecarImage: sidecarImage ?? null };
  const exported = exportKubernetes(loaded, symbolic, { kind, ...images });
  if (!exported.ok) return exported;
  const texts = exported.manifests.map((manifest) => ({
    name: fileNameOf(manifest),
    text: writeManifest(manifest),
  }));
  return { ...exported, texts, assumptions: [] };
};

const toCompose: Export = async (loaded, symbolic, options) => {
  const { exportCompose } = await import('../../exchange/compose/export/export-compose.ts');
  const { writeCompose } = await import('../../exchange/compose/export/write-compose.ts');
  const { image, sidecarImage, only, without, output = null } = options;
  const exported = exportCompose(loaded, symbolic, {
    ...{ images: image ?? new Map(), sidecarImage: sidecarImage ?? null },
    folder: output === null ? '.' : relative(folderOf(output), loaded.folder) || '.',
    leftOut: new Set(only === undefined ? without : symbolic.pod.processes.keys()),
  });
  if (!exported.ok) return exported;
  return { ...exported, texts: [{ name: 'compose.yaml', text: writeCompose(exported.file) }] };
};

const EXPORTS: Readonly<Record<FormatName, Export>> = { kubernetes: toKubernetes, compose: toCompose };

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

const EXAMPLES = `
In Kubernetes, init tasks become init containers, sidecars native sidecars in the order of their start, and the primary
the container. In a Compose file each process is a service. What cannot be carried over is on stderr, one line each.

Examples:
  $ sidecarctl export kubernetes --image web=registry.example/web:1 > pod.yaml
  $ sidecarctl export kubernetes --build-context image/ && docker build -t sidecars:1 image/
  $ sidecarctl export kubernetes --kind job --strict -o manifests/
  $ sidecarctl export kubernetes | kubectl apply --dry-run=server -f -
  $ sidecarctl export compose --image web=registry.example/web:1 -o compose.yaml
  $ sidecarctl export compose | docker compose -f - config`;
