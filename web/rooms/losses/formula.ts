/*
 * Formulas of losses are plain text (`formula` of their definitions). Here they become MathML, which browsers draw themselves:
 * `(mean_j p_j^q - p_y^q)/q` is a fraction. Words around formulas stay text.
 */

/** A piece of a line: text, or MathML. */
export type Piece = { readonly text: string } | { readonly math: string };

const greek: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  eps: 'ε',
  eta: 'η',
  lambda: 'λ',
  pi: 'π',
  tau: 'τ',
};
const functions = ['ln', 'exp', 'max', 'softmax', 'softplus', 'onehot', 'mean', 'KL'];
const names = ['top', 'minProb'];
const operators: Readonly<Record<string, string>> = {
  '-': '−',
  '*': '·',
  '!=': '≠',
  '<-': '←',
  '..': '…',
};

interface Token {
  readonly kind: 'word' | 'number' | 'symbol';
  readonly text: string;
  /** Whether blanks stand before it. */
  readonly isApart: boolean;
}

/**
 * A formula as lines of text and MathML. Parts with a semicolon between them get lines of their own.
 * @param losses names of losses, which are no words
 */
export function typeset(formula: string, losses: readonly string[]): Piece[][] {
  return formula.split(/;\s+/).map((line) => typesetLine(tokensOf(line), losses));
}

function tokensOf(text: string): Token[] {
  const pattern = /(\s*)([A-Za-z]+[0-9]*'?|\d+(?:\.(?!\.)\d+)?(?:e-?\d+)?|!=|<-|\.\.|\|\||\S)/g;
  return Array.from(text.matchAll(pattern), ([, blanks, token = '']) => ({
    kind: /^[A-Za-z]/.test(token) ? 'word' : /^\d/.test(token) ? 'number' : 'symbol',
    text: token,
    isApart: blanks !== '',
  }));
}

/** Splits at words and at commas outside of parentheses; what is between them is mathematics. */
function typesetLine(tokens: readonly Token[], losses: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let own: Token[] = [];
  let depth = 0;
  const addText = (text: string) => {
    const last = pieces.at(-1);
    if (last && 'text' in last) pieces[pieces.length - 1] = { text: last.text + text };
    else pieces.push({ text });
  };
  const end = () => {
    if (own.length > 0)
      pieces.push({ math: `<math displaystyle="true">${new Reader(own, losses).all()}</math>` });
    own = [];
  };
  for (const [i, token] of tokens.entries()) {
    if ('([{'.includes(token.text)) depth++;
    if (')]}'.includes(token.text)) depth--;
    const isText =
      depth === 0 &&
      (',:'.includes(token.text) ||
        (token.kind === 'word' && !isMath(token, tokens[i + 1], losses)));
    if (!isText) {
      if (own.length === 0 && pieces.length > 0) addText(' ');
      own.push(token);
      continue;
    }
    end();
    addText(`${token.kind === 'word' && pieces.length > 0 ? ' ' : ''}${token.text}`);
  }
  end();
  return pieces;
}

function isMath({ text }: Token, next: Token | undefined, losses: readonly string[]): boolean {
  // "mean_j", but "the mean of"
  if (text === 'mean') return next?.text === '_';
  const stem = text.replace(/\d+$/, '');
  return (
    stem.replace("'", '').length === 1 ||
    stem in greek ||
    stem === 'sum' ||
    functions.includes(stem) ||
    names.includes(stem) ||
    losses.includes(text) ||
    /^[A-Z]{2}$/.test(stem)
  );
}

const thin = '<mspace width="0.17em"></mspace>';
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Reads mathematics from left to right. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #losses: readonly string[];
  #at = 0;

  constructor(tokens: readonly Token[], losses: readonly string[]) {
    this.#tokens = tokens;
    this.#losses = losses;
  }

  all(): string {
    return this.#until(undefined);
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Sums of products, up to a closing parenthesis. */
  #until(end: string | undefined): string {
    let text = '';
    while (this.#next !== undefined && this.#next.text !== end) {
      const before = this.#at;
      text += isOperator(this.#next) ? this.#operator() : this.#product();
      // a closing parenthesis that nothing opened
      if (this.#at === before) text += `<mo>${escaped(this.#take().text)}</mo>`;
    }
    return text;
  }

  #take(): Token {
    return this.#tokens[this.#at++] as Token;
  }

  #operator(): string {
    const { text } = this.#take();
    return `<mo>${escaped(operators[text] ?? text)}</mo>`;
  }

  /** Factors up to an operator; a `/` makes a fraction of those before it, back to a sum. */
  #product(): string {
    const factors: string[] = [];
    let first = 0;
    for (let next = this.#next; next && !ends(next); next = this.#next) {
      if (next.text !== '/') {
        factors.push(this.#factor(factors.length > 0));
        if (next.text === 'sum') first = factors.length;
        continue;
      }
      const isWide = this.#take().isApart;
      const above = factors.length > first ? factors.splice(first) : factors.splice(0);
      factors.push(`<mfrac>${row(joined(above))}${row(this.#below(isWide))}</mfrac>`);
    }
    return factors.join('');
  }

  /** What is divided by: one factor, or all that follow where a sum begins them or the `/` stands apart. */
  #below(isWide: boolean): string {
    const isSum = this.#next?.text === 'sum';
    const factors = [this.#factor(false)];
    while ((isWide || isSum) && this.#next && !ends(this.#next) && this.#next.text !== '/') {
      factors.push(this.#factor(true));
    }
    return joined(factors);
  }

  /** An atom with what stands below and above it; after others, with the space that the text has there. */
  #factor(isAfter: boolean): string {
    const name = this.#next?.text;
    const space = isAfter && this.#next?.isApart ? thin : '';
    return space + this.#scripted(name, this.#atom());
  }

  #scripted(name: string | undefined, base: string): string {
    let below: string | undefined;
    let above: string | undefined;
    while (this.#next?.text === '_' || this.#next?.text === '^') {
      const script = this.#take().text;
      const own = row(inner(this.#atom()));
      if (script === '_') below = own;
      else above = own;
    }
    if (name === 'sum' && below !== undefined) return `<munder>${base}${below}</munder>`;
    if (below !== undefined && above !== undefined) {
      return `<msubsup>${row(base)}${below}${above}</msubsup>`;
    }
    if (below !== undefined) return `<msub>${row(base)}${below}</msub>`;
    return above === undefined ? base : `<msup>${row(base)}${above}</msup>`;
  }

  #atom(): string {
    const before = this.#tokens[this.#at - 1];
    const { kind, text } = this.#take();
    if (kind === 'number') return numberOf(text);
    if (kind === 'word') return this.#word(text);
    if (text === '|' || text === '||') return this.#norm(text);
    const end = closing[text];
    if (end === undefined) return `<mo>${escaped(text)}</mo>`;
    const content = this.#until(end);
    if (this.#next !== undefined) this.#take();
    if (text === '{') return `<mrow>${content}</mrow>`;
    // (1/k) is as clear without, unless it is an argument
    const isArgument = before?.kind === 'word';
    if (text === '(' && !isArgument && /^<mfrac>(?:(?!<mfrac>).)*<\/mfrac>$/.test(content))
      return content;
    return fenced(text, content, end);
  }

  #norm(bar: string): string {
    const content = this.#until(bar);
    if (this.#next !== undefined) this.#take();
    return fenced(bar === '|' ? '|' : '‖', content, bar === '|' ? '|' : '‖');
  }

  #word(text: string): string {
    if (text === 'sum') return '<mo>∑</mo>';
    if (functions.includes(text)) return `<mi>${text}</mi>`;
    if (names.includes(text) || this.#losses.includes(text)) return `<mtext>${text}</mtext>`;
    const [, stem = text, digits, prime] = /^([A-Za-z]+)(\d*)('?)$/.exec(text) ?? [];
    const base = `<mi>${greek[stem] ?? stem}</mi>`;
    const primed = prime ? `<msup>${base}<mo>′</mo></msup>` : base;
    return digits ? `<msub>${primed}<mn>${digits}</mn></msub>` : primed;
  }
}

function isOperator({ kind, text }: Token): boolean {
  return kind === 'symbol' && ['+', '-', '=', ',', '!=', '<-', '..', '*'].includes(text);
}

function ends(token: Token): boolean {
  return isOperator(token) || [')', ']', '}'].includes(token.text) || token.text.startsWith('|')
    ? !token.text.startsWith('|') || !token.isApart
    : false;
}

function numberOf(text: string): string {
  const [, mantissa, exponent] = /^(.*)e(-?\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return `<mn>${text}</mn>`;
  const power = `<msup><mn>10</mn><mrow>${exponent.startsWith('-') ? '<mo>−</mo>' : ''}<mn>${exponent.replace('-', '')}</mn></mrow></msup>`;
  return mantissa === '1' ? power : `<mn>${mantissa}</mn><mo>·</mo>${power}`;
}

function fenced(open: string, content: string, close: string): string {
  return `<mrow><mo fence="true">${open}</mo>${content}<mo fence="true">${close}</mo></mrow>`;
}

/** Without the parentheses around all of it, which a fraction or a script does without. */
function inner(math: string): string {
  const start = '<mrow><mo fence="true">(</mo>';
  const end = '<mo fence="true">)</mo></mrow>';
  return math.startsWith(start) && math.endsWith(end)
    ? math.slice(start.length, -end.length)
    : math;
}

function joined(factors: readonly string[]): string {
  return factors.length === 1 ? inner(factors[0] as string) : factors.join('');
}

/** As one argument of an element. */
function row(math: string): string {
  return `<mrow>${math}</mrow>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
