import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

const { version, engines } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// The figures of a patch are milliseconds of CPU with and without it: medians of 60 to 100 starts in turns, on a busy
// machine. 'help' is `node dist/cli.js --help`, 'dev' is `dev` up to the first line of its only process. A patch of
// another package that saves less than 1% goes.

const IMPORT =
  /^import\s+(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)\s*|\{([^}]*)\}\s*)?from\s*["']([^"']+)["'];?$/gm;

const importedLazily = (
  statement: string,
  whole: string,
  namespace: string,
  names: string,
  id: string,
): string => {
  if (!isBuiltin(id)) return statement;
  const bindings = [whole, namespace, names && `{${names.replaceAll(/\bas\b/g, ':')}}`].filter(Boolean);
  return bindings.map((binding) => `const ${binding} = process.getBuiltinModule('${id}');`).join(' ');
};

/**
 * Importing one of Node's modules by an `import` statement reads all its exports, and with them loads what Node keeps
 * for whoever asks (worker threads, the REPL's history, …). Asking for the module itself loads only what is used of it.
 * help: 132 and 142; dev: 135 and 148.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  // No line moves, so the source map stays right.
  renderChunk: (code) => ({ code: code.replace(IMPORT, importedLazily), map: null }),
};

/**
 * Ink loads these modules, and the dashboard must not: React's tools for developers, to which DEV=true would connect it
 * where they are installed, and the one that shows the cursor again on exit, with a write that blocks while the terminal
 * reads nothing. It saves no time: 660 and 662 for a dashboard that is shown for a second (20 starts).
 */
const WITHOUT = /\/node_modules\/(?:ink\/build\/devtools|restore-cursor\/index)\.js$/;

const lightInk: Plugin = {
  name: 'light-ink',
  load: (id) => (WITHOUT.test(id) ? 'export default () => undefined;' : null),
};

/** Commander can run subcommands that are separate programs, and sidecarctl has none. help: 90 and 92; dev: 119 and 123. */
const COMMANDER = /\/node_modules\/commander\/lib\/command\.js$/;
const CHILD_PROCESS = "import childProcess from 'node:child_process';";

const commanderAlone: Plugin = {
  name: 'commander-alone',
  transform: (code, id) => {
    if (!COMMANDER.test(id)) return null;
    if (!code.includes(CHILD_PROCESS))
      throw new Error('commander no longer imports node:child_process in this way');
    return { code: code.replace(CHILD_PROCESS, 'const childProcess = null;'), map: null };
  },
};

const YOGA_BINARY = /\/node_modules\/yoga-layout\/dist\/binaries\//;

/**
 * Ink's layout is WebAssembly in a data URL. It decodes the URL with `fetch` where there is one, and in Node that first
 * loads an HTTP client, TLS and web streams. Without `fetch` it decodes the bytes in place. No start loads it; a dashboard
 * that is shown for a second takes 660 and 724 ms (20 starts).
 */
const yogaWithoutFetch: Plugin = {
  name: 'yoga-without-fetch',
  transform: (code, id) =>
    YOGA_BINARY.test(id) ? { code: code.replaceAll('typeof fetch', '"undefined"'), map: null } : null,
};

const WIDTH = /\/src\/tui\/text\/width\.ts$/;
const STRING_WIDTH = "import stringWidth from 'string-width';";
const STRING_WIDTH_LATER = `
let loaded: ((text: string) => number) | undefined;
const stringWidth = (text: string): number => (loaded ??= require('string-width').default)(text);`;

/**
 * To be loaded, string-width prepares to segment text and to find emoji, and most screens show no text that needs it.
 * Milliseconds from the first child to the first frame: 52 and 58 (15 starts in turns).
 */
const stringWidthLater: Plugin = {
  name: 'string-width-later',
  transform: (code, id) => {
    if (!WIDTH.test(id)) return null;
    if (!code.includes(STRING_WIDTH)) throw new Error(`${id} no longer imports string-width in this way`);
    return { code: code.replace(STRING_WIDTH, STRING_WIDTH_LATER), map: null };
  },
};

const PACKAGE_OF_MODULE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/** A source map is for the stacks of bug reports, which are read beside the sources of this repository, not of packages. */
const ownMapsOnly: Plugin = {
  name: 'own-maps-only',
  transform: (code, id) => (PACKAGE_OF_MODULE.test(id) ? { code, map: { mappings: '' } } : null),
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || chunk.map === null || chunk.map.sources.length > 0) continue;
      delete bundle[`${chunk.fileName}.map`];
      chunk.code = chunk.code.replace(/\n\/\/# sourceMappingURL=.*/, '');
    }
  },
};

const bundledFolders = new Set<string>();

/** The package contains the licenses of everything that is bundled. Each build writes also what those before it wrote. */
const licenses: Plugin = {
  name: 'licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
    for (const id of modules) {
      const [, folder] = PACKAGE_OF_MODULE.exec(id) ?? [];
      if (folder !== undefined) bundledFolders.add(folder);
    }
    const source = [...bundledFolders].map(licenseOf).sort().join('\n');
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
  },
};

const licenseOf = (folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n\n${'-'.repeat(80)}\n`;
};

/** The whole text of a facade. */
const FACADE = /^export\{(\w+) as (\w+)\}from"\.\/([^"]+)";\s*$/;

/**
 * A module that is imported late gets a facade: a file that only renames an export of another file. It costs 0.4 ms to
 * find, read and compile. The other file can export the name itself.
 */
const withoutFacades: Plugin = {
  name: 'without-facades',
  generateBundle: {
    order: 'post',
    handler: (_, bundle) => {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const facade of chunks) {
        const [, inner, name, file] = FACADE.exec(facade.code) ?? [];
        const whole = chunks.find(({ fileName }) => fileName === `chunks/${file}`);
        if (inner === undefined || name === undefined || whole === undefined) continue;
        whole.code = exportedAlso(whole.code, inner, name);
        for (const each of chunks)
          each.code = each.code.replaceAll(basename(facade.fileName), basename(whole.fileName));
        delete bundle[facade.fileName];
      }
    },
  },
};

/** The exports stand at the end of a file, as `export{a as b,c};`. */
const exportedAlso = (code: string, exported: string, name: string): string => {
  const at = code.lastIndexOf('export{') + 'export{'.length;
  const local = code
    .slice(at, code.lastIndexOf('}'))
    .split(',')
    .map((each) => each.split(' as '))
    .find((names) => names.at(-1) === exported)?.[0];
  if (local === undefined) throw new Error(`${exported} is not exported`);
  return `${code.slice(0, at)}${local} as ${name},${code.slice(at)}`;
};

const BEYOND_ASCII = /[\u0080-\uffff]/g;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * One character beyond Latin-1 makes V8 store a whole file with two bytes per character, and read, hash and compile it
 * that way. The minifier never escapes, so this escapes afterwards. The meaning is the same except in tagged templates.
 * help: 132 and 133; dev: 135 and 138.
 */
const narrow: Plugin = {
  name: 'narrow',
  generateBundle: {
    order: 'post',
    handler: (_, bundle) => {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !STARTS.some(([name]) => name === chunk.name)) continue;
        const map = bundle[`${chunk.fileName}.map`];
        // A chunk of packages alone has no map.
        if (map?.type === 'asset') {
          const parsed = JSON.parse(String(map.source));
          map.source = JSON.stringify({ ...parsed, mappings: shiftMappings(parsed.mappings, chunk.code) });
        }
        chunk.code = chunk.code.replace(BEYOND_ASCII, escaped);
      }
    },
  },
};

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base 64 VLQ, as source maps have it: five bits a digit, the sign in the lowest bit of the number. */
const encode = (value: number): string => {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = '';
  for (; rest >= 32; rest >>>= 5) text += DIGITS.charAt((rest & 31) | 32);
  return text + DIGITS.charAt(rest);
};

const decode = (text: string): number => {
  const number = [...text].reduce((sum, digit, at) => sum + (DIGITS.indexOf(digit) & 31) * 32 ** at, 0);
  return number % 2 === 1 ? -(number - 1) / 2 : number / 2;
};

/** A segment begins with the distance of its column from that of the segment before it. */
const COLUMN = /^[g-z0-9+/]*[A-Za-f]/;

/** The mappings of the code once it is escaped: every escape takes five columns more than its character. */
const shiftMappings = (mappings: string, code: string): string => {
  const lines = code.split('\n');
  return mappings
    .split(';')
    .map((segments, at) => shiftLine(segments, lines[at] ?? ''))
    .join(';');
};

const shiftLine = (segments: string, line: string): string => {
  const wide = [...line.matchAll(BEYOND_ASCII)].map(({ index }) => index);
  if (wide.length === 0 || segments === '') return segments;
  let column = 0;
  let passed = 0;
  const shifted = segments.split(',').map((segment) => {
    const [distance = ''] = COLUMN.exec(segment) ?? [];
    column += decode(distance);
    const before = passed;
    while ((wide[passed] ?? column) < column) passed += 1;
    const longer = (passed - before) * (escaped(' ').length - 1);
    return encode(decode(distance) + longer) + segment.slice(distance.length);
  });
  return shifted.join(',');
};

/** A guard runs this file. A build of its own keeps the bundler from splitting the command line for shared code. */
const cleanup = defineConfig({
  input: { cleanup: 'src/runtime/guard/cleanup.ts' },
  platform: 'node',
  plugins: [lazyBuiltins],
  transform: { target: 'node22.22' },
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
  },
});

/** undici's side for HTTP/2, and its body mixins: no program uses them, and the first loads all of node:http2. */
const UNUSED_OF_UNDICI =
  /\/node_modules\/undici\/lib\/(?:dispatcher\/client-h2|web\/fetch\/body|web\/fetch\/formdata|web\/webidl\/index)\.js$/;

const lightUndici: Plugin = {
  name: 'light-undici',
  load: (id) => (UNUSED_OF_UNDICI.test(id) ? 'module.exports = {};' : null),
};

/**
 * The library for gRPC reads `.proto` files with another one, for services that describe a server itself. Nothing here serves
 * them, and its chunk has 271 kB in place of 411.
 */
const UNUSED_OF_GRPC = /\/node_modules\/@grpc\/proto-loader\//;

const lightGrpc: Plugin = {
  name: 'light-grpc',
  load: (id) => (UNUSED_OF_GRPC.test(id) ? 'module.exports = {};' : null),
};

/** The library for metrics can push them over TLS, and measures Node itself. Programs do neither with it. */
const UNUSED_OF_PROM_CLIENT = /\/node_modules\/prom-client\/lib\/(?:pushgateway|defaultMetrics|cluster)\.js$/;

/** Without them no client for TLS is loaded. After its first scrape, `faults` has 11.4 MiB of its own in place of 15.1. */
const lightPromClient: Plugin = {
  name: 'light-prom-client',
  load: (id) => (UNUSED_OF_PROM_CLIENT.test(id) ? 'module.exports = {};' : null),
};

/**
 * The programs of ready-made sidecars. Each is a build of its own, so that it starts with one file, in which there is no code
 * of another program or of the supervisor.
 */
const PROGRAMS = [
  'faults',
  'proxy',
  'engine',
  'monitor',
  'metrics-adapter',
  'prometheus',
  'config-refresh',
  'log-shipper',
  'log-sink',
  'telemetry',
];

/** Packages that are loaded together. */
const LIBRARIES: readonly (readonly [string, RegExp])[] = [
  ['certificates', /^(?:@peculiar\/|asn1js$|pv(?:ts)?utils$|reflect-metadata$|tslib$|tsyringe$)/],
  ['grpc', /^(?:@grpc\/|@js-sdsl\/)/],
  ['metrics', /^(?:prom-client|@opentelemetry\/api|bintrees|tdigest)$/],
];

/**
 * A file that has nothing but packages comes out the same from the builds of several programs, and the package then has
 * it once, for its name has a hash of what is in it.
 */
const libraryOf = (id: string): string | null => {
  const [, , name] = PACKAGE_OF_MODULE.exec(id) ?? [];
  if (name === undefined) return null;
  return LIBRARIES.find(([, packages]) => packages.test(name))?.[0] ?? name.replace(/^@.*\//, '');
};

const programs = PROGRAMS.map((name) =>
  defineConfig({
    input: { [name]: `src/programs/${name}/main.ts` },
    platform: 'node',
    plugins: [lightUndici, lightGrpc, lightPromClient, lazyBuiltins, licenses, ownMapsOnly],
    // undici's way to leave out a second parser of HTTP, which is an experiment of its own.
    transform: { target: 'node22.22', define: { esbuildDetection: '"bundled"' } },
    output: {
      dir: 'dist',
      format: 'esm',
      minify: true,
      sourcemap: true,
      sourcemapExcludeSources: true,
      entryFileNames: 'programs/[name].js',
      chunkFileNames: 'programs/chunks/[name]-[hash].js',
      codeSplitting: { groups: [{ debugName: 'libraries', name: libraryOf }] },
    },
  }),
);

/** The style sheet of the page, behind that of its plots; and the files that are as they are. */
const pageFiles: Plugin = {
  name: 'page-files',
  async generateBundle() {
    const { transform } = await import('esbuild');
    const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
    const sheets = ['node_modules/uplot/dist/uPlot.min.css', 'src/web/page/page.css'].map(read).join('\n');
    const { code } = await transform(sheets, { loader: 'css', minify: true });
    this.emitFile({ type: 'asset', fileName: 'web/page.css', source: code });
    for (const name of ['index.html', 'icon.svg'])
      this.emitFile({ type: 'asset', fileName: `web/${name}`, source: read(`src/web/page/${name}`) });
  },
};

/** The page of `sidecarctl web`: it runs in a browser, and is a file of its own there. */
const page = defineConfig({
  input: { page: 'src/web/page/main.tsx' },
  platform: 'browser',
  plugins: [licenses, pageFiles],
  transform: { target: 'es2024', define: { 'process.env.NODE_ENV': '"production"' } },
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    entryFileNames: 'web/[name].js',
  },
});

/**
 * Every start loads two files in place of forty, which would take 0.3 ms or more each: the command line itself, and the
 * code that runs a pod. Everything that neither of them imports is loaded on demand.
 */
const STARTS = [
  // A duration is also what a config has.
  ['main', 'src/cli/main.ts', 'src/config/schema/duration.ts'],
  ['command-line', 'src/cli/command-line.ts'],
  ['run-pod', 'src/cli/run-pod.ts'],
  // Apart, because requests to a pod are checked with it too.
  ['zod', 'node_modules/zod/mini/index.js'],
  ['read-here', 'src/supervisor/reading/read-here.ts'],
] as const;

type ModuleGraph = { getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null };

/** The entries with everything that they import statically. */
const closureOf = (entries: readonly string[], graph: ModuleGraph): ReadonlySet<string> => {
  const found = new Set(entries.map((entry) => join(import.meta.dirname, entry)));
  for (const id of found)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
};

const closures = new Map<string, ReadonlySet<string>>();

/** Zod exports these modules with everything else, and no start needs a JSON schema of a config. */
const NOT_AT_START = /\/node_modules\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;

/**
 * Each start's chunk, with what those before it do not have. One group for all would give the modules that two starts share
 * to either of them.
 */
const startGroups = STARTS.map(([name, ...entries], index) => ({
  name: (id: string, graph: ModuleGraph): string | null => {
    const closure = closures.get(name) ?? closureOf(entries, graph);
    closures.set(name, closure);
    return closure.has(id) && !NOT_AT_START.test(id) ? name : null;
  },
  debugName: `what ${name} loads`,
  priority: STARTS.length - index,
}));

/** Files that a start runs as scripts, with what V8 compiled of them before: see src/cli/start-code.ts. */
const SCRIPTS = ['rolldown-runtime', ...STARTS.map(([name]) => name)];
const SCRIPT_FILE = new RegExp(`^\\./((?:${SCRIPTS.join('|')})-[\\w-]{8})\\.js$`);

/**
 * In a line of its own, for no column of a map changes. The minifier's names are shorter. The script's value is a function, to
 * which Node's own loader of modules gives what it has at hand, and src/cli/start-code.ts what it makes.
 */
const SCRIPT_HEAD =
  '(f=>typeof module==="object"?f(exports,require,module,__filename,__dirname):f)' +
  '(function(exports,require,module,__filename,__dirname){"use strict";' +
  'const $req=require,$chunk=require("./import.cjs"),$start=async(file)=>require("./"+file),' +
  '$ownUrl=()=>require("node:url").pathToFileURL(__filename).href;';

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const nodesIn = (value: unknown): readonly SyntaxNode[] => {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(nodesIn);
  return 'type' in value && 'start' in value ? [value as SyntaxNode, ...within] : within;
};

const scriptNamed = (path: string): string | null => SCRIPT_FILE.exec(path)?.[1] ?? null;

/** The text that a script has in place of that of an ES module; null: the same. It must not be longer. */
const inScript = (node: SyntaxNode, text: string): string | null => {
  switch (node.type) {
    case 'ImportDeclaration': {
      const [, names = '', path = ''] = /^import\{([^}]*)\}from"(.*)";$/.exec(text) ?? [];
      const name = scriptNamed(path);
      if (name === null) throw new Error(`a script cannot have ${text}`);
      return `const{${names.replaceAll(' as ', ':')}}=$req("./${name}.cjs");`;
    }
    case 'ImportExpression': {
      const name = scriptNamed(text.slice('import(`'.length, -'`)'.length));
      return name === null ? `$chunk${text.slice('import'.length)}` : `$start("${name}.cjs")`;
    }
    case 'MemberExpression':
      if (text === 'import.meta.url') return '$ownUrl()';
      return text === 'import.meta.dirname' ? '__dirname' : null;
    default:
      return null;
  }
};

/** Nothing moves, so the source map stays right. */
const asScript = (code: string): string => {
  const nodes = nodesIn(parseAst(code));
  const replaced = nodes.reduce((before, node) => {
    const text = code.slice(node.start, node.end);
    const script = inScript(node, text);
    if (script === null) return before;
    if (script.length > text.length) throw new Error(`there is no room for ${script}`);
    return before.slice(0, node.start) + script.padEnd(text.length) + before.slice(node.end);
  }, code);
  const exports = nodes.find(({ type }) => type === 'ExportNamedDeclaration');
  if (exports === undefined || code.search(BEYOND_ASCII) !== -1)
    throw new Error('a script exports names, and is ASCII');
  const names = namesIn(code.slice(exports.start, exports.end)).map(([local, name]) => `${name}:${local}`);
  return `${SCRIPT_HEAD}\n${replaced.slice(0, exports.start)}module.exports={${names.join(',')}}});${replaced.slice(exports.end)}`;
};

/** Of `export{a as b,c};` */
const namesIn = (exports: string): ReadonlyArray<readonly [local: string, exported: string]> =>
  exports
    .slice('export{'.length, exports.lastIndexOf('}'))
    .split(',')
    .map((each) => each.split(' as '))
    .map(([local = '', exported = local]) => [local, exported]);

/** For the modules that import it. */
const moduleOfScript = (code: string, file: string): string => {
  const names = namesIn(code.slice(code.lastIndexOf('export{'))).map(([, name]) => name);
  const values = names.map((name, at) => `e${at}=m.${name}`);
  const exported = names.map((name, at) => `e${at} as ${name}`);
  const shared = `globalThis[Symbol.for("sidecarctl.scripts")]?.(import.meta.dirname,"${file}")`;
  const required = `process.getBuiltinModule("node:module").createRequire(import.meta.url)("./${file}")`;
  return `const m=${shared}??${required},${values.join(',')};export{${exported.join(',')}};\n`;
};

const MAIN_IMPORT = /\(\)=>import\(`\.\/chunks\/(main-[\w-]+)\.js`\)/;

/** Turns the chunks of a start into scripts, and leaves modules in their places that export what they do. */
const asScripts: Plugin = {
  name: 'as-scripts',
  // A script and a module have the same objects, but each its own variables.
  transform: (code, id) => {
    if (!PACKAGE_OF_MODULE.test(id) && /^export let /m.test(code))
      throw new Error(`${id} exports a variable that may change`);
  },
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle).filter((output) => output.type === 'chunk')) {
        if (chunk.name === 'cli') chunk.code = withScript(chunk.code);
        if (!SCRIPTS.includes(chunk.name)) continue;
        const fileName = chunk.fileName.replace(/js$/, 'cjs');
        const source = asScript(chunk.code).replace(/\.js\.map\s*$/, '.cjs.map\n');
        this.emitFile({ type: 'asset', fileName, source });
        const map = bundle[`${chunk.fileName}.map`];
        if (map?.type === 'asset') {
          const { mappings, ...parsed } = JSON.parse(String(map.source));
          const moved = JSON.stringify({ ...parsed, file: basename(fileName), mappings: `;${mappings}` });
          this.emitFile({ type: 'asset', fileName: `${fileName}.map`, source: moved });
          delete bundle[`${chunk.fileName}.map`];
        }
        chunk.code = moduleOfScript(chunk.code, basename(fileName));
      }
      const source = 'module.exports=(file)=>import(file);\n';
      this.emitFile({ type: 'asset', fileName: 'chunks/import.cjs', source });
    },
  },
};

const withScript = (entry: string): string => {
  const [text = '', name] = MAIN_IMPORT.exec(entry) ?? [];
  if (name === undefined) throw new Error('the entry no longer imports the main chunk in this way');
  return entry.replace(text, `"${name}.cjs"`.padEnd(text.length));
};

/** A number of what the build is made from: another one for every change. */
const digestOfSources = (): string => {
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  files.push('package-lock.json');
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
};

const command = defineConfig({
  // The entry of the command line, the library that config files import, and the reader of a config beside a pod.
  input: {
    cli: 'src/cli/entry.ts',
    index: 'src/index.ts',
    'read-config': 'src/supervisor/reading/read-config.ts',
  },
  platform: 'node',
  // Native code for each platform.
  external: ['koffi'],
  plugins: [
    lightInk,
    yogaWithoutFetch,
    stringWidthLater,
    commanderAlone,
    lazyBuiltins,
    licenses,
    ownMapsOnly,
    withoutFacades,
    narrow,
    asScripts,
  ],
  // The entry gets the values of src/build.ts without a chunk beside it, which an old Node could not load.
  optimization: { inlineConst: { mode: 'all', pass: 3 } },
  transform: {
    target: 'node22.22',
    define: {
      SIDECARCTL_VERSION: JSON.stringify(version),
      SIDECARCTL_BUILD: JSON.stringify(digestOfSources()),
      SIDECARCTL_MINIMUM_NODE: JSON.stringify(engines.node.replace('>=', '')),
      // Relative to the chunks.
      SIDECARCTL_LIBRARY: '"../index.js"',
      SIDECARCTL_CLEANUP: '"../cleanup.js"',
      SIDECARCTL_READ_CONFIG: '"../read-config.js"',
      SIDECARCTL_PROGRAMS: '"../programs/"',
      SIDECARCTL_WEB_PAGE: '"../web/"',
      'process.env.NODE_ENV': '"production"',
    },
  },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    minify: true,
    // For the stacks in bug reports. Node reads a map only with --enable-source-maps, and the sources are in the repository.
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: startGroups },
    banner: (chunk) => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
  },
});

export default [command, cleanup, page, ...programs];
