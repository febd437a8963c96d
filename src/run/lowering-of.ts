import { field, SymlossError, show } from '../core/index.ts';
import type { Lowering } from '../runtime/portable.ts';
import { fields } from './fields.ts';
import type { Platform } from './platform.ts';
import type { Settings } from './resolve.ts';

/**
 * How the steps of a run are lowered.
 * @throws SymlossError for mixed precision on the CPU, where it would gain nothing: onnxruntime has no kernels of float16 there
 */
export function loweringOf(
  platform: Platform,
  settings: Pick<Settings, 'device' | 'trainingPrecision'>,
): Promise<Lowering> {
  const { device = fields.device.default, trainingPrecision: precision = 'single' } = settings;
  if (precision === 'mixed' && device === 'cpu') {
    const expected = 'single on the device cpu, which computes in float32 only';
    throw new SymlossError(field('trainingPrecision'), expected, show(precision), {
      hint: `leave it out, or set ${field('device', 'webgpu')}, on a machine with a graphics card`,
    });
  }
  return platform.lowering(device, precision);
}
