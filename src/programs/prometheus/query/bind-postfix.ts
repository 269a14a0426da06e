import type { SyntaxNode, Tree } from '@lezer/common';
import { badData } from './query-error.ts';

/** A query with more of them is no question of a person. */
const MOST_PLACES = 200;

const POSTFIX: ReadonlySet<string> = new Set(['OffsetExpr', 'MatrixSelector']);
const PREFIX: ReadonlySet<string> = new Set(['BinaryExpr', 'UnaryExpr']);

/**
 * The query with parentheses where the grammar reads another one than Prometheus: to lezer-promql 0.315, the offset of
 * `2 * x offset 1m` is of the product, and `a + b offset 1m * c` multiplies the sum. An offset and a range belong to the
 * selector before them.
 */
export const bindPostfix = (query: string, parse: (text: string) => Tree): string => {
  let text = query;
  for (let place = 0; place < MOST_PLACES; place += 1) {
    const found = misread(parse(text));
    if (found === null) return text;
    const { from, to } = found;
    text = `${text.slice(0, from)}(${text.slice(from, to)})${text.slice(to)}`;
  }
  throw badData(`the query has more than ${MOST_PLACES} offsets`);
};

/** What belongs together and does not stand so. */
const misread = (tree: Tree): { readonly from: number; readonly to: number } | null => {
  let found: { readonly from: number; readonly to: number } | null = null;
  tree.iterate({
    enter: ({ name, node, to }) => {
      if (found !== null || !POSTFIX.has(name)) return;
      const inner = node.firstChild;
      if (inner !== null && PREFIX.has(inner.name)) found = { from: lastOperand(inner).from, to };
    },
  });
  return found;
};

const lastOperand = (node: SyntaxNode): SyntaxNode => {
  const last = node.lastChild;
  return last === null || !PREFIX.has(node.name) ? node : lastOperand(last);
};
