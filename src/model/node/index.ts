export { loadModel, modelFiles, saveModel } from './files.ts';
