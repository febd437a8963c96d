import type { TensorLanguage } from './rules.ts';

/** How Python is written, whatever the library. */
export const pythonNames = {
  numerals: { log: 'math.log', expm1: 'math.expm1', infinity: 'math.inf' },
  spell: (words: string) => words,
  reserved: [
    ...['math', 'n', 'k', 'labels', 'losses', 'reduction', 'and', 'or', 'not', 'in', 'is', 'if'],
    ...['lambda', 'def', 'for', 'from', 'import', 'return', 'sum', 'max', 'min', 'abs', 'range'],
  ],
  assign: (name: string, value: string) => `${name} = ${value}`,
  brackets: ['(', ')'],
} as const satisfies Partial<TensorLanguage>;
