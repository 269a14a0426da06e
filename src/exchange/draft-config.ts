import { assemble, type WrittenPod } from './assemble.ts';
import { gather } from './gather.ts';
import { writeConfig } from './write-config.ts';

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
export const draftConfig = (folder: string, from: string | undefined): Draft => {
  const gathered = gather(folder, from);
  if (!gathered.ok) return gathered;
  const { pod: found, sources } = gathered;
  const pod = assemble(found, found.primary ?? found.processes[0]?.name ?? '');
  return { ok: true, text: writeConfig(pod, sources), pod, sources };
};
