import { parseForm } from '../../core/index.ts';
import { autoForm } from './auto.ts';
import { cnn4Form } from './cnn4.ts';
import { cnn8Form } from './cnn8.ts';
import { linearForm } from './linear.ts';
import { mlpForm } from './mlp.ts';
import type { Model, ModelForm } from './model.ts';
import { resnet18Form, resnet34Form, resnet50Form } from './resnet.ts';

/** All models by name, in the order of listings. */
export const modelForms = {
  auto: autoForm,
  linear: linearForm,
  mlp: mlpForm,
  cnn4: cnn4Form,
  cnn8: cnn8Form,
  resnet18: resnet18Form,
  resnet34: resnet34Form,
  resnet50: resnet50Form,
} as const satisfies Readonly<Record<string, ModelForm>>;

/**
 * Reads a model spec: `auto`, `linear`, `mlp:256,128`, `mlp:256,dropout=0.5,activation=gelu,norm=batch`,
 * `cnn4`. `modelForms` lists them all.
 * @throws SymlossError for an unknown model or a bad width or option
 */
export function parseModel(text: string): Model {
  return parseForm('model', text, modelForms);
}
