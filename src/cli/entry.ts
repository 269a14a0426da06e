// Written so that every Node from 14 on can parse and run it, without a module of Node's: it has to say that Node is
// too old.
import { MINIMUM_NODE, VERSION } from '../build.ts';
import { enableOwnCompileCache } from './compile-cache.ts';
import { keepDebuggerClosed } from './no-debugger.ts';
import { startCode } from './start-code.ts';

const isTooOld = (): boolean => {
  const running = process.versions.node.split('.').map(Number);
  const minimum = MINIMUM_NODE.split('.').map(Number);
  const [major = 0, minor = 0] = running;
  const [minimumMajor = 0, minimumMinor = 0] = minimum;
  return major < minimumMajor || (major === minimumMajor && minor < minimumMinor);
};

/** The cause is a bug, or a package with a missing part. */
const fail = (error: unknown): void => {
  const report = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`sidecarctl: internal error; please report it with these lines:\n${report}\n`);
  process.exitCode = 1;
};

const [first] = process.argv.slice(2);
if (isTooOld()) {
  process.stderr.write(
    `sidecarctl needs Node.js ${MINIMUM_NODE} or newer; this is Node.js ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && (first === '--version' || first === '-V')) {
  process.stdout.on('error', ({ message }) => {
    process.stderr.write(`sidecarctl: ${message}\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`${VERSION}\n`);
} else {
  keepDebuggerClosed();
  const cache = enableOwnCompileCache();
  const code = startCode(cache);
  code
    .load(() => import('./main.ts'))
    .then(({ main }) => main(process.argv.slice(2), cache, code))
    .catch(fail);
}
