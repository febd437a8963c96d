import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Numbers = readonly number[];
type Matrix = readonly Numbers[];

interface Latent {
  readonly py: Numbers;
  readonly noise_matrix: Matrix;
  readonly inverse_noise_matrix: Matrix;
}

/** One case of `test/fixtures/audit.json.gz`; its `meta` says where each number is from. */
export interface AuditCase {
  readonly name: string;
  readonly k: number;
  readonly labels: Numbers;
  readonly true_labels: Numbers;
  readonly pred_probs: Matrix;
  readonly expect: {
    readonly confident_thresholds: Numbers;
    readonly confident_joint_uncalibrated: Matrix;
    readonly confident_joint: Matrix;
    readonly joint: Matrix;
    readonly latent: Latent;
    readonly latent_converged: Latent;
    readonly label_quality_scores: Readonly<Record<string, Numbers>>;
    readonly label_issues: Readonly<Record<string, Numbers>>;
    readonly overall_label_health_score: number;
    readonly detection_quality: { readonly average_precision: Readonly<Record<string, number>> };
    /** Filters whose sets depend on the order of equal values. */
    readonly ties: { readonly set_differs_with_stable_sort: readonly string[] };
  };
}

const file = new URL('../fixtures/audit.json.gz', import.meta.url);

export function readAuditCases(): AuditCase[] {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')).cases;
}

/** `low_self_confidence` for `lowSelfConfidence`: how the file calls scores and filters. */
export function fixtureName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
