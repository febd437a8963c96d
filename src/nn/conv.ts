import { formatShape, SymlossError } from '../core/index.ts';
import type { Pads, Pair } from '../graph/index.ts';
import { channelAffine, conv2d, full } from '../graph/index.ts';
import { kaimingUniform, zeros } from './initialisers.ts';
import type { Layer } from './scope.ts';

export interface ConvLayerOptions {
  /** Step down and across. Default: 1. */
  readonly stride?: number;
  /** Zeros around the image. Default: ⌊kernel/2⌋, which keeps the size at stride 1. */
  readonly padding?: number;
  /** The channels come in so many groups, each convolved on its own. Default: 1. */
  readonly groups?: number;
  /** Whether to add a trained number per channel; pointless before batch norm. Default: true. */
  readonly bias?: boolean;
}

/**
 * A convolution of images [n, c, h, w] with square windows: [n, channels, h', w'], weight
 * [channels, c/groups, kernel, kernel] initialised for a relu (He et al. 2015).
 * @param kernel height and width of the window
 */
export function conv(channels: number, kernel: number, options: ConvLayerOptions = {}): Layer {
  const { stride = 1, padding = Math.floor(kernel / 2), groups = 1, bias = true } = options;
  const strides: Pair = [stride, stride];
  const pads: Pads = [padding, padding, padding, padding];
  return (x, scope) => {
    const [, c = 0] = x.shape;
    if (x.shape.length !== 4) {
      throw new SymlossError('conv', 'images [n, channels, height, width]', formatShape(x.shape), {
        hint: 'convolutional networks need image data; for tables use mlp',
      });
    }
    const shape = [channels, c / groups, kernel, kernel];
    const fanIn = (c / groups) * kernel * kernel;
    const weight = scope.parameter('weight', shape, kaimingUniform(fanIn));
    const y = conv2d(x, weight, { strides, pads, groups });
    if (!bias) return y;
    return channelAffine(
      y,
      full([channels], 1, y.dtype),
      scope.parameter('bias', [channels], zeros),
    );
  };
}
