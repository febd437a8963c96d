import type { Form, ListedSyntax, Parameters } from '../../core/index.ts';

/** How the learning rate changes over a run. */
export interface Schedule {
  /** What it is called in files and listings. */
  readonly spec: string;
  /** The factor on the base learning rate, by the share of the run that is done, in [0, 1). */
  readonly at: (progress: number) => number;
}

/** A row of the table of schedules. */
export type ScheduleForm<P extends Parameters = Parameters> = Form<Schedule, P> & ListedSyntax<P>;

/** A row as it is written; the compiler takes the types of `build` from `parameters`. */
export function scheduleForm<const P extends Parameters>(row: ScheduleForm<P>): ScheduleForm {
  return row;
}
