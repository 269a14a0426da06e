/** Allocates as it is told by its argument, prints the outcome as JSON, and holds it until its input ends. */
import { allocatePorts } from '../../../src/runtime/ports/allocate-ports.ts';

const { declared, options } = JSON.parse(process.argv[2] ?? '');
const outcome = await allocatePorts(declared, options);
if (outcome.ok) outcome.remember();
const netLoaded = (process as unknown as { moduleLoadList: string[] }).moduleLoadList.includes(
  'NativeModule net',
);
const facts = outcome.ok
  ? { ports: [...outcome.ports.values()].flatMap((ports) => [...ports.values()]) }
  : { failures: outcome.failures };
process.stdout.write(`${JSON.stringify({ ...facts, netLoaded })}\n`);
if (declared.length > 0) for await (const _ of process.stdin);
