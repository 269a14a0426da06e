import { addressOf } from '../../../src/config/resolve/address-of.ts';
import type { LoadedConfig } from '../../../src/config/resolve/loaded-config.ts';
import type { ResolveInputs } from '../../../src/config/resolve/resolve-inputs.ts';
import { resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { fillSymbols } from '../../../src/config/resolve/symbolic/fill-symbols.ts';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import type { ConfigSymbol } from '../../../src/config/resolve/symbolic/symbols.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';

export interface Both {
  /** The pod that the config is resolved to for real, but for the environment that processes inherit. */
  readonly real: PodSpec;
  /** The symbolic pod, filled with the values of the real one. */
  readonly filled: PodSpec;
  readonly symbolic: ReturnType<typeof resolveSymbolically>;
}

export const resolveBoth = (loaded: LoadedConfig, inputs: ResolveInputs): Both => {
  const resolved = resolvePod(loaded, inputs);
  if (!resolved.ok) throw new Error(formatConfigProblems(resolved, { color: false }));
  const symbolic = resolveSymbolically(loaded, inputs);
  const filled = fillSymbols(symbolic.pod, realValues(loaded, inputs, resolved.value)) as PodSpec;
  return { real: withoutInherited(resolved.value), filled, symbolic };
};

const realValues =
  (loaded: LoadedConfig, inputs: ResolveInputs, pod: PodSpec) =>
  (symbol: ConfigSymbol): string => {
    const value = realValue(symbol, loaded, inputs, pod);
    if (value === undefined || value === null) throw new Error(`no value for ${JSON.stringify(symbol)}`);
    return value;
  };

const realValue = (
  symbol: ConfigSymbol,
  { folder, fileEnv, appFileEnv }: LoadedConfig,
  { env, volumes, filesFolder }: ResolveInputs,
  pod: PodSpec,
): string | null | undefined => {
  const portOf = (process: string, name: string) =>
    pod.processes.get(process)?.ports.find((port) => port.name === name);
  switch (symbol.is) {
    case 'port':
      return portOf(symbol.process, symbol.port)?.port.toString();
    case 'host': {
      const port = portOf(symbol.process, symbol.port);
      return port === undefined ? undefined : addressOf(port, 'this-machine').host;
    }
    case 'volume':
      return volumes.get(symbol.volume);
    case 'variable': {
      const files = symbol.app === null ? fileEnv : appFileEnv[symbol.app];
      return files?.[symbol.name] ?? env[symbol.name] ?? symbol.fallback;
    }
    case 'files':
      return filesFolder;
    case 'folder':
      return folder;
    default:
      return symbol satisfies never;
  }
};

const withoutInherited = (pod: PodSpec): PodSpec => ({
  ...pod,
  processes: new Map(
    [...pod.processes].map(([name, process]) => {
      const env = { ...process.launch.env, inherited: {} };
      return [name, { ...process, launch: { ...process.launch, env } }];
    }),
  ),
});
