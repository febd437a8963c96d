import { batchNorm } from '../batch-norm.ts';
import { conv } from '../conv.ts';
import type { Layer } from '../scope.ts';
import { sequential } from '../sequential.ts';

/** A convolution without bias, then batch norm, whose shift takes the bias's place. */
export function convNorm(channels: number, kernel: number, stride = 1): Layer {
  return sequential(conv(channels, kernel, { stride, bias: false }), batchNorm());
}
