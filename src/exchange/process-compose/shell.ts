import type { Value } from '../form/found-pod.ts';

interface Shell {
  /** Shell that the project names, or undefined for process-compose's own, which is bash. */
  readonly program: string | undefined;
  readonly flag: string;
}

/**
 * A command as it runs in sh: as it is if sh reads it as bash would without a doubt, else with bash named. A project's
 * own shell is always named, unless it is sh.
 */
export const shellCommand = (line: string, { program, flag }: Shell): Value => {
  if (program === undefined) return isDoubtful(line) ? ['bash', '-c', line] : line;
  return /(^|\/)(sh|dash)$/.test(program) && flag === '-c' ? line : [program, flag, line];
};

/** Several lines are a script, and a script is easily bash's; so are these on one line. */
const isDoubtful = (line: string): boolean => line.includes('\n') || BASHISM.test(line);

const BASHISM = new RegExp(
  [
    String.raw`\[\[`,
    String.raw`<\(|>\(|<<<|&>|\|&`,
    String.raw`\(\(`,
    String.raw`\$'|\$"`,
    String.raw`=\(|\+=`,
    String.raw`\$\{!?\w+(\[|\^|,|:\d|:\s*-\d|\/|@)`,
    String.raw`\$\{!`,
    String.raw`\$(RANDOM|SECONDS|BASH\w*|EPOCH\w+|PIPESTATUS|UID|EUID|HOSTNAME|LINENO|FUNCNAME|OSTYPE)\b|\$\{(RANDOM|SECONDS|BASH\w*|PIPESTATUS|UID|EUID|HOSTNAME|OSTYPE)`,
    String.raw`\{[\w-]*\.\.[\w-]*\}|\{[^{}\s'"]+,[^{}\s'"]*\}`,
    String.raw`\[ [^\]]*==`,
    String.raw`(^|[;&|(]\s*|\b(then|do|else)\s+|^\s*)(source|declare|typeset|local|function|shopt|mapfile|readarray|let|select|pushd|popd|disown|coproc|time|enable|caller|complete|echo\s+-[enE]+)\s`,
    String.raw`\bpipefail\b|\bset\s+-[a-zA-Z]*[EHBT]`,
    String.raw`\bread\s+-[a-zA-Z]*[tnNuapds]`,
    String.raw`\bwait\s+-n|\bexec\s+-a|\bprintf\s+-v|\btest\s+-v|\btrap\s+[^;]*\b(ERR|DEBUG|RETURN)\b|\bkill\s+%|\bulimit\s+-[^nstfvcd\s]|\btype\s+-|\bexport\s+-f`,
    String.raw`\bfor\s*\(\(`,
  ].join('|'),
);
