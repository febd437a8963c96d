import { SymlossError } from '../core/index.ts';
import type { Runner } from './runner.ts';

/** The float64 interpreter as a runner: slow and exact, the reference for the others. */
export function interpreterRunner(): Runner {
  const refuse = async (): Promise<never> => {
    throw new SymlossError('interpreter', 'a program', 'an ONNX file', {
      hint: 'use a runner of onnxruntime',
    });
  };
  return {
    name: 'interpreter',
    compile: async (program) => {
      const { interpret } = await import('../graph/index.ts');
      return { run: async (feeds) => interpret(program, feeds), dispose: async () => {} };
    },
    lowering: async () => ({
      ...{ contrib: false, block: 1, target: 'cpu' },
      ...{ precision: 'single', weightGrad: 'convolution' },
    }),
    load: refuse,
    loadStateful: refuse,
  };
}
