export { modelFiles } from '../model-files.ts';
export { loadModel, readModel, saveModel } from './files.ts';
