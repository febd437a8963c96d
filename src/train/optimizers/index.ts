export type { AdamWOptions } from './adamw.ts';
export { adamW } from './adamw.ts';
export type { OptimizerDefaults, OptimizerOptions, ResolvedOptimizer } from './forms.ts';
export { optimizerDefaults, optimizerForms, parseOptimizer, resolveOptimizer } from './forms.ts';
export type { Optimizer, OptimizerForm, Update, UpdateArgs } from './optimizer.ts';
export type { SgdOptions } from './sgd.ts';
export { sgd } from './sgd.ts';
