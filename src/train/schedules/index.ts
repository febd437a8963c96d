export { constant } from './constant.ts';
export { cosine } from './cosine.ts';
export { parseSchedule, scheduleForms } from './forms.ts';
export { learningRates } from './learning-rates.ts';
export type { Schedule, ScheduleForm } from './schedule.ts';
export { steps } from './step.ts';
