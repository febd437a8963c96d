import type { Shape, Values } from '../../core/index.ts';
import { formatForm, namesOf, readForm, SymlossError, show, splitSpecs } from '../../core/index.ts';
import type { AugmentationForm, ImageChange } from './change.ts';
import { cropForm } from './crop.ts';
import { cutoutForm } from './cutout.ts';
import { flipForm } from './flip.ts';
import { noneForm } from './none.ts';

/** All augmentation steps by name, in the order in which they are applied. */
export const augmentationForms = {
  none: noneForm,
  crop: cropForm,
  flip: flipForm,
  cutout: cutoutForm,
} as const satisfies Readonly<Record<string, AugmentationForm>>;

/** Random changes of training images, as plain data, which threads can exchange. */
export interface Augmentation {
  /** Canonical: `none`, or steps in the order of `augmentationForms`, `crop:4,flip,cutout:8`. */
  readonly spec: string;
  /** In the order in which they are applied; none for `none`. */
  readonly steps: readonly {
    readonly name: keyof typeof augmentationForms;
    /** Of the parameters of its row. */
    readonly values: Values;
  }[];
}

/**
 * Reads `none` or some of `crop:4`, `flip`, `cutout:8`, separated by commas. The order of the text
 * does not matter: steps are applied in the order of `augmentationForms`.
 * @throws SymlossError for an unknown step, one that is named twice, or a size that is no integer
 * of at least 1
 */
export function parseAugmentation(text: string): Augmentation {
  const found = new Map<string, Values>();
  for (const piece of splitSpecs(text)) {
    const hint = 'e.g. crop:4,flip,cutout:8';
    const { name, values } = readForm('augment', piece, augmentationForms, hint);
    if (found.has(name)) throw new SymlossError('augment', `${name} once`, show(text));
    found.set(name, values);
  }
  if (found.has('none') && found.size > 1) {
    throw new SymlossError('augment', 'none alone', show(text));
  }
  const steps = namesOf(augmentationForms).flatMap((name) => {
    const values = name === 'none' ? undefined : found.get(name);
    return values === undefined ? [] : [{ name, values }];
  });
  const specs = steps.map(({ name, values }) =>
    formatForm(name, augmentationForms[name].parameters, values),
  );
  return { spec: specs.join(',') || 'none', steps };
}

/** What the steps do to images, in the order in which they are applied. */
export function changesOf({ steps }: Augmentation): readonly ImageChange[] {
  return steps.map(({ name, values }) => augmentationForms[name].build(values, []));
}

/** @throws SymlossError where a step does not suit images of the shape [c, h, w] */
export function checkAugmentation(augmentation: Augmentation, shape: Shape): void {
  for (const { check } of changesOf(augmentation)) check?.(shape);
}
