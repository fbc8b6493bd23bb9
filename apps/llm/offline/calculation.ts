/** Numbers, operators and parentheses in one row, with an operator in it. */
const EXPRESSION = /(?<![-(])[-(]{0,20}\d[\d\s.()+*/×÷^-]*[\d)]/g;
const TOKEN = /\s*(\d+(?:\.\d+)?|[-+*/^()])/y;
const HAS_OPERATOR = /\d[\s)]*[-+*/^][\s(]*-?[\d(]/;
const MAX_LENGTH = 200;

/** A sum stands in the last words; a whole book is not searched for one. */
const LOOKED_AT = 4000;

/** The value of the first sum in the text; undefined where there is none. */
export function calculation(text: string): string | undefined {
  for (const [found] of text.slice(-LOOKED_AT).matchAll(EXPRESSION)) {
    const expression = found.replaceAll("×", "*").replaceAll("÷", "/").trim();
    if (expression.length > MAX_LENGTH || !HAS_OPERATOR.test(expression)) continue;
    const value = valueOf(expression);
    if (value === undefined) continue;
    if (!Number.isFinite(value)) return `${expression} has no value: it divides by zero or grows without end.`;
    return `${expression} = ${Number(value.toPrecision(12))}.`;
  }
  return undefined;
}

/** Undefined where it is no expression, as a date or a telephone number may look like one. */
function valueOf(expression: string): number | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  const reader = new Reader(tokens);
  const value = reader.sum();
  return reader.atEnd ? value : undefined;
}

/** Reads tokens by the usual precedence: powers before products before sums. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  sum(): number {
    let value = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      const next = this.#product();
      value = sign === "+" ? value + next : value - next;
    }
    return value;
  }

  #product(): number {
    let value = this.#power();
    for (let sign = this.#take("*", "/"); sign !== undefined; sign = this.#take("*", "/")) {
      const next = this.#power();
      value = sign === "*" ? value * next : value / next;
    }
    return value;
  }

  /** Of powers the right one comes first; a minus binds less than they do. */
  #power(): number {
    if (this.#take("-") !== undefined) return -this.#power();
    const base = this.#atom();
    return this.#take("^") === undefined ? base : base ** this.#power();
  }

  #atom(): number {
    if (this.#take("(") !== undefined) {
      const value = this.sum();
      return this.#take(")") === undefined ? NaN : value;
    }
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token === undefined || !/^\d/.test(token) ? NaN : Number(token);
  }

  #take(...wanted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }
}
