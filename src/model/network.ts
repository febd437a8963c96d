import type { Shape, Tensor } from '../core/index.ts';
import { fromNumbers, sizeOf } from '../core/index.ts';
import type { Standardiser } from '../data/index.ts';
import type { FeaturePipeline, Preprocessing, TableInput } from '../features/index.ts';
import { encodedInputs, tableInputs } from '../features/index.ts';
import type { Expr, Program } from '../graph/index.ts';
import {
  argMax,
  constant,
  div,
  equal,
  input,
  mul,
  program,
  softmax,
  sub,
  toOnnx,
  where,
} from '../graph/index.ts';
import type { Layer } from '../nn/index.ts';
import { Scope } from '../nn/index.ts';

/** What training leaves: everything between a raw feature row and calibrated probabilities. */
export interface ModelParts {
  /** From encoded rows of a table, or standardised features, to scores, the score normalisation included. */
  readonly network: Layer;
  readonly featureShape: Shape;
  readonly preprocessing: Preprocessing;
  /** Whether features are bytes, of which none is missing. Default: false. */
  readonly bytes?: boolean;
  /** The network's variables by name. */
  readonly values: Readonly<Record<string, Tensor>>;
  /** τ of softmax(z/τ), > 0. */
  readonly temperature: number;
  /**
   * [k], each above 0: `label` is the class j of the largest p(j)/classShares[j], which has the best expected balanced accuracy.
   * Default: that of the largest p(j), which has the best expected accuracy.
   */
  readonly classShares?: readonly number[] | undefined;
}

/** Any number above 1, which broadcasting would treat apart; the exported batch is of any size. */
const exportBatch = 2;

/** What a model gives. */
const outputNames = ['label', 'probs', 'scores'] as const;

/** The inputs of a model for a table. */
export function columnInputs(
  pipeline: FeaturePipeline,
  values: ModelParts['values'],
): TableInput[] {
  return tableInputs(pipeline, [...outputNames, ...Object.keys(values)]);
}

/**
 * The whole model as one ONNX file (opset 17; standard operators, but for onnxruntime's `Tokenizer` where the table has texts).
 * Inputs: for a table of numbers, arrays and images `features`, float32 [n, …] raw rows, NaN where missing; for images
 * [n, c, h, w], the bytes 0…255 as numbers. For other tables one input per column, see `tableInputs`. Outputs: `label` int64
 * [n], the index of the most probable class, or as `classShares` says; `probs` [n, k], calibrated; `scores` [n, k], as the loss saw them.
 */
export function exportOnnx(parts: ModelParts, metadata: Record<string, string> = {}): Uint8Array {
  const { inputs, outputs } = modelProgram(parts);
  const fed = inputs
    .map(({ attrs }) => attrs.name)
    .filter((name) => !Object.hasOwn(parts.values, name));
  const names = [...Object.keys(outputs), ...fed];
  return toOnnx(
    { inputs, outputs },
    {
      contrib: false,
      values: parts.values,
      dynamic: Object.fromEntries(names.map((name) => [name, 'n'])),
      documentation:
        'A classifier trained by symloss: raw feature rows to calibrated probabilities.',
      metadata,
    },
  );
}

function modelProgram(parts: ModelParts): Program {
  const { network, temperature, classShares } = parts;
  const scores = network(preprocessed(parts), new Scope('infer'));
  const probs = softmax(div(scores, temperature));
  return program({ label: argMax(compared(probs, classShares)), probs, scores });
}

/** What is largest for the class that is predicted. */
function compared(probs: Expr, shares: ModelParts['classShares']): Expr {
  if (shares === undefined) return probs;
  return div(probs, constant(fromNumbers('float32', [shares.length], shares)));
}

/** What the network takes, as an expression of the model's inputs. */
function preprocessed({ preprocessing, featureShape, bytes = false, values }: ModelParts): Expr {
  if (preprocessing.kind === 'columns') {
    return encodedInputs(preprocessing, columnInputs(preprocessing, values), exportBatch);
  }
  return standardise(input('features', [exportBatch, ...featureShape]), preprocessing, bytes);
}

/** (x − mean)/std per feature, or per channel of images; 0 where a number is missing, as in training. */
function standardise(x: Expr, { mean, std }: Standardiser, bytes: boolean): Expr {
  const rowShape = x.shape.slice(1);
  const isPerFeature = mean.length === sizeOf(rowShape);
  const shape = isPerFeature ? rowShape : [mean.length, ...rowShape.slice(1).map(() => 1)];
  const row = (values: ArrayLike<number>): Expr => constant(fromNumbers('float32', shape, values));
  const scaled = mul(sub(x, row(mean)), row(std.map((s) => 1 / s)));
  return bytes ? scaled : where(equal(x, x), scaled, 0); // only NaN differs from itself
}
