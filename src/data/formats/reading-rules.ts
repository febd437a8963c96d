/** What is done about a missing cell. Rows without a label stay under none but the last two, which leave them out. */
export const missingRules = ['impute', 'error', 'drop', 'drop-unlabelled'] as const;
export type Missing = (typeof missingRules)[number];
/** Those for rows to predict for, which need no label. */
export const missingRulesOfRows = missingRules.filter((rule) => rule !== 'drop-unlabelled');

/**
 * How the labels of several annotators become one: see `consensus` of `symloss/audit`. `crowd` is read as `dawid-skene`; a
 * run then asks a classifier as well.
 */
export const consensusRules = ['dawid-skene', 'majority', 'crowd'] as const;
export type Consensus = (typeof consensusRules)[number];
