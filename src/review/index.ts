export type { Annotation } from './annotations.ts';
export { annotationsOf } from './annotations.ts';
export type { Applied, ApplyOptions } from './apply.ts';
export { applyDecisions } from './apply.ts';
export type { AuditedColumns, AuditFolder } from './audit-folder.ts';
export { auditedColumns, auditFiles, readAuditFolder, rowsParquet } from './audit-folder.ts';
export type { AuditedRow } from './audited-rows.ts';
export type { Reviewed } from './check-decisions.ts';
export { checkDecisions } from './check-decisions.ts';
export { areNumbered, candidates } from './choose-class.ts';
export type {
  CompareLabelsOptions,
  LabelComparison,
  LabelMeasure,
  MeasuredAgainst,
} from './compare-labels.ts';
export { compareLabels } from './compare-labels.ts';
export type { AuditConfig } from './config.ts';
export { auditConfigSchema, auditConsensus } from './config.ts';
export type { RowContent } from './content.ts';
export { contentHash } from './content.ts';
export type { CorrectedBy, CorrectionInput, CorrectionRules, Corrections } from './corrections.ts';
export { correctLabels, estimatesByRow, isUnchanged, labelChanges } from './corrections.ts';
export type { CrossedMean } from './crossed-mean.ts';
export type { AuditedData } from './data.ts';
export { openAuditedData, withAuditedLabels } from './data.ts';
export type { DecideOptions } from './decide.ts';
export { decisionOf, readReviewLog, userName } from './decide.ts';
export type { Decision, Verdict } from './decisions.ts';
export {
  conflicts,
  decided,
  decisionSchema,
  decisionsFile,
  lastOf,
  standing,
} from './decisions.ts';
export type { DecisionLog } from './decisions-file.ts';
export { appendDecision, appendDecisions, readDecisions } from './decisions-file.ts';
export type { ExchangeFormat } from './exchange/index.ts';
export { exchangeFormats, itemOf } from './exchange/index.ts';
export type { Gain, GainOptions } from './gain.ts';
export { measureGain } from './gain.ts';
export type { Imported, ImportOptions } from './import.ts';
export { importDecisions } from './import.ts';
export type { Neighbour } from './nearest.ts';
export { NearestRows } from './nearest.ts';
export { reviewNotices } from './notices.ts';
export type { Review, Suspect } from './review.ts';
export { openReview, rowsByNumber } from './review.ts';
export type { Picture, RowView } from './row-view.ts';
export { rowView } from './row-view.ts';
export type { Answer, Effect, Session, SessionOptions, Tally } from './session.ts';
export {
  current,
  press,
  startSession,
  tally,
  withDecision,
} from './session.ts';
