import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { NAME } from '../store/labels.ts';
import type { Matcher, MatchOperator } from '../store/matcher.ts';
import { bindPostfix } from './bind-postfix.ts';
import {
  AGGREGATIONS,
  ARITHMETIC,
  type Binary,
  type BinaryOperator,
  COMPARISONS,
  type Expression,
  type Matching,
  RANGE_FUNCTIONS,
  SET_OPERATORS,
  type Selector,
  type SetOperation,
  typeOf,
  type ValueType,
} from './expression.ts';
import { matcherOf } from './matcher-of.ts';
import { durationIn } from './parse-duration.ts';
import { parseText } from './parse-text.ts';
import { badData } from './query-error.ts';

/** A longer query is no question of a person. */
const LONGEST_QUERY = 64 * 1024;

/** Deeper ones would need more stack than there is. */
const DEEPEST = 100;

/** Reads a query. Throws a QueryError that names what is wrong, or not supported. */
export const parseQuery = (text: string): Expression => {
  if (text.trim() === '') throw badData('the query is empty');
  if (text.length > LONGEST_QUERY) throw badData(`the query has more than ${LONGEST_QUERY} characters`);
  const tree = parser.parse(text);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw badData(syntaxMessage(text, node.from));
    },
  });
  const bound = bindPostfix(text, (query) => parser.parse(query));
  const top = parser.parse(bound).topNode.firstChild;
  if (top === null) throw badData('the query has no expression');
  return new QueryReader(bound).expression(top, 0);
};

const syntaxMessage = (text: string, at: number): string => {
  const rest = text.slice(at).trim();
  const place = rest === '' ? 'at its end' : `at character ${at + 1}, before '${rest.slice(0, 30)}'`;
  return `the query cannot be read ${place}`;
};

/** An unsupported part, by its name. */
const unsupported = (what: string, instead: string): never => {
  throw badData(`${what} is not supported by the embedded engine: ${instead}`);
};

const OTHER_ENGINE = "use engine: 'prometheus' for it";

class QueryReader {
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  expression(node: SyntaxNode, depth: number): Expression {
    if (depth > DEEPEST) throw badData('the query is too deep');
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: numberIn(this.#text(node)) };
      case 'ParenExpr':
        return this.expression(this.#only(node), depth + 1);
      case 'UnaryExpr':
        return this.#unary(node, depth);
      case 'VectorSelector':
        return this.#selector(node);
      case 'MatrixSelector':
        return this.#range(node, depth);
      case 'OffsetExpr':
        return this.#offset(node, depth);
      case 'AggregateExpr':
        return this.#aggregation(node, depth);
      case 'FunctionCall':
        return this.#call(node, depth);
      case 'BinaryExpr':
        return this.#binary(node, depth);
      default:
        return unsupported(NAMES[node.name] ?? `'${this.#text(node)}'`, OTHER_ENGINE);
    }
  }

  #unary(node: SyntaxNode, depth: number): Expression {
    const of = this.expression(this.#only(node, 'UnaryOp'), depth + 1);
    expectType(of, ['scalar', 'vector'], 'the sign');
    return this.#text(node).startsWith('-') ? { kind: 'negate', of } : of;
  }

  #selector(node: SyntaxNode): Selector {
    const written = node.getChild('Identifier');
    const matchers = childrenOf(node.getChild('LabelMatchers')).map((each) => this.#matcher(each));
    const named = written === null ? [] : [matcherOf(NAME, '=', this.#text(written))];
    if (named.length > 0 && matchers.some(({ label }) => label === NAME))
      throw badData(`the selector '${this.#text(node)}' names its metric twice`);
    const all = [...named, ...matchers];
    if (all.every(({ matches }) => matches('')))
      throw badData(`the selector '${this.#text(node)}' needs a matcher that is not for everything`);
    return { kind: 'selector', matchers: all, offset: 0, range: null };
  }

  #matcher(node: SyntaxNode): Matcher {
    const [label, operator, value] = childrenOf(node);
    if (label === undefined) throw badData(`'${this.#text(node)}' is no matcher`);
    // `{"a.metric"}` names it.
    if (operator === undefined || value === undefined) return matcherOf(NAME, '=', this.#quoted(node));
    const name = label.name === 'QuotedLabelName' ? this.#quoted(label) : this.#text(label);
    return matcherOf(name, this.#text(operator) as MatchOperator, parseText(this.#text(value)));
  }

  #range(node: SyntaxNode, depth: number): Selector {
    const of = this.expression(this.#only(node, 'DurationExpr'), depth + 1);
    if (of.kind !== 'selector' || of.range !== null)
      throw badData('a range is only for a selector: other expressions need a subquery');
    if (of.offset !== 0) throw badData('offset stands after the range');
    const range = durationIn(this.#textOf(node, 'DurationExpr'));
    if (range === 0) throw badData('a range is longer than 0');
    return { ...of, range };
  }

  #offset(node: SyntaxNode, depth: number): Expression {
    const [inner] = childrenOf(node);
    if (inner === undefined) throw badData('offset is of nothing');
    const of = this.expression(inner, depth + 1);
    if (of.kind !== 'selector') throw badData('offset is only for a selector');
    if (of.offset !== 0) throw badData('a selector has one offset');
    const text = this.#textOf(node, 'OffsetDurationExpr');
    const isNegative = text.startsWith('-');
    const duration = durationIn(text.replace(/^[+-]\s*/, ''));
    return { ...of, offset: isNegative ? -duration : duration };
  }

  #aggregation(node: SyntaxNode, depth: number): Expression {
    const written = this.#textOf(node, 'AggregateOp').toLowerCase();
    const operation = AGGREGATIONS.find((each) => each === written);
    if (operation === undefined) return unsupported(`the aggregation ${written}`, OTHER_ENGINE);
    const body = childrenOf(node.getChild('FunctionCallBody')).map((each) =>
      this.expression(each, depth + 1),
    );
    const parameter = operation === 'topk' ? (body.shift() ?? null) : null;
    const [of, ...rest] = body;
    if (of === undefined || rest.length > 0)
      throw badData(`${operation} takes ${operation === 'topk' ? 'a number and a vector' : 'a vector'}`);
    expectType(of, ['vector'], operation);
    if (parameter !== null) expectType(parameter, ['scalar'], `the number of ${operation}`);
    return { kind: 'aggregation', operation, grouping: this.#grouping(node), parameter, of };
  }

  #grouping(node: SyntaxNode): { readonly without: boolean; readonly labels: ReadonlySet<string> } {
    const modifier = node.getChild('AggregateModifier');
    if (modifier === null) return { without: false, labels: new Set() };
    return { without: modifier.getChild('Without') !== null, labels: this.#labels(modifier) };
  }

  #labels(node: SyntaxNode): ReadonlySet<string> {
    const names = childrenOf(node.getChild('GroupingLabels'));
    return new Set(
      names.map((each) => (each.name === 'QuotedLabelName' ? this.#quoted(each) : this.#text(each))),
    );
  }

  #call(node: SyntaxNode, depth: number): Expression {
    const written = this.#textOf(node, 'FunctionIdentifier');
    const name = RANGE_FUNCTIONS.find((each) => each === written);
    if (name === undefined && written !== 'histogram_quantile')
      return unsupported(`the function ${written}`, OTHER_ENGINE);
    const body = childrenOf(node.getChild('FunctionCallBody')).map((each) =>
      this.expression(each, depth + 1),
    );
    const [first, second] = body;
    if (name === undefined) {
      if (first === undefined || second === undefined || body.length > 2)
        throw badData('histogram_quantile takes a number and a vector');
      expectType(first, ['scalar'], 'the quantile');
      expectType(second, ['vector'], written);
      return { kind: 'quantile', quantile: first, of: second };
    }
    if (first?.kind !== 'selector' || first.range === null || body.length > 1)
      throw badData(`${name} takes a selector with a range, such as ${name}(x[1m])`);
    return { kind: 'call', name, of: first };
  }

  #binary(node: SyntaxNode, depth: number): Expression {
    const sides = childrenOf(node).filter(({ name }) => !isPartOfOperator(name));
    const [first, second] = sides;
    if (first === undefined || second === undefined) throw badData('an operator has two sides');
    const operator = this.#operator(node);
    const [left, right] = [this.expression(first, depth + 1), this.expression(second, depth + 1)];
    if (isSetOperator(operator)) return this.#set(node, operator, left, right);
    for (const side of [left, right]) expectType(side, ['scalar', 'vector'], `the operator ${operator}`);
    const isBool = node.getChild('BoolModifier') !== null;
    const binary: Binary = { kind: 'binary', operator, left, right, isBool, matching: this.#matching(node) };
    expectComparison(binary);
    // The grammar has the sign in the number, and a power comes before a sign: -2 ^ 2 is -4.
    if (operator !== '^' || left.kind !== 'number' || !this.#text(first).startsWith('-')) return binary;
    return { kind: 'negate', of: { ...binary, left: { kind: 'number', value: -left.value } } };
  }

  #set(
    node: SyntaxNode,
    operator: SetOperation['operator'],
    left: Expression,
    right: Expression,
  ): SetOperation {
    for (const side of [left, right]) expectType(side, ['vector'], `the operator ${operator}`);
    if (node.getChild('BoolModifier') !== null) throw badData('bool is only for comparisons');
    return { kind: 'set', operator, left, right, matching: this.#matching(node) };
  }

  #operator(node: SyntaxNode): BinaryOperator | SetOperation['operator'] {
    const found = childrenOf(node).find(({ name }) => name in OPERATORS);
    const text = found === undefined ? '' : this.#text(found).toLowerCase();
    const operator = [...ARITHMETIC, ...COMPARISONS, ...SET_OPERATORS].find((each) => each === text);
    return operator ?? unsupported(`the operator ${text}`, OTHER_ENGINE);
  }

  #matching(node: SyntaxNode): Matching {
    const clause = node.getChild('MatchingModifierClause');
    if (node.getChild('FillModifier') !== null) return unsupported('fill', OTHER_ENGINE);
    if (clause === null) return { on: false, labels: new Set() };
    for (const name of ['GroupLeft', 'GroupRight'])
      if (clause.getChild(name) !== null)
        return unsupported(NAMES[name] ?? name, `both sides need one series each, or ${OTHER_ENGINE}`);
    return { on: clause.getChild('On') !== null, labels: this.#labels(clause) };
  }

  #quoted(node: SyntaxNode): string {
    return parseText(this.#text(node));
  }

  #only(node: SyntaxNode, besides = ''): SyntaxNode {
    const found = childrenOf(node).find(({ name }) => name !== besides);
    if (found === undefined) throw badData(`'${this.#text(node)}' is empty`);
    return found;
  }

  #textOf(node: SyntaxNode, child: string): string {
    const found = node.getChild(child);
    return found === null ? '' : this.#text(found);
  }

  #text({ from, to }: SyntaxNode): string {
    return this.#query.slice(from, to);
  }
}

/** The operators of the grammar, by their nodes. */
const OPERATORS: Readonly<Record<string, true>> = Object.fromEntries(
  [
    ...['Pow', 'Mul', 'Div', 'Mod', 'Atan2', 'Add', 'Sub', 'Eql', 'Gte', 'Gtr', 'TrimUpper', 'TrimLower'],
    ...['Lte', 'Lss', 'Neq', 'And', 'Unless', 'Or'],
  ].map((name) => [name, true]),
);

const isPartOfOperator = (name: string): boolean =>
  name in OPERATORS || ['BoolModifier', 'MatchingModifierClause', 'FillModifier'].includes(name);

const isSetOperator = (operator: string): operator is SetOperation['operator'] =>
  SET_OPERATORS.some((each) => each === operator);

/** Words for what has none in a query. */
const NAMES: Readonly<Record<string, string>> = {
  SubqueryExpr: 'a subquery',
  StepInvariantExpr: 'the modifier @',
  StringLiteral: 'a text as an expression',
  AnchoredExpr: 'anchored',
  SmoothedExpr: 'smoothed',
  GroupLeft: 'group_left',
  GroupRight: 'group_right',
};

const childrenOf = (node: SyntaxNode | null): SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling)
    if (child.name !== 'LineComment') children.push(child);
  return children;
};

const expectType = (expression: Expression, types: readonly ValueType[], what: string): void => {
  const found = typeOf(expression);
  if (!types.includes(found))
    throw badData(`${what} takes a ${types.join(' or a ')}, and this is a ${found}`);
};

/** `bool` is for comparisons, which two numbers need. */
const expectComparison = (binary: Binary): void => {
  const { operator, isBool } = binary;
  const isComparison = COMPARISONS.some((each) => each === operator);
  if (isBool && !isComparison) throw badData('bool is only for comparisons');
  if (isComparison && !isBool && typeOf(binary) === 'scalar')
    throw badData(`a comparison of two numbers needs bool: ${operator} bool`);
};

const numberIn = (text: string): number => {
  const [, sign, digits = ''] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const value = unsignedNumber(digits.toLowerCase().replaceAll('_', ''));
  if (value === null) throw badData(`'${text}' is no number`);
  return sign === '-' ? -value : value;
};

/** `1.5`, `0x1f`, `inf`, `nan`, and a duration as its seconds. */
const unsignedNumber = (text: string): number | null => {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === 'nan') return Number.NaN;
  if (/^[\d.]|^0x/.test(text) && !Number.isNaN(Number(text))) return Number(text);
  return /[smhdwy]$/.test(text) ? durationIn(text) / 1000 : null;
};
