export { nodeEngine, nodeRunner } from './node.ts';
export * from './portable.ts';
