// Loads configs as the tool does, in a Node without a test runner's module loader: one for each message, and says what
// came of it.
import { createRequire } from 'node:module';
import { ConfigModules } from '../../../src/config/load/config-modules.ts';
import { type LoadOptions, loadConfig } from '../../../src/config/load/load-config.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { loadPresets } from '../../../src/sidecars/load-presets.ts';

const selfUrl = new URL('../../../src/config/types.ts', import.meta.url).href;

const usesCosmiconfig = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('cosmiconfig'));

process.on('message', async (options: LoadOptions) => {
  const modules = new ConfigModules();
  const loaded = await loadConfig({
    ...options,
    selfUrl,
    modules,
    presets: loadPresets,
  });
  process.send?.({
    file: loaded.ok ? loaded.value.file : loaded.file,
    config: loaded.ok ? loaded.value.config : null,
    messages: loaded.ok ? '' : formatConfigProblems(loaded, { color: false }),
    files: modules.files,
    usesCosmiconfig: usesCosmiconfig(),
  });
});
