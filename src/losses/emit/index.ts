import { checkOneOf, SymlossError, show } from '../../core/index.ts';
import type { Sizes } from '../../graph/emit/index.ts';
import { camelCase } from '../../graph/emit/index.ts';
import { buildLoss } from './build.ts';
import { describeLoss } from './describe.ts';
import type { Frame } from './frame.ts';
import { jax } from './jax.ts';
import type { PythonLibrary } from './python.ts';
import { pythonFunction } from './python.ts';
import { pytorch } from './pytorch.ts';
import { referenceOf } from './reference.ts';
import { tensorflow } from './tensorflow.ts';
import { tfjsFunction } from './tfjs.ts';
import { typescriptFunction } from './typescript.ts';

const inPython = (library: PythonLibrary) => ({
  spell: (words: string) => words,
  write: (frame: Frame) => pythonFunction(library, frame),
});
const inJavaScript = (write: (frame: Frame) => string) => ({ spell: camelCase, write });

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
 * @throws SymlossError for a spec that is wrong, a name that is not one, or a loss that is no function of scores and labels
 *   for every k, such as one with a penalty on weights
 */
export function emitLoss(
  spec: string,
  target: EmitTarget,
  { name, test = false, sizes }: EmitOptions = {},
): string {
  checkOneOf('target', target, emitTargets);
  const built = buildLoss(spec, sizes);
  const { spell, write } = targets[target];
  return write({
    name: name === undefined ? spell(nameOfLoss(built.loss.spec)) : checkName(name),
    unified: built.unified,
    text: describeLoss(built),
    reference: test ? referenceOf(built) : undefined,
  });
}

/** `nce+rce` is `nce_rce`, `symmetrize(gce:q=0.7)` is `symmetrize_gce`: without the values, in words. */
function nameOfLoss(spec: string): string {
  const words = spec.replace(/:[^()\s]*/g, '').match(/[a-z][a-z0-9]*/g) ?? [];
  return `${words.join('_')}_loss`;
}

/** Words of Python's and JavaScript's own. */
const keywords =
  'False None True and as assert async await break case catch class const continue debugger def default del delete do elif ' +
  'else enum except export extends false finally for from function global if import in instanceof is lambda let new ' +
  'nonlocal not null or pass raise return static super switch this throw true try typeof var void while with yield';

function checkName(name: string): string {
  const isKeyword = keywords.split(' ').includes(name);
  if (/^[A-Za-z_]\w*$/.test(name) && !isKeyword) return name;
  const expected = isKeyword
    ? 'a name that is no word of the language'
    : 'letters, digits and _, no digit first';
  throw new SymlossError('name of the function', expected, show(name));
}
