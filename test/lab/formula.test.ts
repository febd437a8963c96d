import { describe, expect, test } from 'vitest';
import { lossDefinitions } from '../../src/losses/index.ts';
import { typeset } from '../../web/rooms/losses/formula.ts';

const names = [...lossDefinitions.keys(), 'CE'];

/** The pieces as text, each element of MathML as its name and what is in it. */
function plain(formula: string): string {
  return typeset(formula, names)
    .map((line) =>
      line.map((piece) => ('math' in piece ? structure(piece.math) : piece.text)).join(''),
    )
    .join(' | ');
}

function structure(math: string): string {
  return math
    .replaceAll(/<mspace[^>]*><\/mspace>/g, '')
    .replaceAll(/<(?:mi|mn|mo|mtext)[^>]*>(.*?)<\/(?:mi|mn|mo|mtext)>/g, '$1 ')
    .replaceAll(/<mrow>/g, '{')
    .replaceAll(/<\/mrow>/g, '}')
    .replaceAll(/<math[^>]*>|<\/math>/g, '')
    .replaceAll(/<(m\w+)>/g, '$1[')
    .replaceAll(/<\/m\w+>/g, ']')
    .replaceAll(' ', '');
}

/** Elements that do not end, or end in another's place. */
function unended(markup: string): string[] {
  const open: string[] = [];
  for (const [, end, name = ''] of markup.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (end === '') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(`/${name}`);
  }
  return open;
}

describe('formulas', () => {
  test.each([
    ['1 - p_y', '1−msub[{p}{y}]'],
    ['-ln p_y', '−lnmsub[{p}{y}]'],
    [
      '(mean_j p_j^q - p_y^q)/q',
      'mfrac[{msub[{mean}{j}]msubsup[{p}{j}{q}]−msubsup[{p}{y}{q}]}{q}]',
    ],
    ['ln p_y / sum_j ln p_j', 'mfrac[{lnmsub[{p}{y}]}{munder[∑{j}]lnmsub[{p}{j}]}]'],
    ['(1/k) sum_j x_j', 'mfrac[{1}{k}]munder[∑{j}]msub[{x}{j}]'],
    ['exp(-p_y/a)', 'exp{(−mfrac[{msub[{p}{y}]}{a}])}'],
    ['exp(d_j/lambda0)', 'exp{(mfrac[{msub[{d}{j}]}{msub[λ0]}])}'],
    ['sum_{j!=y} max(p_j, minProb)', 'munder[∑{{j≠y}}]max{(msub[{p}{j}],minProb)}'],
    ['u = z/(tau ||z||) or z/tau', 'u=mfrac[{z}{τ{‖z‖}}] or mfrac[{z}{τ}]'],
    ['1e-4', 'msup[10{−4}]'],
    ['alpha nce + beta rce', 'αnce+βrce'],
    ['F_j, q the mean of p', 'msub[{F}{j}], q the mean of p'],
    ['t <- beta t', 't←βt'],
    ['scale: a/b; mix: c', 'scale: mfrac[{a}{b}] | mix: c'],
  ])('%s', (formula, expected) => {
    expect(plain(formula)).toBe(expected);
  });

  test('text is never markup', () => {
    expect(plain('a < b')).toBe('a&lt;b');
    expect(plain('<script> p')).not.toContain('<');
  });

  test.each(Array.from(lossDefinitions.values(), ({ name, formula }) => [name, formula]))(
    'of %s keeps every number and every name, and all its elements end',
    (_, formula) => {
      const lines = typeset(formula, names).flat();
      const text = lines
        .map((piece) => ('math' in piece ? piece.math.replaceAll(/<[^>]*>/g, ' ') : piece.text))
        .join(' ');
      const words = (of: string) => of.match(/[A-Za-z]{3,}/g) ?? [];
      const special = /^(alpha|beta|gamma|delta|lambda|eps|tau|sum)\d*$/;
      const kept = words(formula).filter((word) => !special.test(word));
      expect(words(text)).toEqual(expect.arrayContaining(kept));
      for (const piece of lines) expect(unended('math' in piece ? piece.math : '')).toEqual([]);
    },
  );
});
