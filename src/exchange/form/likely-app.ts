import type { FoundProcess, Value } from './found-pod.ts';
import { looksLikeApp, looksLikeHelper, looksLikeServer, looksLikeWorker } from './roles.ts';
import { Template } from './template.ts';

/**
 * Chooses the process that is most likely the app, and null if there is none to choose from. What it is and whether
 * it starts by itself counts first; then whether an equal one waits for it; then its name, and what it depends on.
 */
export const likelyApp = (processes: readonly FoundProcess[]): string | null => {
  const candidates = processes.filter(({ runsOnce }) => !runsOnce);
  const best = Math.max(...candidates.map(rank));
  const ranked = candidates.filter((process) => rank(process) === best);
  const awaited = new Set(ranked.flatMap(({ dependsOn }) => dependsOn.map(({ process }) => process)));
  const likeliness = (process: FoundProcess): number =>
    (awaited.has(process.name) ? 0 : 8) +
    (looksLikeApp(looksOf(process)) ? 4 : 0) +
    (process.dependsOn.length > 0 ? 2 : 0) +
    (process.fields['ports'] === undefined ? 0 : 1);
  return ranked.toSorted((a, b) => likeliness(b) - likeliness(a))[0]?.name ?? null;
};

/** True for a server that apps use, set-up, or a process that only helps: no app by itself. */
export const isSecondary = (process: FoundProcess): boolean => kindOf(process) < 2;

const rank = (process: FoundProcess): number =>
  (process.fields['autostart'] === false ? 0 : 4) +
  kindOf(process) * 8 +
  (process.code === undefined ? 0 : 2) +
  (looksLikeWorker(looksOf(process)) ? 0 : 1);

/** 0 for what only helps, 1 for a server that apps use, 2 for everything else. */
const kindOf = (process: FoundProcess): number => {
  const isHelper =
    process.helps === true ||
    looksLikeHelper(looksOf(process)) ||
    process.comments.includes('namespace debug');
  if (isHelper) return 0;
  return looksLikeServer(looksOf(process)) ? 1 : 2;
};

const looksOf = ({ name, fields }: FoundProcess) => ({ name, line: lineOf(fields['command']) });

/** A command as one line, without its references. */
export const lineOf = (command: Value | undefined): string => {
  if (command instanceof Template) return command.parts.map((part) => textOf(part)).join('');
  if (Array.isArray(command)) return command.map((word) => lineOf(word)).join(' ');
  return typeof command === 'string' ? command : '';
};

const textOf = (part: Template['parts'][number]): string => (typeof part === 'string' ? part : '');
