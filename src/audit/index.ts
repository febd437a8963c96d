export * from './annotators/index.ts';
