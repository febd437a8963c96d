export type { Audit, AuditInput } from './audit.ts';
export { audit } from './audit.ts';
export type { IssueFilter } from './filters.ts';
export { issueFilters } from './filters.ts';
export type { ClassOverlap, ClassQuality } from './quality.ts';
export { highest, rank } from './rank.ts';
export type { ProbRows } from './rows.ts';
export type { LabelScore, LabelScores } from './scores.ts';
export { scoreNames } from './scores.ts';
