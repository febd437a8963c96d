export type { ModelCard } from './card.ts';
export { modelCardSchema, parseModelCard } from './card.ts';
export { loadModel, modelFiles, saveModel } from './files.ts';
export type { ModelParts } from './network.ts';
export { exportOnnx } from './network.ts';
export type { Predictions } from './predictor.ts';
export { Predictor } from './predictor.ts';
