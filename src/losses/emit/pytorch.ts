import { tensorLanguages } from '../../graph/emit/index.ts';
import { listText, rowsText } from './frame.ts';
import type { PythonLibrary } from './python.ts';

export const pytorch: PythonLibrary = {
  language: tensorLanguages.pytorch,
  imports: ['import torch'],
  tensor: 'tensor',
  integers: 'int64 tensor',
  widened: (scores) => `${scores}.to(torch.promote_types(${scores}.dtype, torch.float32))`,
  rows: 'scores.shape[0]',
  classes: 'scores.shape[1]',
  pick: 'losses.gather(1, labels.unsqueeze(1)).squeeze(1)',
  mean: (x) => `${x}.mean()`,
  test: (name, parameters, { scores, labels, second, memory, losses, gradient, nextMemory }) => {
    const close = (x: string, y: string) =>
      `torch.testing.assert_close(${x}, torch.tensor(${y}, dtype=torch.float64), **close)`;
    const given = (rows: readonly (readonly number[])[]) =>
      `torch.tensor(${rowsText(rows)}, dtype=torch.float64)`;
    return [
      '"""The values and gradients that symloss computes, in float64."""',
      'close = {"rtol": 1e-10, "atol": 1e-10}',
      `scores = ${given(scores)}.requires_grad_()`,
      `labels = torch.tensor(${listText(labels)})`,
      ...(second ? [`second_scores = ${given(second)}`] : []),
      ...(memory ? [`memory = ${given(memory)}`] : []),
      `losses${nextMemory ? ', memory' : ''} = ${name}(${parameters.join(', ')}, reduction="none")`,
      close('losses.detach()', listText(losses)),
      ...(nextMemory ? [close('memory.detach()', rowsText(nextMemory))] : []),
      'losses.mean().backward()',
      close('scores.grad', rowsText(gradient)),
    ];
  },
};
