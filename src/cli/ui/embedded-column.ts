import { InvalidArgumentError } from 'commander';
import { imageColumn } from '../../data/index.ts';

/** `text=model`, of images `image=model` or the model alone, given once for each column: the models by their columns. */
export function embeddedColumn(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  const column = at < 0 ? imageColumn : text.slice(0, at);
  const model = text.slice(at + 1);
  if (column === '' || model === '') {
    throw new InvalidArgumentError('Expected column=model, or the model alone for images.');
  }
  if (model.endsWith('.npy')) {
    throw new InvalidArgumentError(
      `Expected a model; vectors of a file: --embedding ${column}=${model}.`,
    );
  }
  if (Object.hasOwn(earlier, column)) {
    throw new InvalidArgumentError(`Expected each column once, ${column} is there twice.`);
  }
  return { ...earlier, [column]: model };
}
