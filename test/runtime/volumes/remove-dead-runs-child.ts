/** Clears up in the folder it is given, and prints the outcome as JSON. */
import { openStateFolder, removeDeadRuns } from '../../../src/runtime/state/state-folder.ts';

const opened = await openStateFolder(process.argv[2] ?? '');
const outcome = opened.ok ? await removeDeadRuns(opened.folder) : opened;
process.stdout.write(JSON.stringify(outcome));
