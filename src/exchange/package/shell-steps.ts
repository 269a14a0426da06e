/** A command of a shell line, and what joins it to the next one. */
export interface Step {
  readonly line: string;
  readonly joint: '&&' | '&' | ';' | '';
}

/**
 * Splits a line at its `&&`, `&` and `;`. Null for a line with more of the shell in it: pipes, alternatives, groups.
 *
 * @example stepsOf('npm run clean && vite') // [{ line: 'npm run clean', joint: '&&' }, { line: 'vite', joint: '' }]
 */
export const stepsOf = (line: string): readonly Step[] | null => {
  const steps: Step[] = [];
  let step = '';
  for (const [token] of line.matchAll(TOKENS)) {
    if (/^[|(){}`]/.test(token)) return null;
    if (token !== '&&' && token !== '&' && token !== ';') {
      step += token;
      continue;
    }
    steps.push({ line: step.trim(), joint: token });
    step = '';
  }
  const all: readonly Step[] = [...steps, { line: step.trim(), joint: '' }];
  return all.filter((each) => each.line !== '' && each.line !== 'wait');
};

const TOKENS =
  /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\d?>&\d|&>\S*|\$\{[^}]*\}|\$\([^)]*\)|&&|\|\||[|&;(){}`]|[^'"\\|&;(){}`$\d>]+|[\s\S]/g;
