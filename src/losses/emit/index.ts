import { checkOneOf, SymlossError, show } from '../../core/index.ts';
import type { Sizes } from '../../graph/emit/index.ts';
import { camelCase } from '../../graph/emit/index.ts';
import { buildLoss } from './build.ts';
import { describeLoss } from './describe.ts';
import type { Frame } from './frame.ts';
import { jax } from './jax.ts';
import { javascriptKeywords, pythonKeywords } from './keywords.ts';
import type { PythonLibrary } from './python.ts';
import { pythonFunction } from './python.ts';
import { pytorch } from './pytorch.ts';
import { referenceOf } from './reference.ts';
import { tensorflow } from './tensorflow.ts';
import { tfjsFunction } from './tfjs.ts';
import { typescriptFunction } from './typescript.ts';

const inPython = (library: PythonLibrary) => ({
  keywords: pythonKeywords,
  spell: (words: string) => words,
  write: (frame: Frame) => pythonFunction(library, frame),
});
const inJavaScript = (write: (frame: Frame) => string) => ({
  keywords: javascriptKeywords,
  spell: camelCase,
  write,
});

/** What code can be written for. */
const targets = {
  pytorch: inPython(pytorch),
  jax: inPython(jax),
  tensorflow: inPython(tensorflow),
  tfjs: inJavaScript(tfjsFunction),
  typescript: inJavaScript(typescriptFunction),
};

export type EmitTarget = keyof typeof targets;

export const emitTargets = Object.keys(targets) as readonly EmitTarget[];

export interface EmitOptions {
  /** What the function is called. Default: made of the spec, such as `gce` or `symmetrized_gce`. */
  readonly name?: string | undefined;
  /** Whether a test with values of symloss follows the function. Default: false. */
  readonly test?: boolean | undefined;
  /** Sizes that the loss is built for to read how it depends on them; five or more. */
  readonly sizes?: readonly Sizes[] | undefined;
}

/**
 * The source of a function for another framework that computes a loss, of scores [n, k] and labels [n] of any n and k. It
 * imports the framework and nothing else.
 * @param spec such as `sgce:q=0.4`
 * @throws SymlossError for a spec that is wrong, a name that is not one or that the code uses, or a loss that is no function of scores and labels
 *   for every k, such as one with a penalty on weights
 */
export function emitLoss(
  spec: string,
  target: EmitTarget,
  { name, test = false, sizes }: EmitOptions = {},
): string {
  checkOneOf('target', target, emitTargets);
  const built = buildLoss(spec, sizes);
  const { keywords, spell, write } = targets[target];
  const frame = {
    unified: built.unified,
    text: describeLoss(built),
    reference: test ? referenceOf(built) : undefined,
  };
  if (name === undefined) return write({ ...frame, name: spell(nameOfLoss(built.loss.spec)) });
  checkName(name);
  if (keywords.includes(name) || usesName(write({ ...frame, name: `${name}_` }), name)) {
    const expected = `a name that the code for ${target} does not use itself`;
    throw new SymlossError('name of the function', expected, show(name));
  }
  return write({ ...frame, name });
}

/** Documentation and texts, in Python and in JavaScript. */
const words = /"""[\s\S]*?"""|\/\*[\s\S]*?\*\/|^ *\/\/.*$|f?'[^'\n]*'|"[^"\n]*"/gm;

/** Whether a name is in code, but for what `words` are. */
function usesName(code: string, name: string): boolean {
  const statements = code.replace(words, '');
  return new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(statements);
}

/** `nce+rce` is `nce_rce`, `symmetrize(gce:q=0.7)` is `symmetrize_gce`: without the values, in words. */
function nameOfLoss(spec: string): string {
  const parts = spec.replace(/:[^()\s]*/g, '').match(/[a-z][a-z0-9]*/g) ?? [];
  return `${parts.join('_')}_loss`;
}

function checkName(name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  const expected = 'letters, digits and _, no digit first';
  throw new SymlossError('name of the function', expected, show(name));
}
