import { checkInteger, checkOneOf, parseDecimal, readSpec, SymlossError } from '../core/index.ts';
import { gelu, relu, tanh } from '../graph/index.ts';
import { batchNorm } from './batch-norm.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { cnn4, cnn8, resnet } from './image-models.ts';
import type { Model } from './model.ts';
import { flatten, named, sequential } from './sequential.ts';

const activations = { relu, gelu, tanh } as const;

const widthRange = { min: 1, max: 65_536 } as const;

export interface MlpOptions {
  readonly activation?: keyof typeof activations;
  /** Dropout rate after each hidden layer. Default: 0. */
  readonly dropout?: number;
  /** Batch normalisation before each activation. Default: `none`. */
  readonly norm?: 'none' | 'batch';
}

/** Multinomial logistic regression: one dense layer. */
export function linear(): Model {
  return {
    spec: 'linear',
    network: (k) => sequential(flatten, named('output', dense(k, 'xavier'))),
  };
}

/** A multi-layer perceptron with the given hidden widths, `mlp([256, 128])`. */
export function mlp(widths: readonly number[], options: MlpOptions = {}): Model {
  const { activation = 'relu', dropout: rate = 0, norm = 'none' } = options;
  if (widths.length === 0) {
    throw new SymlossError('model mlp', 'at least one hidden width', 'none', {
      hint: 'for none, use linear',
    });
  }
  for (const width of widths) checkInteger('model mlp, width', width, widthRange);
  checkOneOf('model mlp, activation', activation, Object.keys(activations));
  checkOneOf('model mlp, norm', norm, ['none', 'batch']);
  const initialisation = activation === 'tanh' ? 'xavier' : 'kaiming';
  const hidden = widths.map((width, i) =>
    named(
      `hidden${i + 1}`,
      sequential(
        dense(width, initialisation, { bias: norm !== 'batch' }),
        ...(norm === 'batch' ? [batchNorm()] : []),
        activations[activation],
        dropout(rate),
      ),
    ),
  );
  const extras = [
    ...(activation === 'relu' ? [] : [`activation=${activation}`]),
    ...(rate === 0 ? [] : [`dropout=${rate}`]),
    ...(norm === 'none' ? [] : [`norm=${norm}`]),
  ];
  return {
    spec: `mlp:${[...widths, ...extras].join(',')}`,
    network: (k) => sequential(flatten, ...hidden, named('output', dense(k, 'xavier'))),
  };
}

const imageModels: Readonly<Record<string, () => Model>> = {
  cnn4,
  cnn8,
  resnet18: () => resnet(18),
  resnet34: () => resnet(34),
  resnet50: () => resnet(50),
};

const forms = {
  linear: {},
  mlp: { keys: ['activation', 'dropout', 'norm'], list: true },
  ...Object.fromEntries(Object.keys(imageModels).map((name) => [name, {}])),
};

/**
 * Reads a model spec: `linear`, `mlp:256,128`, `mlp:256,dropout=0.5,activation=gelu,norm=batch`, and
 * for images `cnn4`, `cnn8`, `resnet18`, `resnet34`, `resnet50`.
 * @throws SymlossError for an unknown model or a bad width or option
 */
export function parseModel(text: string): Model {
  const { name, where, positional, named } = readSpec('model', text, forms, 'e.g. mlp:256,128');
  if (name === 'linear') return linear();
  const imageModel = imageModels[name];
  if (imageModel !== undefined) return imageModel();
  const widths = positional.map((width) => parseDecimal(`${where}, width`, width, widthRange));
  const rate = named.get('dropout') ?? '0';
  return mlp(widths, {
    activation: (named.get('activation') ?? 'relu') as keyof typeof activations,
    norm: (named.get('norm') ?? 'none') as 'none' | 'batch',
    dropout: parseDecimal(`${where}, dropout`, rate, { min: 0, max: 1, openMax: true }),
  });
}
