/**
 * Expressions over named sets, `(ROI_V1 + ROI_V2) - ROI_V4`: what columns of BData files are selected by, and what regions
 * are combined by.
 *
 * ```
 * expression = operand { ("+" | "|" | "&" | "-") operand }      all of one rank, from left to right, as in bdpy
 * operand    = name [ "=" number ] | "(" expression ")"
 * name       = letters, digits and whatever is no operator; or anything in quotes; `*` stands for any letters
 * ```
 *
 * Parsing knows nothing of what the names are: `evaluate-selector.ts` asks for their members.
 */
import { CortextError } from '../../../shared/errors.ts';

/** A name, or a pattern with `*`. Its members are the entries whose value is `value`. */
export interface SelectorTerm {
  readonly kind: 'term';
  readonly name: string;
  /** 1 where the expression does not say. */
  readonly value: number;
}

export interface SelectorOperation {
  readonly kind: 'union' | 'intersection' | 'difference';
  readonly left: Selector;
  readonly right: Selector;
}

export type Selector = SelectorTerm | SelectorOperation;

const operations = { '+': 'union', '|': 'union', '&': 'intersection', '-': 'difference' } as const;
type Operator = keyof typeof operations;

interface Token {
  readonly kind: 'name' | 'sign' | 'end';
  readonly text: string;
  /** Counted from 0. */
  readonly at: number;
}

/** Nobody writes a longer selection; and of megabytes, regular expressions overflow the stack. */
const MOST_CHARACTERS = 200_000;
/** More names and signs than these are no selection that anybody wrote, either. */
const MOST_TOKENS = 4000;
/** Deeper parentheses than these are no selection that anybody wrote. */
const DEEPEST = 200;

/** @throws CortextError `INVALID_ARGUMENT` with the place of what cannot be understood */
export function parseSelector(expression: string): Selector {
  if (expression.length > MOST_CHARACTERS) throw malformed(expression, `it has more than ${MOST_CHARACTERS} characters`);
  const tokens = tokenise(expression);
  if (tokens.length > MOST_TOKENS) throw malformed(expression, `it has more than ${MOST_TOKENS} names and signs`);
  let next = 0;
  const peek = (): Token => tokens[next];
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const wrong = ({ kind, text, at }: Token, wanted: string): CortextError =>
    malformed(
      expression,
      kind === 'end'
        ? `it ends where ${wanted} is expected`
        : `at letter ${at + 1}, ${text} stands where ${wanted} is expected`,
    );

  const parseOperand = (depth: number): Selector => {
    if (depth > DEEPEST) throw malformed(expression, `its parentheses are more than ${DEEPEST} deep`);
    if (isSign('(')) {
      next++;
      const inner = parseExpression(depth + 1);
      if (!isSign(')')) throw wrong(peek(), 'a closing parenthesis or an operator');
      next++;
      return inner;
    }
    const token = peek();
    if (token.kind !== 'name') throw wrong(token, 'a name');
    next++;
    return { kind: 'term', name: token.text, value: parseValue() };
  };
  const parseValue = (): number => {
    if (!isSign('=')) return 1;
    next++;
    const negative = isSign('-');
    if (negative) next++;
    const number = peek();
    next++;
    const value = number.kind === 'name' ? Number(number.text) : NaN;
    if (!Number.isFinite(value)) throw wrong(number, 'a number');
    return negative ? -value : value;
  };
  const parseExpression = (depth: number): Selector => {
    let left = parseOperand(depth);
    for (let operator = peek().text; isOperator(operator) && peek().kind === 'sign'; operator = peek().text) {
      next++;
      left = { kind: operations[operator], left, right: parseOperand(depth) };
    }
    return left;
  };

  const selector = parseExpression(0);
  if (peek().kind !== 'end') throw wrong(peek(), 'an operator (+ | & -) or the end');
  return selector;
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(operations, text);
}

function tokenise(expression: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|([()=|&+-])|((?:"[^"]*"|'[^']*'|[^\s()=|&+"'-])+)/gy;
  while (pattern.lastIndex < expression.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (match === null) throw malformed(expression, `the quote at letter ${at + 1} is never closed`);
    const [, sign, name] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll(/["']/g, ''), at });
  }
  return [...tokens, { kind: 'end', text: '', at: expression.length }];
}

function malformed(expression: string, what: string): CortextError {
  const shown = expression.length > 200 ? `${expression.slice(0, 200)} ...` : expression;
  return new CortextError('INVALID_ARGUMENT', `The selection "${shown}" cannot be understood: ${what}.`, {
    hint: 'Write for example: ROI_V1 + ROI_V2, (V1 | V2) & left, VoxelData - ROI_FFA. Names with signs in them need quotes.',
    details: { expression },
  });
}
