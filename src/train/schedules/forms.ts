import { parseForm } from '../../core/index.ts';
import { constantForm } from './constant.ts';
import { cosineForm } from './cosine.ts';
import type { Schedule, ScheduleForm } from './schedule.ts';
import { stepForm } from './step.ts';

/** All schedules by name, in the order of listings. */
export const scheduleForms = {
  constant: constantForm,
  cosine: cosineForm,
  step: stepForm,
} as const satisfies Readonly<Record<string, ScheduleForm>>;

/**
 * Reads a schedule spec: `constant`, `cosine`, `step:0.5,0.75,gamma=0.1` (milestones as shares of
 * the run).
 * @throws SymlossError for an unknown schedule, or a milestone or γ that is missing or out of range
 */
export function parseSchedule(text: string): Schedule {
  return parseForm('schedule', text, scheduleForms);
}
