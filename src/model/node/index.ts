export { loadModel, modelFiles, readModel, saveModel } from './files.ts';
