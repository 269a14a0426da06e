// Loads a config as the tool does, in a Node without a test runner's module loader, and remembers it.
import { writeFileSync } from 'node:fs';
import { ConfigReads } from '../../../src/config/known/config-reads.ts';
import { knownTextOf, writeKnown } from '../../../src/config/known/remember-config.ts';
import { ConfigModules } from '../../../src/config/load/config-modules.ts';
import { type LoadOptions, loadConfig } from '../../../src/config/load/load-config.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { loadPresets } from '../../../src/sidecars/load-presets.ts';

export interface KnowRequest extends Pick<LoadOptions, 'cwd' | 'env' | 'file'> {
  readonly cache: string;
  readonly reader: string;
  /** Files that change after the config was read, and before it is remembered. */
  readonly meanwhile: Readonly<Record<string, string>>;
}

const selfUrl = new URL('../../../src/config/types.ts', import.meta.url).href;

process.on('message', async ({ cache, reader, meanwhile, ...options }: KnowRequest) => {
  const modules = new ConfigModules();
  const reads = new ConfigReads();
  const presets = loadPresets;
  const loaded = await loadConfig({ ...options, mode: 'dev', args: [], selfUrl, modules, presets, reads });
  for (const [path, text] of Object.entries(meanwhile)) writeFileSync(path, text);
  const known = loaded.ok ? knownTextOf(loaded.value, { reads, files: modules.files }, reader) : null;
  try {
    if (known !== null && loaded.ok) writeKnown(cache, loaded.value.file, [known]);
  } catch {
    // A test looks at what is there then.
  }
  process.send?.({
    loaded: loaded.ok ? loaded.value : null,
    files: modules.files,
    messages: loaded.ok ? '' : formatConfigProblems(loaded, { color: false }),
  });
});
