import { gather } from './gather.ts';
import { type Machine, thisMachine } from './reading/machine.ts';
import { assemble, type WrittenPod } from './writing/assemble.ts';
import { writeConfig } from './writing/write-config.ts';

type Draft =
  | {
      readonly ok: true;
      readonly text: string;
      readonly pod: WrittenPod;
      /** Paths of the files that it was written from. */
      readonly sources: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/** Writes a first config from the files in a folder that say how its app is run. */
export const draftConfig = async (
  folder: string,
  from: string | undefined,
  machine: Machine = thisMachine,
): Promise<Draft> => {
  const gathered = await gather(folder, from, machine);
  if (!gathered.ok) return gathered;
  const { pod: found, sources } = gathered;
  const pod = assemble(found);
  return { ok: true, text: writeConfig(pod, sources), pod, sources };
};
