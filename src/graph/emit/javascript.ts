import { camelCase } from './names.ts';
import type { TensorLanguage } from './rules.ts';

/** How JavaScript is written, whatever the library. */
export const javascriptNames = {
  numerals: { log: 'Math.log', expm1: 'Math.expm1', infinity: 'Infinity' },
  spell: camelCase,
  reserved: ['n', 'k', 'labels', 'losses', 'reduction', 'in', 'if', 'for', 'import', 'return'],
  assign: (name: string, value: string) => `const ${name} = ${value};`,
  brackets: ['[', ']'],
} as const satisfies Partial<TensorLanguage>;
