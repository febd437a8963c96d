/**
 * @typedef {object} OwnWay another way of our step on a device, beside the one that training takes
 * @property {string} label
 * @property {Pick<import('symloss/runtime').RunnerOptions, 'precision' | 'weightGrad'>} options
 * @property {Partial<import('./workload.mjs').Agreement>} [agreement] how far its first losses may be from those of float32, where not
 *   as far as a peer's
 */

/** Float16 rounds to 5e-4, through up to 20 layers; later losses are told. */
const ofHalf = { first: 0.02, later: Number.POSITIVE_INFINITY };

/** @type {Readonly<Record<string, OwnWay>>} */
export const ownWays = {
  mixed: { label: 'mixed precision', options: { precision: 'mixed' }, agreement: ofHalf },
  products: { label: 'weight gradients by products', options: { weightGrad: 'products' } },
  both: {
    label: 'mixed precision, weight gradients by products',
    options: { precision: 'mixed', weightGrad: 'products' },
    agreement: ofHalf,
  },
};
